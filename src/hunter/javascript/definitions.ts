// Functions and classes.
import type { FunctionOf, Node } from '../flow/program.ts'
import type { Scopes } from '../flow/scopes.ts'
import { isKeyMaterial } from '../flow/texts.ts'
import { boundBy, declaredIn } from './scope.ts'

// biome-ignore lint/suspicious/noExplicitAny: as in lower.ts
type Syntax = any

/** What definitions need of the lowering around them. */
export interface Lowers {
  readonly scopes: Scopes
  /** What `return` assigns to, innermost last. */
  readonly results: string[]
  /** What `this` is, innermost last. */
  readonly classes: string[]
  lower(node: Syntax): Node
  assign(pattern: Syntax, value: Node, line: number): Node
  gives(argument: Syntax, line: number): Node
  key(property: Syntax): Node
  line(offset: number): number
  fresh(prefix?: string): string
}

export function functionOf(of: Lowers, node: Syntax): FunctionOf {
  const line = of.line(node.start)
  const result = of.fresh('·return')
  const block = node.body?.type === 'BlockStatement' || node.body?.type === 'FunctionBody'
  const statements: Syntax[] = block ? node.body.body : []
  const names = new Set([...declaredIn(block ? statements : []), ...node.params.flatMap(boundBy)])
  if (node.type === 'FunctionExpression' && node.id) names.add(node.id.name)
  return of.scopes.within(names, () => {
    of.results.push(result)
    const params: string[] = []
    let rest: string | undefined
    const body: Node[] = []
    for (const param of node.params as Syntax[]) {
      const given = { kind: 'name', name: of.fresh(), line } as const
      if (param.type === 'RestElement') rest = given.name
      else params.push(given.name)
      body.push(of.assign(param, meant(param, node.params, given), line))
    }
    if (block) body.push(...statements.map((one) => of.lower(one)))
    else if (node.body) body.push(of.gives(node.body, line))
    of.results.pop()
    return {
      kind: 'function',
      result,
      params,
      rest,
      locals: [...names].map((name) => of.scopes.resolve(name)),
      body,
      line,
    }
  })
}

/** A call of the class gives its one instance, as all instances are followed as one. */
export function classOf(of: Lowers, node: Syntax, line: number): Node {
  const self = of.fresh('·this')
  const me: Node = { kind: 'name', name: self, line }
  of.classes.push(self)
  const steps: Node[] = [
    {
      kind: 'assign',
      to: me,
      value: {
        kind: 'any',
        of: [{ kind: 'record', entries: [], line }, ...(node.superClass ? [of.lower(node.superClass)] : [])],
        line,
      },
      line,
    },
  ]
  let construct: FunctionOf | undefined
  for (const member of node.body.body as Syntax[]) {
    if (member.type === 'StaticBlock') steps.push(...member.body.map((one: Syntax) => of.lower(one)))
    if (!member.key) continue
    const value = member.value ? of.lower(member.value) : undefined
    if (member.kind === 'constructor' && value?.kind === 'function') construct = value
    else if (value)
      steps.push({
        kind: 'assign',
        to: { kind: 'member', of: me, key: of.key(member), line },
        value,
        line,
      })
  }
  of.classes.pop()
  const make: FunctionOf = {
    kind: 'function',
    result: of.fresh('·return'),
    params: construct?.params ?? [],
    rest: construct?.rest,
    locals: construct?.locals ?? [],
    body: construct?.body ?? [],
    line,
  }
  const made: FunctionOf = {
    ...make,
    body: [...make.body, { kind: 'assign', to: { kind: 'name', name: make.result, line }, value: me, line }],
  }
  const value: Node = { kind: 'any', of: [...steps, made], line }
  return node.id
    ? { kind: 'assign', to: { kind: 'name', name: of.scopes.resolve(node.id.name), line }, value, line }
    : value
}
/** What a parameter holds where its name says so. */
function meant(param: Syntax, beside: readonly Syntax[], given: Node): Node {
  const nameOf = (one: Syntax): string =>
    (one?.type === 'AssignmentPattern' ? one.left.name : one?.name) ?? ''
  const name = nameOf(param)
  const answered = beside.some((one) => /^_?(?:res|response|reply|next|ctx)$/.test(nameOf(one)))
  const of =
    answered && /^_?(?:req|request)$/.test(name)
      ? '·request'
      : isKeyMaterial(name)
        ? '·private key'
        : undefined
  return of
    ? { kind: 'any', of: [given, { kind: 'name', name: of, line: given.line }], line: given.line }
    : given
}
