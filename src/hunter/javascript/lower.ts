// JavaScript and TypeScript as the analysis reads them.
import { parseSync } from 'oxc-parser'
import { linesOf } from '../flow/lines.ts'
import { isMethod, type Node, sumOf } from '../flow/program.ts'
import { Scopes } from '../flow/scopes.ts'
import { classOf, functionOf, type Lowers } from './definitions.ts'
import { declaredIn, partsOf } from './scope.ts'

// The tree is ESTree; what is read of each node is checked by its type alone.
// biome-ignore lint/suspicious/noExplicitAny: sixty node types would say no more
type Syntax = any

/** Throws a SyntaxError where the file does not parse: what can't be read was not looked at. */
export function lowerJavaScript(path: string, text: string): readonly Node[] {
  const parsed = parse(path, text)
  return new Lowering(text).program(parsed.body as Syntax[])
}

function parse(path: string, text: string): Syntax {
  const source = text.replace(/^\uFEFF/, ' ').replace(/^#!/, '//')
  let error = ''
  // What stands at the top level of a CommonJS file, such as `return`, is not allowed in a module, and the reverse.
  for (const sourceType of ['module', 'commonjs', 'script'] as const) {
    const { program, errors } = parseSync(path, source, {
      sourceType,
      ...(/\.[cm]?js$/i.test(path) ? { lang: 'jsx' } : {}),
    })
    const fatal = errors.find(({ severity }) => severity === 'Error')
    if (!fatal) return program
    error ||= fatal.message
  }
  throw new SyntaxError(`${path}: ${error}`)
}

class Lowering implements Lowers {
  readonly scopes = new Scopes()
  readonly line: (offset: number) => number
  readonly #source: string
  readonly results: string[] = []
  readonly classes: string[] = []
  #made = 0

  constructor(source: string) {
    this.#source = source
    this.line = linesOf(source)
  }

  program(body: readonly Syntax[]): Node[] {
    return this.scopes.within(declaredIn(body), () => body.map((one) => this.lower(one)))
  }

  #name(name: string, line: number): Node {
    return { kind: 'name', name: this.scopes.resolve(name), line }
  }

  fresh(prefix = '·'): string {
    return `${prefix}${this.#made++}`
  }

  /** A literal whose ordinary letters are written as escapes hides what it says. */
  #isHidden(node: Syntax): boolean {
    const raw = this.#source.slice(node.start, node.end)
    const escapes = raw.match(/\\x[2-7][0-9a-f]|\\u(?:00[2-7][0-9a-f]|\{[2-7][0-9a-f]\})/gi)?.length ?? 0
    return escapes >= 3 || (escapes > 0 && /^[\w$\\{}]+$/.test(raw))
  }

  lower(node: Syntax): Node {
    if (!node) return { kind: 'any', of: [], line: 0 }
    const line = this.line(node.start)
    const text = (value: string): Node => ({ kind: 'text', text: value, line })
    const any = (...of: Node[]): Node => ({ kind: 'any', of, line })
    const call = (callee: Node, args: Node[]): Node => ({ kind: 'call', callee, args, line })
    switch (node.type) {
      case 'Literal':
        if (typeof node.value === 'string')
          return { kind: 'text', text: node.value, line, hidden: this.#isHidden(node) }
        if (typeof node.value === 'number') return { kind: 'number', number: node.value, line }
        return any()
      case 'Identifier':
        return {
          kind: 'name',
          name: this.scopes.resolve(node.name),
          line,
          hidden: this.#source.slice(node.start, node.end).includes('\\u'),
        }
      case 'ThisExpression':
        return { kind: 'name', name: this.classes.at(-1) ?? 'this', line }
      case 'TemplateLiteral':
        return {
          kind: 'join',
          parts: node.quasis.flatMap((quasi: Syntax, i: number) => {
            const part = text(quasi.value.cooked ?? quasi.value.raw)
            return node.expressions[i] ? [part, this.lower(node.expressions[i])] : [part]
          }),
          line,
        }
      case 'TaggedTemplateExpression':
        return call(this.lower(node.tag), [
          this.lower(node.quasi),
          ...node.quasi.expressions.map((e: Syntax) => this.lower(e)),
        ])
      case 'BinaryExpression': {
        const [left, right] = [this.lower(node.left), this.lower(node.right)]
        if (node.operator === '+') return { kind: 'join', parts: [...sumOf(left), ...sumOf(right)], line }
        if (/^[!=]==?$/.test(node.operator)) return { kind: 'compare', left, right, line }
        return any(call({ kind: 'name', name: '·arithmetic', line }, [left, right]))
      }
      case 'MemberExpression':
        return {
          kind: 'member',
          of: this.lower(node.object),
          key: node.computed
            ? this.lower(node.property)
            : ({
                ...text(node.property.name),
                hidden: this.#source.slice(node.property.start, node.property.end).includes('\\u'),
              } as Node),
          line,
        }
      case 'ConditionalExpression':
        return call({ kind: 'name', name: '·last', line }, [
          this.lower(node.test),
          any(this.lower(node.consequent), this.lower(node.alternate)),
        ])
      case 'CallExpression':
      case 'NewExpression': {
        const callee = this.lower(node.callee)
        const args = this.#args(node.arguments)
        if (isMethod(callee, 'Reflect', 'get') && args[0] && args[1])
          return { kind: 'member', of: args[0], key: args[1], line }
        if (args.length < 3 || !isMethod(callee, 'Object', 'defineProperty')) return call(callee, args)
        const [of, key, descriptor] = args as [Node, Node, Node]
        const parts = ['set', 'get', 'value'].map(
          (part): Node => ({ kind: 'member', of: descriptor, key: text(part), line }),
        )
        return any(call(callee, args), {
          kind: 'assign',
          to: { kind: 'member', of, key, line },
          value: any(...parts),
          line,
        })
      }
      case 'ImportExpression':
        return call({ kind: 'name', name: 'import()', line }, [this.lower(node.source)])
      case 'ArrayExpression': {
        const items = node.elements.map((one: Syntax) => this.lower(one))
        if (node.elements.length === 1 && node.elements[0]?.type === 'SpreadElement')
          return call({ kind: 'name', name: '·spread', line }, items)
        return node.elements.some((one: Syntax) => one?.type === 'SpreadElement')
          ? any(...items)
          : { kind: 'list', items, line }
      }
      case 'ObjectExpression': {
        const entries = node.properties
          .filter((p: Syntax) => p.type === 'Property')
          .map((p: Syntax) => ({ key: this.key(p), value: this.lower(p.value) }))
        const spread = node.properties
          .filter((p: Syntax) => p.type === 'SpreadElement')
          .map((p: Syntax) => this.lower(p.argument))
        return {
          kind: 'record',
          entries: [...entries, ...spread.map((value: Node) => ({ key: any(), value }))],
          line,
        }
      }
      case 'AssignmentExpression':
        return this.assign(
          node.left,
          node.operator === '+='
            ? { kind: 'join', parts: [this.lower(node.left), this.lower(node.right)], line }
            : this.lower(node.right),
          line,
        )
      case 'VariableDeclarator':
        return node.init ? this.assign(node.id, this.lower(node.init), line) : any()
      case 'ForOfStatement':
      case 'ForInStatement': {
        const left = node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left
        const over = this.lower(node.right)
        const one: Node = { kind: 'member', of: over, key: any(), line }
        return any(this.assign(left, one, line), this.lower(node.body))
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const fn = functionOf(this, node)
        if (node.type !== 'FunctionDeclaration' || !node.id) return fn
        return { kind: 'assign', to: this.#name(node.id.name, line), value: fn, line }
      }
      case 'ReturnStatement':
        return this.gives(node.argument, line)
      case 'YieldExpression':
        return any(this.gives(node.argument, line))
      case 'ClassDeclaration':
      case 'ClassExpression':
        return classOf(this, node, line)
      case 'ImportDeclaration':
        return any(
          ...node.specifiers.map((one: Syntax) => {
            const module = call({ kind: 'name', name: 'require', line }, [text(node.source.value)])
            const of: Node =
              one.type === 'ImportSpecifier'
                ? { kind: 'member', of: module, key: text(one.imported.name ?? one.imported.value), line }
                : module
            return this.assign(one.local, of, line)
          }),
          call({ kind: 'name', name: 'require', line }, [text(node.source.value)]),
        )
      case 'TSImportEqualsDeclaration':
        return node.moduleReference?.type === 'TSExternalModuleReference'
          ? this.assign(
              node.id,
              call({ kind: 'name', name: 'require', line }, [this.lower(node.moduleReference.expression)]),
              line,
            )
          : any()
      case 'SequenceExpression': {
        const all = node.expressions.map((one: Syntax) => this.lower(one))
        // Only the last is the value; the others are still carried out.
        return call({ kind: 'name', name: '·last', line }, all)
      }
      default:
        if (
          node.type.startsWith('TS') &&
          !/^TS(?:As|NonNull|Satisfies|TypeAssertion|Instantiation|Export|Module|Enum)/.test(node.type)
        )
          return any()
        return any(...[...partsOf(node)].map((part) => this.lower(part)))
    }
  }

  #args(args: readonly Syntax[]): Node[] {
    return args.map((arg) => this.lower(arg.type === 'SpreadElement' ? arg.argument : arg))
  }

  key(property: Syntax): Node {
    if (property.computed) return this.lower(property.key)
    return {
      kind: 'text',
      text: String(property.key.name ?? property.key.value),
      line: this.line(property.start),
    }
  }

  gives(argument: Syntax, line: number): Node {
    const result = this.results.at(-1)
    const value = this.lower(argument)
    return result ? { kind: 'assign', to: { kind: 'name', name: result, line }, value, line } : value
  }

  /** Takes a pattern apart: `const { exec: run = x } = value`. */
  assign(pattern: Syntax, value: Node, line: number): Node {
    const all = (...of: Node[]): Node => ({ kind: 'any', of, line })
    switch (pattern?.type) {
      case 'AssignmentPattern':
        return this.assign(pattern.left, all(value, this.lower(pattern.right)), line)
      case 'TSParameterProperty':
        return this.assign(pattern.parameter, value, line)
      case 'RestElement':
        return this.assign(pattern.argument, value, line)
      case 'ObjectPattern':
      case 'ArrayPattern': {
        const whole = { kind: 'name', name: this.fresh(), line } as const
        const parts: Node[] = [{ kind: 'assign', to: whole, value, line }]
        const part = (inner: Syntax, key: Node) =>
          parts.push(this.assign(inner, { kind: 'member', of: whole, key, line }, line))
        if (pattern.type === 'ArrayPattern')
          pattern.elements.forEach((one: Syntax, i: number) => {
            if (one?.type === 'RestElement') parts.push(this.assign(one.argument, whole, line))
            else if (one) part(one, { kind: 'text', text: String(i), line })
          })
        else
          for (const property of pattern.properties) {
            if (property.type === 'RestElement') parts.push(this.assign(property.argument, whole, line))
            else part(property.value, this.key(property))
          }
        return all(...parts)
      }
      default:
        return { kind: 'assign', to: this.lower(pattern), value, line }
    }
  }
}
