// A service as the benches of the judge and of the detectors imagine it: requests come by chance, their latency is lognormal,
// and it is seen in Prometheus' own buckets.
import { seeded } from '../../src/sandbox/order.ts'

/** ms. */
const BOUNDS = [5, 10, 25, 50, 75, 100, 150, 200, 250, 350, 500, 750, 1_000, 2_500, 5_000, 10_000]
/** Of the logarithm of a latency. */
const SPREAD = 0.5

export interface Chance {
  /** 0…1. */
  random(): number
  /** Of the standard normal distribution. */
  normal(): number
  poisson(mean: number): number
  binomial(n: number, p: number): number
  /** So many requests, of a median of so many ms, in cumulative buckets. */
  buckets(requests: number, medianMs: number): Record<string, number>
}

export function chanceOf(seed: number): Chance {
  const random = seeded(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

  /** Knuth's below 30, else by the normal distribution. */
  function poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const limit = Math.exp(-mean)
    let [n, p] = [0, random()]
    while (p > limit) {
      n++
      p *= random()
    }
    return n
  }

  /** Of rare hits by Poisson, of common ones by the normal distribution. */
  function binomial(n: number, p: number): number {
    if (n === 0 || p <= 1e-9) return 0
    if (p >= 1) return n
    if (p > 0.5) return n - binomial(n, 1 - p)
    if (n > 20 && p < 0.1) return Math.min(n, poisson(n * p))
    const variance = n * p * (1 - p)
    if (variance > 9) return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(variance) * normal())))
    let hits = 0
    for (let i = 0; i < n; i++) if (random() < p) hits++
    return hits
  }

  function buckets(requests: number, medianMs: number): Record<string, number> {
    let [left, under] = [requests, 0]
    const counts: Record<string, number> = {}
    for (const bound of BOUNDS) {
      const share = below(Math.log(bound / medianMs) / SPREAD)
      const rest = 1 - under
      const inside = rest > 0 ? binomial(left, Math.min(1, (share - under) / rest)) : 0
      left -= inside
      under = share
      counts[bound] = requests - left
    }
    counts['+Inf'] = requests
    return counts
  }
  return { random, normal, poisson, binomial, buckets }
}

/** Of the standard normal distribution. */
function below(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    0.3989423 *
    Math.exp((-z * z) / 2) *
    t *
    (0.3193815 + t * (-0.3565638 + t * (1.781478 + t * (-1.821256 + t * 1.330274))))
  return z > 0 ? 1 - tail : tail
}
