// Where the reading of a Python file stands: its lines, the scopes that are open, the function and the class around.
import type { SyntaxNode } from '@lezer/common'
import { linesOf } from '../flow/lines.ts'
import { Scopes } from '../flow/scopes.ts'
import { childrenOf, importsOf, isExpression } from './tree.ts'

export class Reading {
  readonly #source: string
  readonly #lineAt: (offset: number) => number
  readonly scopes = new Scopes()
  /** What `return` assigns to, innermost last. */
  readonly results: string[] = []
  /** What `self` is, innermost last. */
  readonly classes: string[] = []
  #made = 0

  constructor(source: string) {
    this.#source = source
    this.#lineAt = linesOf(source)
  }

  fresh(prefix = '·'): string {
    return `${prefix}${this.#made++}`
  }

  text = (node: SyntaxNode): string => this.#source.slice(node.from, node.to)

  between(from: number, to: number): string {
    return this.#source.slice(from, to)
  }

  line(node: SyntaxNode): number {
    return this.#lineAt(node.from)
  }

  assignedIn(node: SyntaxNode): Set<string> {
    return assignedIn(node, this.text)
  }
}

/** Names that statements bind, not counting those of functions inside. */
export function assignedIn(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Set<string> {
  const into = new Set<string>()
  const global = new Set<string>()
  const bind = (target: SyntaxNode): void => {
    if (target.name === 'VariableName') into.add(textOf(target))
    else if (target.name !== 'MemberExpression') childrenOf(target).filter(isExpression).forEach(bind)
  }
  const visit = (one: SyntaxNode): void => {
    const parts = childrenOf(one)
    const last = parts.findLastIndex(({ name }) => name === 'AssignOp')
    if (one.name === 'AssignStatement') parts.slice(0, last).filter(isExpression).forEach(bind)
    else if (one.name === 'NamedExpression' || one.name === 'UpdateStatement') bind(parts[0]!)
    else if (
      one.name === 'ForStatement' ||
      one.name.endsWith('ComprehensionExpression') ||
      one.name === 'GeneratorExpression'
    ) {
      const from = parts.findIndex(({ name }) => name === 'for')
      const to = parts.findIndex(({ name }, i) => i > from && name === 'in')
      parts
        .slice(from + 1, to)
        .filter(isExpression)
        .forEach(bind)
    } else if (one.name === 'ImportStatement') for (const { as } of importsOf(textOf(one))) into.add(as)
    else if (one.name === 'ScopeStatement') for (const part of parts.slice(1)) global.add(textOf(part))
    else if (one.name === 'WithStatement' || one.name === 'TryStatement')
      parts.forEach((part, i) => {
        if (part.name === 'as' && parts[i + 1]) bind(parts[i + 1]!)
      })
    if (one.name === 'FunctionDefinition' || one.name === 'ClassDefinition') {
      const name = parts.find(({ name }) => name === 'VariableName')
      if (name) into.add(textOf(name))
      return
    }
    if (one.name !== 'LambdaExpression') parts.forEach(visit)
  }
  childrenOf(node).forEach(visit)
  for (const name of global) into.delete(name)
  return into
}
