// A program of any language as the analysis reads it: expressions, of which some assign. Control flow is left out, as what a
// branch guards does not change what it is able to do.

export type Node = { readonly line: number } & (
  | {
      readonly kind: 'text'
      readonly text: string /** Written with escapes that nobody needs. */
      readonly hidden?: boolean
    }
  | { readonly kind: 'number'; readonly number: number }
  /** A variable, its scope in its name (`x#3`), or a global (`eval`). */
  | { readonly kind: 'name'; readonly name: string; readonly hidden?: boolean }
  | { readonly kind: 'member'; readonly of: Node; readonly key: Node }
  | {
      readonly kind: 'call'
      readonly callee: Node
      readonly args: readonly Node[]
      readonly named?: readonly NamedArgument[]
    }
  /** Text put together from parts. */
  | { readonly kind: 'join'; readonly parts: readonly Node[] }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'record'; readonly entries: readonly { readonly key: Node; readonly value: Node }[] }
  | FunctionOf
  | { readonly kind: 'assign'; readonly to: Node; readonly value: Node }
  | { readonly kind: 'compare'; readonly left: Node; readonly right: Node }
  /** A value that comes from these, whichever of them. */
  | { readonly kind: 'any'; readonly of: readonly Node[] }
)

export interface NamedArgument {
  readonly name: string
  readonly value: Node
}

export interface FunctionOf {
  readonly kind: 'function'
  readonly line: number
  /** What its `return` statements assign to. */
  readonly result: string
  /** Names that its parameters have inside. */
  readonly params: readonly string[]
  readonly rest: string | undefined
  /** All names of its own, parameters included. */
  readonly locals: readonly string[]
  readonly body: readonly Node[]
}

/** `a + b + c` in one. */
export const sumOf = (node: Node): readonly Node[] => (node.kind === 'join' ? node.parts : [node])

/** Whether it is `of.name`, of a global. */
export const isMethod = (callee: Node, of: string, name: string): boolean =>
  callee.kind === 'member' &&
  callee.of.kind === 'name' &&
  callee.of.name === of &&
  callee.key.kind === 'text' &&
  callee.key.text === name
