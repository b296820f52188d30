// What was usual: windows of five minutes of the last two weeks, each by its middle minute, and what this hour of those days lets
// expect of now.
import type { Clock, Transact } from '../kernel/work.ts'
import { median, tQuantile } from '../trust/statistics.ts'
import type { Live, LiveSource } from './live-source.ts'
import { type Sample, type Samples, trafficOf } from './samples.ts'

export const WINDOW_MS = 300_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const DAYS = 14
/** An hour more: half of it is looked at to each side. */
export const HISTORY_MS = DAYS * DAY_MS + 3_600_000

/** Figures of a window's middle minute: what lasts for less than half of it, such as a stall, changes neither. */
export interface Figures {
  /** Of the whole window. */
  readonly requests: number
  readonly errors: number
  /** 0…1; null without requests. */
  readonly errorRate: number | null
  readonly p95Ms: number | null
}

export interface PastWindow extends Figures {
  /** Its end. */
  readonly at: Date
}

export interface Histories {
  /** The end of the newest window; undefined before the first. */
  until(target: string): Promise<Date | undefined>
  /** One that is there already stays. */
  add(target: string, windows: readonly PastWindow[]): Promise<void>
  /** In (from, to], oldest first. */
  between(target: string, from: Date, to: Date): Promise<readonly PastWindow[]>
  prune(before: Date): Promise<void>
}

const floor = (time: Date): number => Math.floor(time.getTime() / WINDOW_MS) * WINDOW_MS

const ends = (at: Date, width: number): number => Math.ceil(at.getTime() / width) * width

/** `samples` of one window; a minute is that of the clock. Samples of more than a minute stand for themselves. */
export function figuresOf(samples: readonly Sample[]): Figures {
  const minutes = [...Map.groupBy(samples, ({ at }) => ends(at, MINUTE_MS)).values()].map(trafficOf)
  const middle = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null)
    return known.length > 0 ? median(known) : null
  }
  return {
    requests: minutes.reduce((sum, { requests }) => sum + requests, 0),
    errors: minutes.reduce((sum, { errors }) => sum + errors, 0),
    errorRate: middle(minutes.map(({ errorRate }) => errorRate)),
    p95Ms: middle(minutes.map(({ p95Ms }) => p95Ms)),
  }
}

const windowsOf = (samples: readonly Sample[]): PastWindow[] =>
  [...Map.groupBy(samples, ({ at }) => ends(at, WINDOW_MS))].flatMap(([end, own]) => {
    const figures = figuresOf(own)
    return figures.requests > 0 ? [{ at: new Date(end), ...figures }] : []
  })

interface Keeper {
  readonly transact: Transact<{ clock: Clock; samples: Samples; history: Histories }>
}

/** Adds the windows that are over by now; at the first time also those that the source still knows. */
export async function keepHistory(ctx: Keeper, source: LiveSource, name: string, live: Live): Promise<void> {
  const { now, until } = await ctx.transact(async ({ clock, history }) => ({
    now: await clock.now(),
    until: await history.until(name),
  }))
  const to = floor(now)
  // A day at a time: the samples of a week are many.
  const daily = async (look: (from: Date, to: Date) => Promise<void>): Promise<void> => {
    for (let from = until?.getTime() ?? to - HISTORY_MS; from < to; from += DAY_MS)
      await look(new Date(from), new Date(Math.min(from + DAY_MS, to)))
  }
  const past: PastWindow[] = []
  // All of it or nothing: it is asked for once.
  if (!until)
    await daily(
      async (from, end) => void past.push(...windowsOf(await source.past(live, from, end, MINUTE_MS))),
    )
  await daily((from, end) =>
    ctx.transact(async ({ samples, history }) =>
      history.add(name, windowsOf(await samples.between(name, from, end))),
    ),
  )
  // What Grace saw itself stays.
  await ctx.transact(({ history }) => history.add(name, past))
}

/** Days, and windows of one of them, without which nothing is usual yet. */
const [LEAST_DAYS, LEAST_WINDOWS] = [5, 6]
/** So rarely is one window beyond what is usual by chance; two in a row are asked for. */
const ALPHA = 0.0001

export interface Usual {
  readonly expected: number
  /** One window is above it by chance once in ten thousand. */
  readonly bound: number
  readonly days: number
}

/** How a figure is made one whose noise is alike everywhere, and back. */
export interface Scale {
  of(value: number): number
  back(value: number): number
}
/** Of times: noise is a share of them. */
export const LOGARITHM: Scale = { of: Math.log, back: Math.exp }
/** Of shares: the noise of a count (Anscombe 1948). */
export const ARC_SINE: Scale = {
  of: (share) => Math.asin(Math.sqrt(share)),
  back: (angle) => Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2,
}

/**
 * What a window at this hour is like by the same hour of the days before, half an hour to each side: days differ from each
 * other, and windows of one day as well. The upper prediction bound is Student's, with as many degrees of freedom as days less one.
 */
export function usualAt(
  history: readonly PastWindow[],
  at: Date,
  value: (window: PastWindow) => number | null,
  { of, back }: Scale,
): Usual | undefined {
  const byDay = Map.groupBy(
    history.flatMap((window) => {
      const days = Math.round((at.getTime() - window.at.getTime()) / DAY_MS)
      const off = Math.abs(at.getTime() - window.at.getTime() - days * DAY_MS)
      const figure = value(window)
      return days >= 1 && days <= DAYS && off <= 30 * 60_000 && figure !== null
        ? [{ days, figure: of(figure) }]
        : []
    }),
    ({ days }) => days,
  )
  const days = [...byDay.values()]
    .map((windows) => windows.map(({ figure }) => figure))
    .filter((figures) => figures.length >= LEAST_WINDOWS)
  if (days.length < LEAST_DAYS) return undefined
  const means = days.map(mean)
  const middle = mean(means)
  const between = sumOfSquares(means, middle) / (days.length - 1)
  const within =
    days.reduce((sum, figures, i) => sum + sumOfSquares(figures, means[i]!), 0) /
    days.reduce((sum, figures) => sum + figures.length - 1, 0)
  const spread = Math.sqrt(within + between * (1 + 1 / days.length))
  const bound = middle + tQuantile(1 - ALPHA, days.length - 1) * spread
  return { expected: back(middle), bound: back(bound), days: days.length }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const sumOfSquares = (values: readonly number[], middle: number): number =>
  values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
