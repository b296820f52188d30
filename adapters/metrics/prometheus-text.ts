// Reads a service's counters from its Prometheus text endpoint.
import parsePrometheus from 'parse-prometheus-text-format'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Counters } from '../../src/monitoring/samples.ts'

type Live = NonNullable<Target['live']>

const TIMEOUT_MS = 5_000
const LIMIT_BYTES = 5_000_000

const unreadable = (url: string, why: string): Refusal =>
  new Refusal(
    'unavailable',
    'metrics_unreadable',
    `${url} gave no readable metrics: ${why}.`,
    'Check live.metrics in grace.yaml.',
  )

export async function scrape(live: Live): Promise<Counters> {
  const response = await fetch(live.metrics, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch((error: Error) => {
    throw unreadable(
      live.metrics,
      error.name === 'TimeoutError' ? `no answer in ${TIMEOUT_MS / 1000} s` : 'no connection',
    )
  })
  if (!response.ok || !response.body) throw unreadable(live.metrics, `HTTP ${response.status}`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > LIMIT_BYTES) throw unreadable(live.metrics, `more than ${LIMIT_BYTES} bytes`)
    parts.push(part)
  }
  return countersOf(Buffer.concat(parts).toString('utf8'), live)
}

/** All series of the two families added up. A value that is no finite number refuses: no data is not zero. */
export function countersOf(
  text: string,
  live: Pick<Live, 'metrics' | 'latency_histogram' | 'request_counter' | 'status_label'>,
): Counters {
  const families = parsePrometheus(text)
  const number = (value: string | undefined): number => {
    const parsed = Number(value)
    if (value === undefined || !Number.isFinite(parsed) || parsed < 0)
      throw unreadable(live.metrics, `"${value}" is no count`)
    return parsed
  }
  const histogram = families.find((family) => family.name === live.latency_histogram)
  const counter = families.find((family) => family.name === live.request_counter)
  if (histogram?.type !== 'HISTOGRAM')
    throw unreadable(live.metrics, `it has no histogram ${live.latency_histogram}`)
  if (!counter) throw unreadable(live.metrics, `it has no counter ${live.request_counter}`)
  const buckets: Record<string, number> = {}
  for (const { buckets: own = {} } of histogram.metrics)
    for (const [seconds, count] of Object.entries(own)) {
      const bound = seconds === '+Inf' ? '+Inf' : String(Number((Number(seconds) * 1000).toPrecision(12)))
      buckets[bound] = (buckets[bound] ?? 0) + number(count)
    }
  let [requests, errors] = [0, 0]
  for (const { value, labels } of counter.metrics) {
    requests += number(value)
    if (/^5\d\d$/.test(labels?.[live.status_label] ?? '')) errors += number(value)
  }
  return { requests, errors, buckets }
}
