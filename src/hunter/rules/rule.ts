// A rule looks at what a program does and names what no ordinary change needs.
import type { Deed } from '../flow/evaluate.ts'
import type { Store } from '../flow/store.ts'
import type { Taint, Value } from '../flow/value.ts'

export interface Sight {
  readonly line: number
  /** `block`: nothing but an attack is known to need this. `review`: a point for people. */
  readonly grade: 'block' | 'review'
  readonly what: string
}

export interface Seen {
  readonly deeds: readonly Deed[]
  readonly store: Store
  readonly source: string
  /** Whether the file is a test, where odd things are done on purpose. */
  readonly isTest: boolean
  /** What a text would do as a program; nothing where it is none. */
  read(text: string): Sight[]
}

export interface Rule {
  /** Kebab case; shown with each finding and documented in docs/hunter.md. */
  readonly id: string
  look(seen: Seen): Sight[]
}

export const block = (line: number, what: string): Sight => ({ line, grade: 'block', what })
export const review = (line: number, what: string): Sight => ({ line, grade: 'review', what })

/** One answer for each deed that has one. */
export const each = (seen: Seen, act: Deed['act'], judge: (deed: Deed) => Sight | undefined): Sight[] =>
  seen.deeds.filter((deed) => deed.act === act).flatMap((deed) => judge(deed) ?? [])

export const allArgs = (deed: Deed): readonly Value[] => [...deed.args, ...deed.named.values()]
export const hasTaint = (values: readonly Value[], ...taints: Taint[]): boolean =>
  values.some((value) => taints.some((taint) => value.taints.has(taint)))
export const textsOf = (seen: Seen, values: readonly Value[]): string[] =>
  values.flatMap((value) => seen.store.texts(value))

/** Which file a deed writes, and what. */
export function fileOf(
  seen: Seen,
  deed: Deed,
): { paths: string[]; where: readonly Value[]; data: readonly Value[] } {
  const isOpen = /^(?:FileStream|File|Path)\./.test(deed.api)
  const where = isOpen
    ? [deed.self]
    : deed.args.slice(0, /cop|move|rename|link|replace/i.test(deed.api) ? 2 : 1)
  const data = isOpen ? deed.args : deed.args.slice(1)
  return {
    paths: where.flatMap((value) => seen.store.texts(value)).filter((text) => text.length < 300),
    where,
    data,
  }
}

/** The first thing that blocks in what the values' texts would do as programs. */
export const wouldDo = (seen: Seen, values: readonly Value[]): Sight | undefined =>
  textsOf(seen, values)
    .flatMap((text) => seen.read(text))
    .find(({ grade }) => grade === 'block')
