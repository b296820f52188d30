// Judges a live change against what was before it and, where there is one, against what it did not reach. No data is never
// a pass: what can't be told is said to be inconclusive.
import { wilson } from '../trust/statistics.ts'
import { pAbove, shiftOf, unlikelyRun } from './ranks.ts'
import { type Sample, type Traffic, trafficOf } from './samples.ts'
import { windowMs, windowsOf } from './windows.ts'

export interface Limits {
  /** A hard limit, in two samples in a row: points of error rate above the baseline's. */
  readonly hardErrorPoints: number
  /** The same: p95 this many times the baseline's, and this many ms above it. */
  readonly hardLatencyFactor: number
  readonly hardLatencyMs: number
  /** How much worse nobody would mind: per cent of the p95 and ms, whichever is more. */
  readonly latencyPercent: number
  readonly latencyMs: number
  /** Points of error rate. */
  readonly errorPoints: number
  /** Requests without which nothing can be said, on either side; in a sample, for a hard limit. */
  readonly minRequests: number
  readonly minRequestsInSample: number
  /** Windows without which ranks say nothing. */
  readonly minWindows: number
}

export const LIMITS: Limits = {
  hardErrorPoints: 25,
  hardLatencyFactor: 3,
  hardLatencyMs: 5,
  latencyPercent: 10,
  latencyMs: 1,
  errorPoints: 0.5,
  minRequests: 50,
  minRequestsInSample: 10,
  minWindows: 5,
}

/** One-sided, at the end of the watch. */
const ALPHA = 0.005
/** 99.5 %, one-sided: what is called good has so little chance to be worse than nobody would mind. */
const Z_GOOD = 2.576
/** 99.9 %, one-sided: errors are looked at after every window. */
const Z_ERRORS = 3.09

export type Judgement =
  | { readonly verdict: 'breach'; readonly sentence: string }
  | { readonly verdict: 'watching'; readonly sentence: string }
  | { readonly verdict: 'good'; readonly sentence: string }
  /** `mayCome`: what is missing is what a longer watch would bring. */
  | { readonly verdict: 'no_data'; readonly sentence: string; readonly mayCome: boolean }

export interface Group {
  /** Samples of as long a time before the change. */
  readonly before: readonly Sample[]
  readonly since: readonly Sample[]
}

export interface Watched extends Group {
  /** The same times where the change did not reach. */
  readonly control?: Group | undefined
  /** ms of the whole watch. */
  readonly watchMs: number
  /** When what was before ended, and when what is after began. */
  readonly until: Date
  readonly from: Date
  readonly now: Date
  readonly over: boolean
}

export interface Objectives {
  /** ms */
  readonly latency_p95?: number | undefined
  /** Basis points. */
  readonly error_rate?: number | undefined
}

const ms = (value: number | null): string => (value === null ? 'no data' : `${value.toFixed(1)} ms`)
const share = (value: number | null): string => (value === null ? 'no data' : `${(value * 100).toFixed(2)} %`)

export const describe = (traffic: Traffic): string =>
  `p95 ${ms(traffic.p95Ms)}, errors ${share(traffic.errorRate)} of ${traffic.requests} requests`

export function judge(watched: Watched, limits: Limits = LIMITS): Judgement {
  const [before, now] = [trafficOf(watched.before), trafficOf(watched.since)]
  const hard = hardLimit(watched, before, limits)
  if (hard) return { verdict: 'breach', sentence: hard }
  const errors = moreErrors(watched, before, now, limits)
  if (errors) return { verdict: 'breach', sentence: errors }
  const latency = latencyOf(watched, before.p95Ms, now.p95Ms, limits)
  if (latency.worse) return { verdict: 'breach', sentence: latency.worse }
  if (!watched.over) return { verdict: 'watching', sentence: describe(now) }
  if (now.requests < limits.minRequests || before.requests < limits.minRequests)
    return {
      verdict: 'no_data',
      mayCome: before.requests >= limits.minRequests,
      sentence: `${now.requests} requests since the change and ${before.requests} before it; ${limits.minRequests} are needed on both sides.`,
    }
  if (latency.unsure) return { verdict: 'no_data', mayCome: true, sentence: latency.unsure }
  return { verdict: 'good', sentence: `${describe(now)}; before: ${describe(before)}.` }
}

/** Two samples in a row that nobody has to count to see. */
export function hardLimit(
  { since, control }: Pick<Watched, 'since' | 'control'>,
  before: Traffic,
  limits: Limits = LIMITS,
): string | undefined {
  const last = since.filter(({ requests }) => requests >= limits.minRequestsInSample).slice(-2)
  if (last.length < 2) return undefined
  const begun = last[0]!.at.getTime() - last[0]!.windowMs
  const elsewhere = trafficOf(control?.since.filter(({ at }) => at.getTime() > begun) ?? [])
  const before95 = before.p95Ms
  const each = last.map((sample) => trafficOf([sample]))
  const points = (traffic: Traffic) => ((traffic.errorRate ?? 0) - (before.errorRate ?? 0)) * 100
  if (each.every((one) => points(one) - Math.max(0, points(elsewhere)) >= limits.hardErrorPoints))
    return `errors are ${share(each[1]!.errorRate)}, they were ${share(before.errorRate)}: a hard limit, in two samples in a row.`
  const usual = before95 && Math.max(before95, elsewhere.p95Ms ?? 0)
  const slow = (p95: number | null): boolean =>
    usual !== null &&
    p95 !== null &&
    p95 >= usual * limits.hardLatencyFactor &&
    p95 >= usual + limits.hardLatencyMs
  if (each.every((one) => slow(one.p95Ms)))
    return `p95 is ${ms(each[1]!.p95Ms)}, it was ${ms(before95)}: a hard limit, in two samples in a row.`
  return undefined
}

