// What an expression may be: all that is known of it, over all paths and all passes. Values only grow.
import type { FunctionOf } from './program.ts'

/** Where a value comes from, or what was done to it. */
export type Taint =
  /** Was encoded, encrypted, compressed or put together from character codes. */
  | 'decoded'
  /** Known text in several parts, where one would do. */
  | 'assembled'
  | 'network'
  /** All variables of the environment. */
  | 'environment'
  /** One variable whose name says that it is a secret. */
  | 'secret variable'
  | 'credentials'
  /** Names the machine or who works on it. */
  | 'host'
  | 'keystrokes'
  | 'browser storage'
  | 'form fields'
  /** What people typed, of which nothing says that it is a secret. */
  | 'typed'
  | 'clipboard'
  | 'screen'
  | 'request'
  /** Private keys and what they are made from. */
  | 'private key'
  /** Numbers of characters. */
  | 'codes'
  /** Names of files in a home directory or at the root. */
  | 'everything'

export interface Value {
  /** Texts that it may be; `…` stands for a part that is not known. */
  readonly texts: ReadonlySet<string>
  /** Canonical names of what it may be of the platform: `child_process.exec`. */
  readonly apis: ReadonlySet<string>
  readonly taints: ReadonlySet<Taint>
  readonly functions: ReadonlySet<FunctionOf>
  /** Where it was made; its fields are kept there. */
  readonly objects: ReadonlySet<string>
}

const NONE: ReadonlySet<never> = new Set()
export const NOTHING: Value = { texts: NONE, apis: NONE, taints: NONE, functions: NONE, objects: NONE }
const MOST = 24
const LONGEST = 200_000

export const whose = (of: Partial<Value>): Value => ({ ...NOTHING, ...of })
export const ofText = (...texts: string[]): Value =>
  whose({ texts: new Set(texts.map((t) => t.slice(0, LONGEST))) })
export const ofApi = (...apis: string[]): Value => whose({ apis: new Set(apis) })
export const ofTaint = (...taints: Taint[]): Value => whose({ taints: new Set(taints) })

function union<T>(a: ReadonlySet<T>, b: ReadonlySet<T>, most: number): ReadonlySet<T> {
  if (b.size === 0 || a === b) return a
  if (a.size === 0) return b
  let grown: Set<T> | undefined
  for (const one of b) {
    if (a.has(one) || (grown ?? a).size >= most) continue
    grown ??= new Set(a)
    grown.add(one)
  }
  return grown ?? a
}

/** The very same object where nothing is new. */
export function either(a: Value, b: Value): Value {
  if (a === b || b === NOTHING) return a
  if (a === NOTHING) return b
  const texts = union(a.texts, b.texts, MOST)
  const apis = union(a.apis, b.apis, MOST)
  const taints = union(a.taints, b.taints, MOST)
  const functions = union(a.functions, b.functions, MOST)
  const objects = union(a.objects, b.objects, MOST)
  return texts === a.texts &&
    apis === a.apis &&
    taints === a.taints &&
    functions === a.functions &&
    objects === a.objects
    ? a
    : { texts, apis, taints, functions, objects }
}

export const anyOf = (values: readonly Value[]): Value => values.reduce(either, NOTHING)
export const tainted = (value: Value, ...taints: readonly Taint[]): Value => either(value, ofTaint(...taints))
export const onlyTaints = (value: Value): Value => whose({ taints: value.taints })
