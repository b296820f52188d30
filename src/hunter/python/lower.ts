// Python as the analysis reads it, from the tree of a parser that goes on behind an error.
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@lezer/python'
import type { Node } from '../flow/program.ts'
import { argsOf, classOf, comprehensionOf, functionOf, type Lowers } from './definitions.ts'
import { Reading } from './reading.ts'
import { readString } from './strings.ts'
import { childrenOf, docOf, importsOf, isExpression } from './tree.ts'

/** Of a file's nodes, so many may be errors of the parser's own before the file counts as unreadable. */
const MOST_ERRORS = 0.02

/** Throws a SyntaxError where the text is not Python: what can't be read was not looked at. */
export function lowerPython(path: string, source: string): readonly Node[] {
  const tree = parser.parse(source)
  let errors = 0
  let nodes = 0
  tree.iterate({
    enter(node) {
      nodes++
      if (node.type.isError) errors++
    },
  })
  if (errors > Math.max(3, nodes * MOST_ERRORS)) throw new SyntaxError(`${path}: can't be read as Python`)
  return new Lowering(source).program(tree.topNode)
}

class Lowering implements Lowers {
  readonly reading: Reading

  constructor(source: string) {
    this.reading = new Reading(source)
  }

  program(top: SyntaxNode): Node[] {
    return this.reading.scopes.within(this.reading.assignedIn(top), () =>
      childrenOf(top).map((one) => this.lower(one)),
    )
  }

