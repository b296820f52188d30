// How Grace is, part by part, in words; and whether this process can do what it is there for.
import type { ProcessRecord } from './processes.ts'

/** Counts of what waits and of what there is, as PostgreSQL has them. */
export interface Figures {
  readonly missions: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly sessionsOpen: number
  /** Effects whose time has come, and how long the oldest of them has waited (seconds). */
  readonly due: number
  readonly oldestDueSeconds: number
  readonly givenUp: number
  readonly clicksUntold: number
  readonly ledgerSize: number
  readonly ledgerWaiting: number
}

export interface Vitals {
  /** Null where the database does not answer. */
  readonly figures: Figures | null
  readonly queueAnswers: boolean
  readonly living: readonly ProcessRecord[]
  /** What this process says of itself: it is not among the living while the database is away. */
  readonly own: Readonly<Record<string, string>>
  readonly stopping: boolean
}

export interface Health {
  /** Whether this process can do its part: it has its database and its queue, and is not on its way out. */
  readonly ready: boolean
  readonly parts: Readonly<Record<string, string>>
  /** Names of the parts that somebody should look at. */
  readonly failing: readonly string[]
  readonly processes: readonly ProcessRecord[]
}

/** An effect that waits longer than this is not carried out by anybody. */
const LATE_SECONDS = 60

export function healthOf({ figures, queueAnswers, living, own, stopping }: Vitals): Health {
  const parts: Record<string, string> = {
    database: figures ? 'answers' : 'does not answer',
    queue: queueAnswers ? 'answers' : 'does not answer',
  }
  const failing = [...(figures ? [] : ['database']), ...(queueAnswers ? [] : ['queue'])]
  const note = (name: string, says: string, fine: boolean) => {
    parts[name] = says
    if (!fine) failing.push(name)
  }
  if (figures) {
    const { due, oldestDueSeconds: oldest, givenUp, ledgerWaiting } = figures
    note(
      'work',
      due === 0 ? 'nothing waits' : `${due} waiting, the oldest for ${Math.round(oldest)} s`,
      oldest < LATE_SECONDS,
    )
    if (givenUp > 0) note('given up', `${givenUp} effects could not be carried out; see the log`, false)
    note(
      'ledger',
      ledgerWaiting === 0 ? 'every entry has its number' : `${ledgerWaiting} entries wait for their number`,
      oldest < LATE_SECONDS || ledgerWaiting === 0,
    )
    const workers = living.filter((one) => one.role === 'worker' || one.role === 'up').length
    note('worker', workers === 0 ? 'none is heard of' : `${workers} at work`, workers > 0)
  }
  // The best that any process says of a part: one of two bots stands by while the other is connected.
  const said = new Map<string, string[]>()
  for (const of of figures ? living.map((one) => one.parts) : [own])
    for (const [name, says] of Object.entries(of)) said.set(name, [...(said.get(name) ?? []), says])
  for (const [name, says] of said) {
    const best = says.find(isFine) ?? says[0]!
    note(name, best, isFine(best))
  }
  if (stopping) note('process', 'stopping', false)
  return { ready: figures !== null && queueAnswers && !stopping, parts, failing, processes: living }
}

const isFine = (says: string): boolean => /^(?:connected|contained)/.test(says)
