// What every check is given, and the names under which it reports. The names' numbers are DESIGN.md's.
import type { ChatRecord } from './chat-record.ts'
import type { Git } from './git.ts'
import type { Elector, Records } from './records.ts'

export const RULES = {
  phases: 'the flow: a mission’s phases are one chain',
  rows: 'the flow: phase, session and execution agree',
  revisions: 'the flow: three revisions at most',
  refused: 'the flow: a refused change is not taken again',
  conditions: '1 six conditions',
  bound: '3 bound to what was seen',
  carried: '3 ballots are carried with the same patch only',
  buttons: '3 buttons carry the open session',
  electorate: '4 who may vote is the snapshot, and authors may not approve',
  oneHuman: '4 one human, one vote',
  clicks: '5 no click lost, doubled or reordered',
  receipts: '5 a receipt is true',
  tally: '6 a session closes as its ballots say',
  waiting: '7 all waiting is state',
  outbox: '8 what must follow is carried out',
  card: '8 one live card',
  history: '9 every change is in the ledger',
  ballots: '9 every ballot is in the ledger',
  ledger: '9 the ledger is whole',
  checkpoint: '9 closing, checkpoint, unlock',
  oneLive: '11 one live execution',
  merge: '11 merged is what was approved',
  rollback: '11 one rollback, verified',
  deploy: '11 deployed is what was merged',
  watch: 'the watch: to its end, and its outcome',
  secrets: 'no secret is shown',
} as const
export type Rule = keyof typeof RULES

export interface Checking {
  readonly records: Records
  readonly settled: boolean
  /** Raw 32 bytes; whose signatures are Grace's. */
  readonly publicKeys: (purpose: 'ledger' | 'attestation') => readonly Uint8Array[]
  /** Target → its repository. */
  readonly repositories: ReadonlyMap<string, Git>
  /** Target → text of its deploy log. */
  readonly deployLogs: ReadonlyMap<string, string>
  readonly chats: Readonly<Partial<Record<'slack' | 'discord', ChatRecord>>>
  readonly secrets: readonly string[]
  /** Member → when they stopped to be one, where a test knows it; PostgreSQL keeps only who is one now. */
  readonly left: ReadonlyMap<string, number>
  report(rule: Rule, what: string): void
}

export const by = <T, K>(rows: readonly T[], key: (row: T) => K): Map<K, T> =>
  new Map(rows.map((row) => [key(row), row]))

export function group<T, K>(rows: readonly T[], key: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return groups
}

/** `12:34:56.789`, for reports. */
export const clock = (moment: number | null): string =>
  moment === null ? 'never' : new Date(moment).toISOString().slice(11, 23)

/**
 * False only where it is certain that the member was none at that time: who is none now, since they left (as the test
 * says), or since their last account of grace.yaml ended.
 */
export function mayHaveBeenActive({ records, left }: Checking, member: string, at: number): boolean {
  if (records.members.find((one) => one.id === member)?.active) return true
  const known = left.get(member)
  if (known !== undefined) return at < known
  const ends = records.accounts.filter((one) => one.member === member && one.source === 'config')
  if (ends.length === 0 || ends.some((one) => one.until === null)) return true
  return at < Math.max(...ends.map((one) => one.until!))
}

/**
 * Who may have been eligible at that time, in every way that it may have been: of those who left nobody knows when, each
 * was still there or not.
 */
export function eligibleAt(c: Checking, electors: readonly Elector[], at: number): Elector[][] {
  const there = electors.filter((one) => mayHaveBeenActive(c, one.member, at))
  const isNow = (member: string) => c.records.members.some((one) => one.id === member && one.active)
  const known = (member: string) => isNow(member) || !mayHaveBeenActive(c, member, Number.POSITIVE_INFINITY)
  return there.reduce<Elector[][]>(
    (ways, one) =>
      known(one.member) || ways.length > 32
        ? ways.map((way) => [...way, one])
        : ways.flatMap((way) => [[...way, one], way]),
    [[]],
  )
}
