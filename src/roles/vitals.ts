// How this process is, and that it is there: asked by health and metrics, told to the others now and then.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Queue } from 'bullmq'
import type { Db } from '../../db/client.ts'
import { readFigures } from '../../db/stores/figures.ts'
import { processesOn } from '../../db/stores/processes.ts'
import { type Figures, type Health, healthOf } from '../health/health.ts'
import { BEAT_MS } from '../health/processes.ts'

export interface Vitals {
  /** What this process says of a part of itself. */
  tell(part: string, says: () => string): void
  look(): Promise<{ figures: Figures | null; health: Health }>
  /** Says that it is there, from now on. */
  begin(role: string, version: string): Promise<void>
  end(): Promise<void>
}

const PATIENCE_MS = 2_000
const within = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    sleep(PATIENCE_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('no answer'))),
  ])

const answers = (queue: Queue): Promise<boolean> =>
  within(queue.getWaitingCount()).then(
    () => true,
    () => false,
  )

export function openVitals(db: Db, queue: Queue): Vitals {
  const processes = processesOn(db)
  const id = randomUUID()
  const own = new Map<string, () => string>()
  const parts = () => Object.fromEntries([...own].map(([part, says]) => [part, says()]))
  let stopping = false
  let beating: NodeJS.Timeout | undefined
  return {
    tell: (part, says) => own.set(part, says),
    async look() {
      const figures = await within(readFigures(db)).catch(() => null)
      const health = healthOf({
        figures,
        queueAnswers: await answers(queue),
        living: figures ? await processes.living() : [],
        own: parts(),
        stopping,
      })
      return { figures, health }
    },
    async begin(role, version) {
      const beat = () =>
        processes.beat({ id, role, version, host: hostname(), parts: parts() }).catch(() => {})
      await beat()
      beating = setInterval(() => void beat(), BEAT_MS)
    },
    async end() {
      stopping = true
      clearInterval(beating)
      await processes.leave(id)
    },
  }
}
