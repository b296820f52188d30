// Asks a service once, as a user would: whether it answers, and how fast.
import type { Sample } from '../../src/monitoring/samples.ts'

const TIMEOUT_MS = 10_000
/** ms: Prometheus' own default bounds, and finer ones for what is fast. */
const BOUNDS = [1, 2.5, 5, 10, 25, 50, 75, 100, 150, 250, 350, 500, 750, 1_000, 2_500, 5_000, 10_000]

/** One request; anything but 2xx or 3xx in ten seconds is an error. `windowMs`: the time since the probe before. */
export async function probe(url: string, windowMs: number, at: Date): Promise<Sample> {
  const begun = performance.now()
  const ok = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' })
    .then(async (response) => {
      await response.body?.cancel()
      return response.status < 400
    })
    .catch(() => false)
  const ms = performance.now() - begun
  const buckets = Object.fromEntries(BOUNDS.map((bound) => [bound, ms <= bound ? 1 : 0]))
  return { at, windowMs, requests: 1, errors: ok ? 0 : 1, buckets: { ...buckets, '+Inf': 1 } }
}
