// Reads a service's counters from its Prometheus text endpoint.
import parsePrometheus from 'parse-prometheus-text-format'
import type { Live } from '../../src/monitoring/live-source.ts'
import type { Counters } from '../../src/monitoring/samples.ts'
import { fetchBounded, unreadable } from './fetch-bounded.ts'

type Names = Pick<Live, 'latency_histogram' | 'request_counter' | 'status_label'>

export const scrape = async (url: string, names: Names): Promise<Counters> =>
  countersOf(await fetchBounded(url, {}), url, names)

/** All series of the two families added up. A value that is no finite number refuses: no data is not zero. */
export function countersOf(text: string, url: string, names: Names): Counters {
  const families = parsePrometheus(text)
  const number = (value: string | undefined): number => {
    const parsed = Number(value)
    if (value === undefined || !Number.isFinite(parsed) || parsed < 0)
      throw unreadable(url, `"${value}" is no count`)
    return parsed
  }
  const histogram = families.find((family) => family.name === names.latency_histogram)
  const counter = families.find((family) => family.name === names.request_counter)
  if (histogram?.type !== 'HISTOGRAM') throw unreadable(url, `it has no histogram ${names.latency_histogram}`)
  if (!counter) throw unreadable(url, `it has no counter ${names.request_counter}`)
  const buckets: Record<string, number> = {}
  for (const { buckets: own = {} } of histogram.metrics)
    for (const [seconds, count] of Object.entries(own)) {
      const bound = seconds === '+Inf' ? '+Inf' : String(Number((Number(seconds) * 1000).toPrecision(12)))
      buckets[bound] = (buckets[bound] ?? 0) + number(count)
    }
  let [requests, errors] = [0, 0]
  for (const { value, labels } of counter.metrics) {
    requests += number(value)
    if (/^5\d\d$/.test(labels?.[names.status_label] ?? '')) errors += number(value)
  }
  return { requests, errors, buckets }
}
