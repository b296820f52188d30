// What one abuse is: what a candidate tries inside, and how the host sees whether it had an effect.
import type { Command } from '../../src/config/units.ts'
import type { Receipt, Run } from '../../src/sandbox/room.ts'
import type { Canaries } from './canaries.ts'

/** Of a run, and the quota of its room. */
export type Limits = NonNullable<Run['limits']> & {
  readonly diskBytes?: number
  readonly inodes?: number
}

export type Outcome = Pick<
  Receipt,
  'exit' | 'ended' | 'output' | 'stdout' | 'files' | 'wallMs' | 'cpuMs' | 'droppedBytes'
>

/** What the host can look at once a case has run. */
export interface After {
  readonly canaries: Canaries
  readonly first: Outcome
  /** Of `next`, where the case has one. */
  readonly second: Outcome | undefined
  /** Of `watch`, where the case has one. */
  readonly seen: number
  /** The candidate's tree on the host. */
  readonly tree: string
  /** All that the host keeps of the room, the tree among it. */
  readonly room: string
  /** The most processes at once beyond the battery's own. */
  readonly processes: number
  /** The most cores that a script was granted. */
  readonly cores: number
  /** What Grace itself does with a tree that a candidate has written (its own git plumbing). */
  readonly patch: () => Promise<unknown>
}

export interface Case {
  readonly number: number
  readonly name: string
  readonly kind: 'escape' | 'hardening' | 'dos' | 'integrity'
  /** Why it reaches nothing even where no sandbox is. */
  readonly neverFires?: string
  /** What is reached all the same, and why that is borne. */
  readonly borne?: { readonly reached: readonly string[]; readonly why: string }
  readonly limits?: Limits
  readonly collect?: readonly string[]
  /** Run while dependencies are installed, where the case is about that. */
  readonly install?: (canaries: Canaries) => string
  /** The target's commit has a gitlink called `sub`. */
  readonly gitlink?: boolean
  /** Tried by the candidate, with its tree as working directory. */
  readonly tries: (canaries: Canaries) => Command
  /** Tried by the next mission, in a room of its own: afterwards, or `beside` the first. */
  readonly next?: (canaries: Canaries) => Command
  readonly beside?: boolean
  /** The host looks while it runs. */
  readonly watch?: (canaries: Canaries) => Promise<number>
  /** Everything that was reached; nothing where it was contained. */
  readonly reached: (after: After) => readonly string[] | Promise<readonly string[]>
}

/** Believed only where the host has nothing to look at: a kernel that answered, a capability that was held. */
export const said = ({ first, second }: Pick<After, 'first' | 'second'>): string[] => [
  ...new Set(
    [...`${first.stdout}\n${second?.stdout ?? ''}`.matchAll(/^REACHED (.*)$/gm)].map(([, what]) => what!),
  ),
]

/** A number that the candidate counted, such as `MADE 12`; the last one it got to say. */
export const counted = ({ first }: Pick<After, 'first'>, word: string): number =>
  Number([...first.stdout.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0)

/** Secrets that came out. Their text is random and in no script, so whoever prints it has read it. */
export const leaked = ({ canaries, first, second }: After, ...names: readonly string[]): string[] =>
  names
    .filter((name) => `${first.output}${second?.output ?? ''}`.includes(canaries.secret(name)))
    .map((name) => `read ${name}`)