/** Their least difference (Newcombe 1998, method 10) is more than nobody would mind, and they came in more than one sample. */
function moreErrors(
  { since, control }: Watched,
  was: Traffic,
  is: Traffic,
  limits: Limits,
): string | undefined {
  if (was.requests < limits.minRequests || is.requests < limits.minRequests) return undefined
  if (since.filter(({ errors }) => errors > 0).length < 3) return undefined
  const [p, q] = [was.errorRate ?? 0, is.errorRate ?? 0]
  const least =
    q -
    p -
    Math.sqrt(
      (q - wilson(is.errors, is.requests, Z_ERRORS, -1)) ** 2 +
        (wilson(was.errors, was.requests, Z_ERRORS, 1) - p) ** 2,
    )
  const there = control && {
    was: trafficOf(control.before).errorRate ?? 0,
    is: trafficOf(control.since).errorRate ?? 0,
  }
  const outage = there ? Math.max(0, there.is - there.was) : 0
  return (least - outage) * 100 > limits.errorPoints
    ? `errors are ${share(q)}, they were ${share(p)}${there ? `; ${share(there.is)} where the change did not reach` : ''}.`
    : undefined
}

interface Latency {
  readonly worse?: string
  readonly unsure?: string
}

function latencyOf(watched: Watched, was: number | null, is: number | null, limits: Limits): Latency {
  const { watchMs, until, from, now, over } = watched
  const width = windowMs(watchMs, [...watched.before, ...watched.since])
  const periods = (group: Group) => ({
    before: windowsOf(group.before, until.getTime() - watchMs, until.getTime(), width),
    since: windowsOf(group.since, from.getTime(), now.getTime(), width),
  })
  const own = periods(watched)
  const other = watched.control && periods(watched.control)
  const [a, b] = [logarithms(own.before, other?.before), logarithms(own.since, other?.since)]
  const tooFew = {
    unsure: `${b.length} windows with enough requests since the change and ${a.length} before it; ${limits.minWindows} are needed on both sides.`,
  }
  if (a.length < limits.minWindows || was === null) return over ? tooFew : {}
  const tolerance = Math.log(1 + Math.max(limits.latencyPercent / 100, limits.latencyMs / was))
  const said = (shift: number) =>
    `p95 is ${ms(is)}, it was ${ms(was)}: ${((Math.exp(shift) - 1) * 100).toFixed(0)} % more${other ? ' than where the change did not reach' : ''}`
  const run = b.slice(-unlikelyRun(a.length))
  const worst = Math.max(...a)
  if (run.length === unlikelyRun(a.length) && run.every((value) => value > worst + tolerance / 2)) {
    const { estimate } = shiftOf(a, run, Z_GOOD)
    if (estimate > tolerance) return { worse: `${said(estimate)}, in ${run.length} windows in a row.` }
  }
  if (!over) return {}
  if (b.length < limits.minWindows) return tooFew
  const end = b.slice(-Math.max(limits.minWindows, Math.ceil(b.length / 3)))
  for (const [part, words] of [
    [b, 'over the whole watch'],
    [end, 'and rising to its end'],
  ] as const) {
    const { estimate } = shiftOf(a, part, Z_GOOD)
    if (estimate > tolerance && pAbove(a, part) < ALPHA) return { worse: `${said(estimate)}, ${words}.` }
  }
  const most = Math.max(shiftOf(a, b, Z_GOOD).upper, shiftOf(a, end, Z_GOOD).estimate)
  // A histogram's buckets show less of a shift than there is: what is called good is half as much.
  return most > tolerance / 2
    ? {
        unsure: `p95 is ${ms(is)}, it was ${ms(was)}: it may be ${((Math.exp(most) - 1) * 100).toFixed(0)} % more, and this was too noisy to say.`,
      }
    : {}
}

/** Of each window's p95; where there is a control group, of how many times its own it is at the same time. */
function logarithms(
  these: readonly (Traffic | undefined)[],
  those: readonly (Traffic | undefined)[] | undefined,
): number[] {
  return these.flatMap((one, i) => {
    const usual = those ? those[i]?.p95Ms : 1
    return one?.p95Ms && usual ? [Math.log(one.p95Ms / usual)] : []
  })
}

/** What the target still misses; undefined where it misses nothing that is known. */
export function missedObjectives(since: readonly Sample[], objectives: Objectives): string | undefined {
  const { p95Ms, errorRate } = trafficOf(since)
  const { latency_p95, error_rate } = objectives
  const missed = [
    latency_p95 !== undefined && p95Ms !== null && p95Ms > latency_p95
      ? `p95 ${ms(p95Ms)} where ${latency_p95} ms is the objective`
      : '',
    error_rate !== undefined && errorRate !== null && errorRate > error_rate / 10_000
      ? `errors ${share(errorRate)} where ${share(error_rate / 10_000)} is the objective`
      : '',
  ].filter(Boolean)
  return missed.length > 0 ? `The objective is still missed: ${missed.join(', ')}.` : undefined
}
