// The parser's tree of Python, and what of it is read as text.
import type { SyntaxNode } from '@lezer/common'

export const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const all: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) all.push(child)
  return all
}
/** Expressions begin with a capital; words and signs of the language do not. */
export const isExpression = (node: SyntaxNode): boolean =>
  /^[A-Z]/.test(node.name) &&
  !/^(?:Comment|TypeDef|AssignOp|UpdateOp|ArithOp|BitOp|CompareOp|FormatSpec|FormatConversion)$/.test(
    node.name,
  )

export interface Import {
  readonly module: string
  readonly member?: string
  readonly as: string
}

/** What an import statement binds; `*` binds nothing that could be told. */
export function importsOf(statement: string): Import[] {
  const text = statement
    .replaceAll(/#.*$/gm, '')
    .replaceAll(/[\\()\s]+/g, ' ')
    .trim()
  const from = /^from (\S+) import (.+)$/.exec(text)
  const named = (list: string) =>
    list.split(',').flatMap((part) => {
      const [, what, as] = /^\s*([\w.]+)(?: as (\w+))?\s*$/.exec(part) ?? []
      return what ? [{ what, as }] : []
    })
  if (from) return named(from[2]!).map(({ what, as }) => ({ module: from[1]!, member: what, as: as ?? what }))
  const plain = /^import (.+)$/.exec(text)
  return plain
    ? named(plain[1]!).map(({ what, as }) => ({
        module: as ? what : what.split('.')[0]!,
        as: as ?? what.split('.')[0]!,
      }))
    : []
}

/** The text that documents a function: code can be kept there. */
export function docOf(definition: SyntaxNode): SyntaxNode[] {
  const body = definition.getChild('Body')
  const first = body && childrenOf(body).find(isExpression)
  return first?.name === 'ExpressionStatement'
    ? childrenOf(first).filter(({ name }) => name === 'String')
    : []
}
