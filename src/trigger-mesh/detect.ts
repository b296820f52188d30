// Lets every detector look at one target.
import type { Config } from '../config/config.ts'
import type { Clock, Transact } from '../kernel/work.ts'
import type { Counters, CoverageReadings, Samples, Scrapes } from '../monitoring/samples.ts'
import { sampleBetween } from '../monitoring/samples.ts'
import type { Detector } from './detector.ts'
import { coverage } from './detectors/coverage.ts'
import { errorRate } from './detectors/error-rate.ts'
import { latency } from './detectors/latency.ts'
import type { Finding } from './opportunity.ts'

export const DETECTORS: readonly Detector[] = [latency, errorRate, coverage]

interface Seeing {
  readonly transact: Transact<{
    clock: Clock
    samples: Samples
    scrapes: Scrapes
    coverage: CoverageReadings
  }>
  readonly config: Config
}

export async function detect(ctx: Seeing, name: string): Promise<Finding[]> {
  const target = ctx.config.targets.get(name)
  if (!target) return []
  const sight = await ctx.transact(async (stores) => {
    const now = await stores.clock.now()
    const from = new Date(now.getTime() - (target.live?.window ?? 0))
    return {
      target,
      samples: await stores.samples.between(name, from, now),
      coverage: await stores.coverage.latest(name),
    }
  })
  return DETECTORS.map((detector) => detector.look(sight)).filter((finding) => finding !== undefined)
}

/** Keeps what was scraped, and the traffic since the scrape before. */
export async function keepScrape(
  ctx: Pick<Seeing, 'transact'>,
  target: string,
  counters: Counters,
): Promise<void> {
  await ctx.transact(async ({ clock, samples, scrapes }) => {
    const before = await scrapes.last(target)
    const now = await clock.now()
    await scrapes.keep(target, now, counters)
    if (!before || now <= before.at) return
    const sample = sampleBetween(before.counters, counters, now, now.getTime() - before.at.getTime())
    if (sample) await samples.add(target, sample)
  })
}
