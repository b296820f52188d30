// What a JavaScript or TypeScript file is able to do, read from its syntax tree.
import { parseSync, Visitor } from 'oxc-parser'

export type Capability =
  | 'starts processes'
  | 'uses the network'
  | 'runs text as code'
  | 'loads code by a computed name'
  | 'loads native or WebAssembly code'
  | 'reads the environment'
  | 'hides text'

const MODULES: Readonly<Record<string, Capability>> = {
  child_process: 'starts processes',
  cluster: 'starts processes',
  worker_threads: 'starts processes',
  net: 'uses the network',
  tls: 'uses the network',
  dgram: 'uses the network',
  dns: 'uses the network',
  http: 'uses the network',
  https: 'uses the network',
  http2: 'uses the network',
  undici: 'uses the network',
  axios: 'uses the network',
  vm: 'runs text as code',
  wasi: 'loads native or WebAssembly code',
}
const GLOBALS: Readonly<Record<string, Capability>> = {
  fetch: 'uses the network',
  WebSocket: 'uses the network',
  XMLHttpRequest: 'uses the network',
  eval: 'runs text as code',
  Function: 'runs text as code',
  WebAssembly: 'loads native or WebAssembly code',
}
/** A literal of this many characters without a space is data, not prose: encoded payloads look like that. */
const BLOB = /^[A-Za-z0-9+/=\\x_-]{200,}$/

export interface Sighting {
  readonly capability: Capability
  readonly line: number
}

export const isScript = (path: string): boolean => /\.[cm]?[jt]sx?$/i.test(path)

/** Throws where the file does not parse: what can't be read has not been looked at. */
export function capabilitiesOf(path: string, text: string): Sighting[] {
  const { program, errors } = parseSync(path, text)
  const fatal = errors.find((error) => error.severity === 'Error')
  if (fatal) throw new SyntaxError(`${path}: ${fatal.message}`)
  const seen: Sighting[] = []
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const see = (capability: Capability | undefined, node: { start: number }) => {
    if (capability) seen.push({ capability, line: lineAt(node.start) })
  }
  const ofModule = (name: string): Capability | undefined =>
    name.endsWith('.node') || name.endsWith('.wasm')
      ? 'loads native or WebAssembly code'
      : MODULES[name.replace(/^node:/, '').split('/')[0] ?? '']
  const ofSource = (source: { type: string; value?: unknown } | null | undefined): Capability | undefined =>
    source?.type === 'Literal' && typeof source.value === 'string'
      ? ofModule(source.value)
      : 'loads code by a computed name'

  new Visitor({
    ImportDeclaration: (node) => see(ofSource(node.source), node),
    ExportNamedDeclaration: (node) => {
      if (node.source) see(ofSource(node.source), node)
    },
    ExportAllDeclaration: (node) => see(ofSource(node.source), node),
    ImportExpression: (node) => see(ofSource(node.source), node),
    CallExpression: (node) => {
      const { callee } = node
      if (callee.type === 'Identifier' && callee.name === 'require') see(ofSource(node.arguments[0]), node)
      else if (callee.type === 'Identifier') see(GLOBALS[callee.name], node)
      else if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier') {
        if (callee.property.name === 'getBuiltinModule') see(ofSource(node.arguments[0]), node)
        if (callee.property.name === 'dlopen' || callee.property.name === 'binding')
          see('loads native or WebAssembly code', node)
      }
    },
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier') see(GLOBALS[node.callee.name], node)
    },
    MemberExpression: (node) => {
      const named = node.property.type === 'Identifier' ? node.property.name : undefined
      const text = node.property.type === 'Literal' ? String(node.property.value) : undefined
      if (node.object.type !== 'Identifier') return
      if (node.object.name === 'process' && (named === 'env' || text === 'env'))
        see('reads the environment', node)
      if (node.object.name === 'globalThis') see(GLOBALS[(node.computed ? text : named) ?? ''], node)
    },
    Literal: (node) => {
      if (typeof node.value === 'string' && BLOB.test(node.value)) see('hides text', node)
    },
  }).visit(program)
  return seen
}
