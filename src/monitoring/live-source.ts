// Where a target's live figures come from, and how they are kept.
import type { Target } from '../config/config.ts'
import type { Clock, Transact } from '../kernel/work.ts'
import {
  type Counters,
  controlOf,
  type Sample,
  type Samples,
  type Scrapes,
  sampleBetween,
} from './samples.ts'

export type Live = NonNullable<Target['live']>

/** The whole of a target, or the instances that a deploy does not reach. */
export type Group = 'live' | 'control'

/** Counters are since the service's start: two of them make a sample. */
export type Reading = { readonly counters: Counters } | { readonly samples: readonly Sample[] }

/** Refuses (metrics_unreadable) where there is nothing that can be believed: no data is not zero. */
export interface LiveSource {
  /** `since`: until when it was read before. */
  read(live: Live, group: Group, since: Date | undefined, now: Date): Promise<Reading>
  /** What it can still tell of a time before Grace watched, in windows that wide; nothing where it keeps no history. */
  past(live: Live, from: Date, to: Date, widthMs: number): Promise<readonly Sample[]>
}

/** ms between two readings. */
export const scrapeMs = (live: Live): number => live.scrape ?? (live.prometheus ? 60_000 : 5_000)

export const hasControl = (live: Live | undefined): boolean =>
  (live?.control ?? live?.prometheus?.control) !== undefined

interface Reader {
  readonly transact: Transact<{ clock: Clock; samples: Samples; scrapes: Scrapes }>
}

/** One reading of a target and of its control group. */
export async function readLive(ctx: Reader, source: LiveSource, name: string, live: Live): Promise<void> {
  await keep('live', name)
  if (hasControl(live)) await keep('control', controlOf(name))

  async function keep(group: Group, as: string): Promise<void> {
    const { since, now } = await ctx.transact(async ({ clock, samples }) => ({
      since: await samples.until(as),
      now: await clock.now(),
    }))
    const reading = await source.read(live, group, since, now)
    if ('counters' in reading) return keepCounters(ctx, as, reading.counters)
    await ctx.transact(async ({ samples }) => {
      for (const sample of reading.samples) await samples.add(as, sample)
    })
  }
}

/** Keeps the counters, and the traffic since those before. */
async function keepCounters({ transact }: Reader, as: string, counters: Counters): Promise<void> {
  await transact(async ({ clock, samples, scrapes }) => {
    const before = await scrapes.last(as)
    const now = await clock.now()
    await scrapes.keep(as, now, counters)
    if (!before || now <= before.at) return
    const sample = sampleBetween(before.counters, counters, now, now.getTime() - before.at.getTime())
    if (sample) await samples.add(as, sample)
  })
}
