// Asks a server with Prometheus' HTTP API for a service's traffic, window by window.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Group, Live } from '../../src/monitoring/live-source.ts'
import type { Sample } from '../../src/monitoring/samples.ts'
import { fetchBounded, unreadable } from './fetch-bounded.ts'

/** Prometheus answers at most 11,000 points a series. */
const MOST_WINDOWS = 10_000

type Prometheus = NonNullable<Live['prometheus']>
type Point = readonly [seconds: number, value: string]

const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([z.number(), z.string()])),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
])
type Series = Extract<z.output<typeof answerSchema>, { status: 'success' }>['data']['result'][number]

/**
 * Windows of `widthMs`, each ending at a multiple of it, that begin at `from` or later and are over at `to`; the newest ten
 * thousand. Counts are whole numbers: what Prometheus extrapolates is rounded. A window without figures is left out.
 */
export async function windowsBetween(
  live: Live,
  prometheus: Prometheus,
  group: Group,
  from: Date,
  to: Date,
  widthMs: number,
): Promise<Sample[]> {
  const last = Math.floor(to.getTime() / widthMs)
  const first = Math.max(Math.ceil(from.getTime() / widthMs) + 1, last - MOST_WINDOWS + 1)
  if (first > last) return []
  const queries = queriesOf(live, prometheus, group)
  const [requests, errors, latency] = await Promise.all(
    [queries.requests, queries.errors, queries.latency].map((query) =>
      ask(prometheus, query.replaceAll('$window', `${widthMs}ms`), first * widthMs, last * widthMs, widthMs),
    ),
  )
  const failed = pointsOf(prometheus, queries.errors, errors!)
  const buckets = bucketsOf(prometheus, queries.latency, latency!)
  return [...pointsOf(prometheus, queries.requests, requests!)].map(([at, count]) => ({
    at: new Date(at),
    windowMs: widthMs,
    requests: Math.round(count),
    errors: Math.min(Math.round(count), Math.round(failed.get(at) ?? 0)),
    buckets: buckets.get(at) ?? {},
  }))
}

function queriesOf(live: Live, prometheus: Prometheus, group: Group) {
  const selector = group === 'control' ? prometheus.control! : prometheus.selector
  const failed = [selector, `${live.status_label}=~"5.."`].filter((part) => part !== '').join(',')
  const own: Partial<Prometheus> = group === 'control' ? {} : prometheus
  return {
    requests: own.requests ?? `sum(increase(${live.request_counter}{${selector}}[$window]))`,
    errors: own.errors ?? `sum(increase(${live.request_counter}{${failed}}[$window]))`,
    latency: own.latency ?? `sum by (le) (increase(${live.latency_histogram}_bucket{${selector}}[$window]))`,
  }
}

async function ask(
  { url, token_file }: Prometheus,
  query: string,
  startMs: number,
  endMs: number,
  stepMs: number,
): Promise<readonly Series[]> {
  const token = token_file === undefined ? undefined : await tokenIn(url, token_file)
  const text = await fetchBounded(
    `${url.replace(/\/$/, '')}/api/v1/query_range`,
    {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: new URLSearchParams({
        query,
        start: String(startMs / 1000),
        end: String(endMs / 1000),
        step: String(stepMs / 1000),
      }),
    },
    // What is wrong with a query is in the answer.
    (status) => (status >= 200 && status < 300) || status === 400 || status === 422,
  )
  const answer = answerSchema.safeParse(parsed(text))
  if (!answer.success) throw unreadable(url, 'its answer is not that of a Prometheus')
  if (answer.data.status === 'error') throw unreadable(url, `${query}: ${answer.data.error}`)
  return answer.data.data.result
}

async function tokenIn(url: string, file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(url, `token_file ${file} can't be read (${error.code})`)
  })
  return text.trim()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const numberOf = (url: string, query: string, [, value]: Point): number => {
  const count = Number(value)
  if (!Number.isFinite(count) || count < 0)
    throw unreadable(url, `${query} gave "${value}", which is no count`)
  return count
}
const timeOf = ([seconds]: Point): number => Math.round(seconds * 1000)

/** ms → value of the one series; none, as of errors that never were, is no point. */
function pointsOf({ url }: Prometheus, query: string, series: readonly Series[]): Map<number, number> {
  if (series.length > 1)
    throw unreadable(url, `${query} gave ${series.length} series, and one is needed: sum them`)
  return new Map(series[0]?.values.map((point) => [timeOf(point), numberOf(url, query, point)]))
}

/** ms → upper bound in ms (or +Inf) → requests at or below it. */
function bucketsOf(
  { url }: Prometheus,
  query: string,
  series: readonly Series[],
): Map<number, Record<string, number>> {
  const at = new Map<number, Record<string, number>>()
  for (const { metric, values } of series) {
    const { le, ...others } = metric
    if (le === undefined || Object.keys(others).length > 0)
      throw unreadable(url, `${query} gave series with other labels than le: sum by (le) of them is needed`)
    const bound = le === '+Inf' ? le : String(Number((Number(le) * 1000).toPrecision(12)))
    for (const point of values) {
      const buckets = at.get(timeOf(point)) ?? {}
      buckets[bound] = Math.round(numberOf(url, query, point))
      at.set(timeOf(point), buckets)
    }
  }
  return at
}
