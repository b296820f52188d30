// What the sandbox measured, as far as KPIs need it. Sides: baseline (A), control (A again), candidate (B).

export const SIDES = ['baseline', 'control', 'candidate'] as const
export type Side = (typeof SIDES)[number]
export type BySide<T> = Readonly<Record<Side, T>>

/** One whole run of a command. */
export interface RunCost {
  readonly cpuMs: number
  readonly peakBytes: number
}

/** One fresh set of service processes under the same load. */
export interface LoadOfSide {
  /** CPU microseconds per request, one figure per slice; slices of the three sides are interleaved. */
  readonly cpuPerRequest: readonly number[]
  /** Of the whole set, for showing. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** One figure per slice: what is compared. */
  readonly p95PerSlice: readonly number[]
  readonly peakBytes: number
  readonly requests: number
  readonly failed: number
}
export interface LoadSet {
  readonly sides: BySide<LoadOfSide>
  /** Requests that failed on one side only, of the same request sent to baseline and candidate. */
  readonly discordant: { readonly baselineOnly: number; readonly candidateOnly: number }
}

/** One round of a bench: its metrics on the three sides. `better` is from the bench's own output. */
export interface BenchRound {
  readonly metrics: readonly {
    readonly metric: string
    readonly unit: string
    readonly better: 'lower' | 'higher'
    readonly values: BySide<number | null>
  }[]
  readonly cost: BySide<RunCost>
}

export const CASE_RESULTS = ['passed', 'failed', 'skipped'] as const
export type CaseResult = (typeof CASE_RESULTS)[number]

/** One test on both sides: a result per repetition; empty where the side does not have it. */
export interface TestCase {
  readonly name: string
  readonly baseline: readonly CaseResult[]
  readonly candidate: readonly CaseResult[]
}

export interface TestMeasurement {
  readonly repetitions: number
  readonly cases: readonly TestCase[]
  readonly cost: readonly BySide<RunCost>[]
}

/** Percentages of lines, of the whole and of the changed executable lines (null = none or not known). */
export interface CoverageMeasurement {
  readonly baseline: number | null
  readonly candidate: number | null
  readonly changedLines: { readonly executable: number; readonly executed: number } | null
  /** Where coverage is claimed: sampled lines that are newly executed, and how many of them some test demands something of. */
  readonly mutation?: { readonly tried: number; readonly killed: number } | undefined
}

export interface Measurements {
  readonly tests: TestMeasurement | null
  readonly load: readonly LoadSet[]
  readonly bench: readonly BenchRound[]
  /** Path of the bench where the change itself brings it: it then ran on today's code too. */
  readonly benchBrought?: string | undefined
  /** Why the candidate gave no load or bench result although the baseline did. */
  readonly lost: { readonly load?: string; readonly bench?: string }
  readonly coverage: CoverageMeasurement | null
  /** 0–100 each. */
  readonly quality: { readonly baseline: number; readonly candidate: number | null } | null
  readonly security: { readonly baseline: number; readonly candidate: number } | null
  /** Confidence of every interval: 0.95 at the first look, more after each extension. */
  readonly confidence: number
}
