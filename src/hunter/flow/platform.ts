// What a language's platform is made of: its names, what its functions do with what they are given, and what they give.
import type { Taint, Value } from './value.ts'

export type Act =
  | 'runs code'
  | 'runs a command'
  | 'sends'
  | 'writes a file'
  | 'deletes'
  | 'loads native code'
  | 'writes the clipboard'
  | 'duplicates a socket'
  /** Makes memory executable, starts a thread in it. */
  | 'injects'
  | 'encrypts'
  /** Names something of the platform by text that was put together. */
  | 'hides a name'
  /** Puts something of its own in the place of something of the platform. */
  | 'patches'
  | 'compares'
  | 'pipes'

export interface Effect {
  readonly act?: Act
  readonly gives?: readonly Taint[]
  /** Canonical name of what it gives. */
  readonly is?: string
  /** Text that it gives, such as `~` for the home directory. */
  readonly text?: string
  /** Of what it hands to functions that it is given. */
  readonly hands?: readonly Taint[]
  readonly handsOver?: string
}

/** What folding may ask and make. */
export interface Heap {
  /** Items of a list in order, if it is one and all its places are known. */
  items(value: Value): readonly Value[] | undefined
  list(items: readonly Value[]): Value
  /** Taints of the value and of all that it holds. */
  taints(value: Value): ReadonlySet<Taint>
  texts(value: Value): string[]
}

export interface Platform {
  /** `exec` of `node:child_process` is `child_process.exec`, whichever way it was reached. */
  canonical(api: string): string
  global(name: string): Value | undefined
  effect(api: string): Effect | undefined
  /** Taints that a name has by itself: `process.env`. */
  taints(api: string): readonly Taint[]
  /** Result of a function of the platform, where it can be told. */
  fold(api: string, args: readonly Value[], heap: Heap, self: Value): Value | undefined
  /** Result of a method of a text, list or buffer, where it can be told. */
  method(key: string, self: Value, args: readonly Value[], heap: Heap): Value | undefined
  /** `constructor` of a function, and the like. */
  member(self: Value, key: string): Value | undefined
  /** What `on(event, …)` hands over. */
  event(name: string): readonly Taint[]
  /** Whether reaching this by a hidden name is worth a word. */
  sensitive(api: string): boolean
  /** A module or an object whose members do things, where a member that nobody can read off is one too many. */
  holdsFunctions(api: string): boolean
}
