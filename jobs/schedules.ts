// What happens by the clock: scraping, detecting, numbering the ledger, tidying up. BullMQ's schedulers keep one of
// each however many workers there are; the rows they leave are PostgreSQL's.
import type { Queue } from 'bullmq'
import type { OutstandingEffects } from '../src/kernel/outstanding.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { sequence } from '../src/ledger/sequence.ts'
import { followPullRequests } from '../src/mission/follow-pull-requests.ts'
import { measureCoverage } from '../src/mission/measure-coverage.ts'
import { openFromFinding } from '../src/mission/open-mission.ts'
import { surveyByOwnDetector, surveyVulnerabilities } from '../src/mission/survey-repository.ts'
import { surveyByHunter, surveyByScanners } from '../src/mission/survey-security.ts'
import { HISTORY_MS, keepHistory } from '../src/monitoring/history.ts'
import { type LiveSource, readLive, scrapeMs } from '../src/monitoring/live-source.ts'
import { detect } from '../src/trigger-mesh/detect.ts'
import type { JobContext, QueueName } from './job.ts'

export interface Schedule {
  readonly id: string
  readonly queue: QueueName
  readonly everyMs: number
  run(): Promise<void>
}

export interface Clockwork {
  readonly ctx: JobContext
  readonly effects: OutstandingEffects
  readonly source: LiveSource
  /** Figures, as of a target, could not be read; said once until they can be again. */
  onSilence(what: string, why: string | undefined): void
}

const SAMPLES_KEPT_MS = 7 * 86_400_000
const DONE_KEPT_MS = 86_400_000

export function schedulesOf({ ctx, effects, source, onSilence }: Clockwork): Schedule[] {
  const targets = [...ctx.control.config.targets.values()]
  const perTarget = targets.flatMap((target): Schedule[] => {
    const { live, name } = target
    /** What can't be read is said, and read the next time. */
    const reading = async (what: string, read: () => Promise<void>) => {
      try {
        await read()
        onSilence(what, undefined)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        onSilence(what, error.message)
      }
    }
    const found = async () => {
      if (live) await reading(`history of ${name}`, () => keepHistory(ctx.control, source, name, live))
      for (const finding of await detect(ctx.control, name)) await openFromFinding(ctx.control, finding)
    }
    return [
      ...(live
        ? [
            {
              id: `scrape:${name}`,
              queue: 'work' as const,
              everyMs: scrapeMs(live),
              run: () => reading(name, () => readLive(ctx.control, source, name, live)),
            },
          ]
        : []),
      ...(live || target.coverage_objective !== undefined
        ? [
            {
              id: `detect:${name}`,
              queue: 'work' as const,
              everyMs: live?.every ?? COVERAGE_EVERY_MS,
              run: found,
            },
          ]
        : []),
      ...(target.vulnerabilities
        ? [
            {
              id: `vulnerabilities:${name}`,
              queue: 'work' as const,
              everyMs: SECURITY_EVERY_MS,
              run: () =>
                reading(`vulnerabilities of ${name}`, () => surveyVulnerabilities(ctx.control, name)),
            },
          ]
        : []),
      ...(target.hunter
        ? [
            {
              id: `hunter:${name}`,
              queue: 'work' as const,
              everyMs: SECURITY_EVERY_MS,
              run: () => reading(`Hunter over ${name}`, () => surveyByHunter(ctx.control, name)),
            },
          ]
        : []),
      ...(target.scanners.length > 0
        ? [
            {
              id: `scanners:${name}`,
              queue: 'sandbox' as const,
              everyMs: SECURITY_EVERY_MS,
              run: () => reading(`scanners of ${name}`, () => surveyByScanners(ctx.control, name)),
            },
          ]
        : []),
      ...(target.github
        ? [
            {
              id: `pull-requests:${name}`,
              queue: 'work' as const,
              everyMs: target.github.every,
              run: () => reading(`pull requests of ${name}`, () => followPullRequests(ctx.control, name)),
            },
          ]
        : []),
      ...target.detectors.map((detector) => ({
        id: `detector:${detector.name}:${name}`,
        queue: 'sandbox' as const,
        everyMs: detector.every,
        run: () =>
          reading(`${detector.name} of ${name}`, () => surveyByOwnDetector(ctx.control, name, detector)),
      })),
      ...(target.coverage_objective !== undefined
        ? [
            {
              id: `coverage:${name}`,
              queue: 'sandbox' as const,
              everyMs: COVERAGE_EVERY_MS,
              run: () => measureCoverage(ctx.control, name),
            },
          ]
        : []),
    ]
  })
  return [
    ...perTarget,
    {
      id: 'sequence-ledger',
      queue: 'work',
      everyMs: 1_000,
      run: async () => void (await sequence(ctx.control)),
    },
    {
      id: 'tidy',
      queue: 'work',
      everyMs: 3_600_000,
      run: async () => {
        await effects.tidy(DONE_KEPT_MS)
        await ctx.control.transact(async ({ samples, history, clock }) => {
          const now = (await clock.now()).getTime()
          await samples.prune(new Date(now - SAMPLES_KEPT_MS))
          await history.prune(new Date(now - HISTORY_MS))
        })
      },
    },
  ]
}

const COVERAGE_EVERY_MS = 300_000
const SECURITY_EVERY_MS = 6 * 3_600_000

/** Idempotent; repeated, so that an emptied Redis gets its schedulers back. Those no longer wanted go. */
export async function upsertSchedules(
  schedules: readonly Schedule[],
  queues: Readonly<Record<QueueName, Queue>>,
): Promise<void> {
  for (const { id, queue, everyMs } of schedules)
    await queues[queue].upsertJobScheduler(
      id,
      { every: everyMs },
      { name: 'schedule', data: { schedule: id }, opts: { removeOnComplete: true, removeOnFail: true } },
    )
  const wanted = new Set(schedules.map((schedule) => schedule.id))
  for (const queue of Object.values(queues))
    for (const known of await queue.getJobSchedulers())
      if (known?.key && !wanted.has(known.key)) await queue.removeJobScheduler(known.key)
}
