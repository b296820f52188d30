// Where processes are killed: at the commit of every step of a mission's life, on both sides of it, and inside of what
// takes long.
import { readFileSync } from 'node:fs'
import type { CrashPoint, Fate } from './crash-point.ts'
import type { Row, Way } from './people.ts'
import type { World } from './world.ts'

export interface AtCommit {
  readonly id: string
  readonly fate: Fate
  readonly point: CrashPoint
  readonly way?: Way
  /** The live service is hurt by the change. */
  readonly hurts?: boolean
}

const moved = (from: string, to: string): CrashPoint => ({
  on: 'update',
  table: 'missions',
  when: `old.phase = '${from}' and new.phase = '${to}'`,
})
const state = (to: string): CrashPoint => ({
  on: 'update',
  table: 'executions',
  when: `old.state <> '${to}' and new.state = '${to}'`,
})
const done = (kind: string): CrashPoint => ({
  on: 'update',
  table: 'outbox',
  when: `new.kind = '${kind}' and old.done_at is null and new.done_at is not null`,
})

const BOUNDARIES: Readonly<Record<string, CrashPoint>> = {
  detected: { on: 'insert', table: 'missions', when: 'true' },
  evidence: { on: 'insert', table: 'evidence', when: 'true' },
  discussion: moved('sandbox_testing', 'discussion'),
  consensus: moved('discussion', 'consensus'),
  checkpoint: { on: 'insert', table: 'ledger_checkpoints', when: 'true' },
  'live-execution': moved('consensus', 'live_execution'),
  merging: state('merging'),
  deploying: state('deploying'),
  monitoring: moved('live_execution', 'monitoring'),
  complete: moved('monitoring', 'complete'),
}
const OF_CLICKS: Readonly<Record<string, CrashPoint>> = {
  'click-received': { on: 'insert', table: 'inbox', when: 'true' },
  'click-counted': { on: 'insert', table: 'ballots', when: "new.via <> 'rest'" },
  'click-told': { on: 'update', table: 'inbox', when: 'old.told_at is null and new.told_at is not null' },
  'card-posted': { on: 'update', table: 'cards', when: 'old.message is null and new.message is not null' },
}
const OF_ROLLBACKS: Readonly<Record<string, CrashPoint>> = {
  'rolling-back': state('rolling_back'),
  'rolled-back': {
    on: 'update',
    table: 'rollbacks',
    when: 'old.verified is null and new.verified is not null',
  },
}
/** Carried out, and killed before that is noted: it is carried out once more. */
const EFFECTS = [
  'announce',
  'test-candidate',
  'settle-session',
  'unlock-mission',
  'execute-mission',
  'watch-execution',
  'count-click',
  'card:slack',
  'card:discord',
  'tell:slack',
  'tell:discord',
  'say:slack',
  'say:discord',
] as const

const FATES: readonly Fate[] = ['before', 'after']
const both = (points: Readonly<Record<string, CrashPoint>>, more: Partial<AtCommit> = {}): AtCommit[] =>
  Object.entries(points).flatMap(([name, point]) =>
    FATES.map((fate) => ({ id: `${name}-${fate}`, fate, point, ...more })),
  )

export const AT_COMMIT: readonly AtCommit[] = [
  ...both(BOUNDARIES),
  ...both(OF_CLICKS),
  ...both({ 'vote-by-rest': { on: 'insert', table: 'ballots', when: "new.via = 'rest'" } }, { way: 'web' }),
  ...both(OF_ROLLBACKS, { hurts: true }),
  ...EFFECTS.map((kind) => ({ id: `done-${kind}`, fate: 'before' as const, point: done(kind) })),
  { id: 'done-roll-back', fate: 'before', point: done('roll-back'), hurts: true },
]

export interface InLongStep {
  readonly id: string
  readonly hurts?: boolean
  /** All of them at once, as when the machine loses its power. */
  readonly everybody?: boolean
  /** Whether it is the moment. */
  now(world: World, mission: Row): Promise<boolean> | boolean
}

/** A worker has been at it for so long. */
export const isLeased = (kind: string, forMs: number) => async (world: World) => {
  const rows = await world.sql()`
    select 1 from grace.outbox where kind = ${kind} and leased_until > grace.now() and done_at is null
      and leased_until < grace.now() + interval '15 s' - ${`${forMs} ms`}::interval`
  return rows.length > 0
}
const logged = (what: string) => (world: World, mission: Row) => {
  const begun = read(world.target.deployLog).trim().split('\n').at(-1) ?? ''
  return begun.startsWith(what) && mission.phase !== 'complete' && !isDone(world, begun)
}
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
const isDone = (world: World, line: string) => read(world.target.liveFile).trim() === line.split(' ')[2]
const inPhase = (phase: string) => (_: World, mission: Row) => mission.phase === phase

const STEPS: readonly InLongStep[] = [
  { id: 'testing-begun', now: isLeased('test-candidate', 100) },
  { id: 'testing-middle', now: isLeased('test-candidate', 700) },
  { id: 'testing-late', now: isLeased('test-candidate', 1_400) },
  { id: 'in-the-deploy', now: logged('deploy') },
  { id: 'in-the-watch', now: inPhase('monitoring') },
  { id: 'in-the-rollback', now: logged('rollback'), hurts: true },
]
export const IN_LONG_STEPS: readonly InLongStep[] = [
  ...STEPS,
  ...STEPS.map((step) => ({ ...step, id: `${step.id}-everybody`, everybody: true })),
]