  lower(node: SyntaxNode): Node {
    const line = this.reading.line(node)
    const parts = childrenOf(node)
    const text = (value: string): Node => ({ kind: 'text', text: value, line })
    const any = (...of: Node[]): Node => ({ kind: 'any', of, line })
    const name = (value: string): Node => ({ kind: 'name', name: value, line })
    const call = (callee: Node, ...args: Node[]): Node => ({ kind: 'call', callee, args, line })
    const all = (): Node => any(...parts.filter(isExpression).map((part) => this.lower(part)))
    switch (node.name) {
      case 'String': {
        const { value, hidden } = readString(this.reading.text(node))
        return { kind: 'text', text: value, hidden, line }
      }
      case 'ContinuedString':
        return { kind: 'join', parts: parts.filter(isExpression).map((part) => this.lower(part)), line }
      case 'FormatString': {
        const pieces: Node[] = []
        let at = node.from + (/^[a-z]*(?:"""|'''|"|')/i.exec(this.reading.text(node))?.[0].length ?? 0)
        for (const part of parts.filter(({ name }) => name === 'FormatReplacement')) {
          if (part.from > at) pieces.push(text(this.reading.between(at, part.from)))
          pieces.push(
            any(
              ...childrenOf(part)
                .filter(isExpression)
                .map((one) => this.lower(one)),
            ),
          )
          at = part.to
        }
        const end = node.to - (/(?:"""|'''|"|')$/.exec(this.reading.text(node))?.[0].length ?? 0)
        if (end > at) pieces.push(text(this.reading.between(at, end)))
        return { kind: 'join', parts: pieces, line }
      }
      case 'Number':
        return { kind: 'number', number: Number(this.reading.text(node).replaceAll('_', '')), line }
      case 'VariableName': {
        // Python itself reads such names as their plain form (PEP 3131).
        const written = this.reading.text(node)
        const value = written.normalize('NFKC')
        if (value !== written)
          return { kind: 'name', name: this.reading.scopes.resolve(value), hidden: true, line }
        if (this.reading.classes.length > 0 && (value === 'self' || value === 'cls'))
          return name(this.reading.classes.at(-1)!)
        return name(this.reading.scopes.resolve(value))
      }
      case 'ImportStatement':
        return any(
          ...importsOf(this.reading.text(node)).map(({ module, member, as }): Node => {
            const from = call(name('·import'), text(module))
            const value: Node =
              member === undefined ? from : { kind: 'member', of: from, key: text(member), line }
            return { kind: 'assign', to: name(this.reading.scopes.resolve(as)), value, line }
          }),
        )
      case 'AssignStatement': {
        const groups: SyntaxNode[][] = [[]]
        for (const part of parts)
          if (part.name === 'AssignOp') groups.push([])
          else if (isExpression(part)) groups.at(-1)!.push(part)
        const value = this.#several(groups.pop()!, line)
        return any(...groups.map((targets) => this.assign(targets, value, line)))
      }
      case 'UpdateStatement': {
        const [target, given] = parts.filter(isExpression)
        if (!target || !given) return all()
        const sum: Node = { kind: 'join', parts: [this.lower(target), this.lower(given)], line }
        return {
          kind: 'assign',
          to: this.lower(target),
          value: parts.some((p) => this.reading.text(p) === '+=') ? sum : any(...sum.parts),
          line,
        }
      }
      case 'NamedExpression': {
        const [target, given] = parts.filter(isExpression)
        return target && given ? this.assign([target], this.lower(given), line) : all()
      }
      case 'MemberExpression': {
        const of = this.lower(parts[0]!)
        const property = parts.find(({ name }) => name === 'PropertyName')
        if (property) return { kind: 'member', of, key: text(this.reading.text(property)), line }
        const within = parts.slice(2, -1)
        if (within.some(({ name }) => name === ':'))
          return call(name('·slice'), of, text(within.map((part) => this.reading.text(part)).join('')))
        return { kind: 'member', of, key: this.#several(within.filter(isExpression), line), line }
      }
      case 'CallExpression': {
        const list = parts.find(({ name }) => name === 'ArgList')
        const generator = !list && parts.length > 1
        const { args, named } = argsOf(this, list ? childrenOf(list) : generator ? parts.slice(1) : [])
        const callee = this.lower(parts[0]!)
        // getattr(x, 'y') is x.y; without a name it may be any.
        if (callee.kind === 'name' && callee.name === 'getattr' && args[0] && args[1])
          return { kind: 'member', of: args[0], key: args[1], line }
        if (callee.kind === 'name' && callee.name === 'setattr' && args[2])
          return {
            kind: 'assign',
            to: { kind: 'member', of: args[0]!, key: args[1]!, line },
            value: args[2],
            line,
          }
        return { kind: 'call', callee, args, named, line }
      }
      case 'BinaryExpression': {
        const [left, right] = parts.filter(isExpression).map((part) => this.lower(part))
        const sign = parts.find((part) => !isExpression(part) && part.name !== 'Comment')
        if (!left || !right) return all()
        switch (sign && this.reading.text(sign)) {
          case '+':
            return { kind: 'join', parts: [left, right], line }
          case '%':
            return call({ kind: 'member', of: left, key: text('%'), line }, right)
          case '/':
            return call(name('·path'), left, right)
          case '==':
          case '!=':
            return { kind: 'compare', left, right, line }
          case 'and':
          case 'or':
            return any(left, right)
          default:
            return call(name('·arithmetic'), left, right)
        }
      }
      case 'ConditionalExpression': {
        const [yes, test, no] = parts.filter(isExpression).map((part) => this.lower(part))
        return call(name('·last'), test ?? any(), any(yes ?? any(), no ?? any()))
      }
      case 'ArrayExpression':
      case 'TupleExpression':
      case 'SetExpression':
        return this.#several(parts.filter(isExpression), line, true)
      case 'DictionaryExpression': {
        const entries: { key: Node; value: Node }[] = []
        const inner = parts.slice(1, -1).filter(({ name }) => name !== ',' && name !== 'Comment')
        for (let i = 0; i < inner.length; i++)
          if (inner[i + 1]?.name === ':' && inner[i + 2]) {
            entries.push({ key: this.lower(inner[i]!), value: this.lower(inner[i + 2]!) })
            i += 2
          } else if (inner[i]!.name === '**' && inner[i + 1])
            entries.push({ key: any(), value: this.lower(inner[++i]!) })
        return { kind: 'record', entries, line }
      }
      case 'ArrayComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
      case 'GeneratorExpression':
      case 'ComprehensionExpression':
        return comprehensionOf(this, parts, line)
      case 'ForStatement': {
        const from = parts.findIndex(({ name }) => name === 'for')
        const to = parts.findIndex(({ name }) => name === 'in')
        const over = parts.slice(to + 1).filter(isExpression)
        const one: Node = { kind: 'member', of: over[0] ? this.lower(over[0]) : any(), key: any(), line }
        return any(
          this.assign(parts.slice(from + 1, to).filter(isExpression), one, line),
          ...over.slice(1).map((part) => this.lower(part)),
        )
      }
      case 'WithStatement':
      case 'TryStatement': {
        const steps: Node[] = []
        const exprs = parts
        exprs.forEach((part, i) => {
          const target = exprs[i + 1]?.name === 'as' ? exprs[i + 2] : undefined
          if (!isExpression(part) || exprs[i - 1]?.name === 'as') return
          const value = this.lower(part)
          steps.push(target && isExpression(target) ? this.assign([target], value, line) : value)
        })
        return any(...steps)
      }
      case 'LambdaExpression':
      case 'FunctionDefinition':
        return functionOf(this, node, line)
      case 'DecoratedStatement': {
        const definition = parts.at(-1)!
        const made = this.lower(definition)
        const named = childrenOf(definition).find(({ name }) => name === 'VariableName')
        const doc = docOf(definition)
        const last = parts
          .filter(({ name }) => name === 'Decorator')
          .reverse()
          .reduce<Node>(
            (of, decorator) =>
              call(
                any(
                  ...childrenOf(decorator)
                    .filter((part) => isExpression(part) && part.name !== 'At')
                    .map((part) => this.lower(part)),
                ),
                of,
              ),
            any(
              named ? name(this.reading.scopes.resolve(this.reading.text(named))) : any(),
              ...doc.map((part) => this.lower(part)),
            ),
          )
        return any(made, last)
      }
      case 'ClassDefinition':
        return classOf(this, parts, line)
      case 'ReturnStatement':
      case 'YieldStatement':
      case 'YieldExpression': {
        const result = this.reading.results.at(-1)
        const value = this.#several(parts.filter(isExpression), line)
        return result ? { kind: 'assign', to: name(result), value, line } : value
      }
      default:
        return all()
    }
  }

  /** One expression as it is; several as the tuple that they make. */
  #several(nodes: readonly SyntaxNode[], line: number, always = false): Node {
    const items = nodes.map((one) => this.lower(one))
    if (!always && items.length === 1) return items[0]!
    return { kind: 'list', items, line }
  }

  assign(targets: readonly SyntaxNode[], value: Node, line: number): Node {
    const only = targets.length === 1 ? targets[0]! : undefined
    if (
      only &&
      only.name !== 'TupleExpression' &&
      only.name !== 'ArrayExpression' &&
      only.name !== 'ParenthesizedExpression'
    )
      return { kind: 'assign', to: this.lower(only), value, line }
    const whole: Node = { kind: 'name', name: this.reading.fresh(), line }
    const inner = only ? childrenOf(only).filter(isExpression) : targets
    return {
      kind: 'any',
      of: [
        { kind: 'assign', to: whole, value, line },
        ...inner.map((target, i) =>
          this.assign(
            [target],
            { kind: 'member', of: whole, key: { kind: 'text', text: String(i), line }, line },
            line,
          ),
        ),
      ],
      line,
    }
  }
}
