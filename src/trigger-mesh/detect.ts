// Lets every detector look at one target.
import type { Config } from '../config/config.ts'
import type { Clock, Transact } from '../kernel/work.ts'
import { HISTORY_MS, type Histories, WINDOW_MS } from '../monitoring/history.ts'
import type { CoverageReadings, Samples } from '../monitoring/samples.ts'
import type { Detector } from './detector.ts'
import { coverage } from './detectors/coverage.ts'
import { errorRate } from './detectors/error-rate.ts'
import { latency } from './detectors/latency.ts'
import type { Finding } from './opportunity.ts'

/** Those that look at what was read of its traffic and its tests. */
export const DETECTORS: readonly Detector[] = [latency, errorRate, coverage]

interface Seeing {
  readonly transact: Transact<{
    clock: Clock
    samples: Samples
    history: Histories
    coverage: CoverageReadings
  }>
  readonly config: Config
}

export async function detect(ctx: Seeing, name: string): Promise<Finding[]> {
  const target = ctx.config.targets.get(name)
  if (!target) return []
  const sight = await ctx.transact(async (stores) => {
    const at = await stores.clock.now()
    const ago = (ms: number) => new Date(at.getTime() - ms)
    const window = target.live?.window ?? 0
    const all = await stores.samples.between(name, ago(Math.max(window, 2 * WINDOW_MS)), at)
    const within = (ms: number) => all.filter((sample) => sample.at > ago(ms))
    return {
      target,
      at,
      samples: within(window),
      recent: within(2 * WINDOW_MS),
      history: await stores.history.between(name, ago(HISTORY_MS), at),
      coverage: await stores.coverage.latest(name),
    }
  })
  return DETECTORS.map((detector) => detector.look(sight)).filter((finding) => finding !== undefined)
}
