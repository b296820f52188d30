// grace.yaml, `live`: where the figures of a running service come from, and what they should be.
import { z } from 'zod'
import { count, duration, share } from './units.ts'

const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
/** Of label matchers, between the braces of a PromQL selector. */
const matchers = z.string().regex(/^[^{}]*$/, 'must be label matchers without braces, such as job="shop"')
const promql = z
  .string()
  .includes('$window', { error: 'must be PromQL over [$window], the time between two readings' })

const prometheusSchema = z.strictObject({
  /** Of any server with Prometheus' HTTP API. */
  url: webUrl,
  selector: matchers.default(''),
  /** The same of instances that a deploy does not reach. */
  control: matchers.optional(),
  /** A bearer token. */
  token_file: z.string().optional(),
  /** Instead of what follows from the selector: how many, how many of them failed, and how many by `le` in seconds. */
  requests: promql.optional(),
  errors: promql.optional(),
  latency: promql.optional(),
})

export const liveSchema = z.strictObject({
  /** Prometheus text format over HTTP. */
  metrics: webUrl.optional(),
  prometheus: prometheusSchema.optional(),
  /** Asked by GET: whether it answers, and how fast. */
  probe: webUrl.optional(),
  /** Names in that text, or in that server: a histogram in seconds, and a counter with a status label. */
  latency_histogram: z.string().default('http_request_duration_seconds'),
  request_counter: z.string().default('http_requests_total'),
  status_label: z.string().default('status'),
  /** The same figures of instances that a deploy does not reach: what they show as well is not blamed on the change. */
  control: webUrl.optional(),
  /** 5 s; of a Prometheus 1 min, which has to be four of its own scrapes. */
  scrape: duration('250ms', '1h').optional(),
  every: duration('1s', '24h').default(300_000),
  window: duration('2s', '24h').default(300_000),
  min_requests: count(1, 1_000_000).default(50),
  objectives: z
    .strictObject({
      latency_p95: duration('1ms', '1h').optional(),
      error_rate: share(0, 'the share of failed requests that is still good').optional(),
    })
    .default({}),
})
