// The Sandbox Manager: one candidate against today's code, from checked-out trees to measurements.
import type { FileChange } from '../candidate/diff.ts'
import type { ScannerRun } from '../checks/facts.ts'
import type { Target } from '../config/config.ts'
import { CLAIMED_REPETITIONS, type Claim } from '../trust/claim.ts'
import type { Kpi } from '../trust/kpi.ts'
import type { BySide, Measurements, Side, TestMeasurement } from '../trust/measurements.ts'
import { kpiReport } from '../trust/report.ts'
import { isOpen } from '../trust/undecided.ts'
import { type Baselines, baselineKey } from './baselines.ts'
import { builtRoom } from './built-room.ts'
import { type CrossTests, crossTests } from './cross-tests.ts'
import { type Executed, executedLines } from './executed-lines.ts'
import { runBench, runLoad } from './measured-rounds.ts'
import { type Mutant, mutationTest, newlyExecuted } from './mutation-test.ts'
import { seeded } from './order.ts'
import { quality } from './quality.ts'
import { linePercent } from './readers/line-hits.ts'
import type { Progress, Receipt, Room, Rooms } from './room.ts'
import { runLint } from './run-lint.ts'
import { runScanners } from './run-scanners.ts'
import { runTests, type TestRuns } from './run-tests.ts'
import { inRepository } from './working-directory.ts'

export interface Experiment {
  readonly target: Target
  /**
   * Git trees. Tests that the candidate brings run on `baselineForTests`: today's code with the candidate's tests; a bench
   * that it brings on `benched`: today's code with that bench.
   */
  readonly trees: {
    readonly baseline: string
    readonly baselineForTests: string
    readonly candidate: string
    readonly benched?: string | undefined
    /** Each side's code with the other side's tests, where the change touches tests. */
    readonly crossed?: { readonly oldTests: string; readonly newTests: string } | undefined
  }
  readonly changes: readonly FileChange[]
  /** Texts of the candidate's tree. */
  readonly textsOf: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly claims: readonly Claim[]
  /** 0–100, Hunter's. */
  readonly security: { readonly baseline: number; readonly candidate: number }
  readonly seed: number
  /** What is known of trees that were tested on this machine before. */
  readonly baselines: Baselines
}

export interface Observation {
  readonly measurements: Measurements
  readonly executed: Executed | null
  /** When today's tests were run, where that was for an earlier measurement of the same tree; null where it was now. */
  readonly testedBefore: string | null
  /** Null where the change touches no tests. */
  readonly cross: CrossTests | null
  /** Null where no coverage is claimed. */
  readonly mutants: readonly Mutant[] | null
  readonly scanners: readonly ScannerRun[]
  readonly limitsHit: readonly string[]
  readonly minutes: number
  /** Where the time went. */
  readonly timeline: readonly { readonly step: string; readonly ms: number }[]
  /** Ends of the candidate's outputs, for people: the first failing run of its kind. */
  readonly excerpts: Readonly<Record<string, string>>
}

export async function conduct(
  rooms: Rooms,
  experiment: Experiment,
  progress: Progress,
): Promise<Observation> {
  const begun = performance.now()
  const timeline: { step: string; ms: number }[] = []
  let last = begun
  /** What was done since the step before. */
  const was = (step: string): void => {
    const now = performance.now()
    timeline.push({ step, ms: Math.round(now - last) })
    last = now
  }
  const { target, trees, changes, claims } = experiment
  const random = seeded(experiment.seed)
  const receipts: { side: Side; what: string; receipt: Receipt }[] = []
  const note = (what: string, of: readonly { side: Side; receipt: Receipt }[]) =>
    receipts.push(...of.map((one) => ({ ...one, what })))
  const open: Room[] = []
  const room = async (tree: string): Promise<Room> => {
    const one = await rooms.open(target, tree)
    open.push(one)
    return builtRoom(one, target)
  }
  try {
    const candidate = await room(trees.candidate)
    const forTests = await room(trees.baselineForTests)
    const needsThree = target.bench !== undefined || target.load !== undefined
    const suiteGuards = !needsThree && target.test !== undefined
    const baseline = trees.baseline === trees.baselineForTests ? forTests : await room(trees.baseline)
    const benched = trees.benched === undefined ? baseline : await room(trees.benched)
    const control =
      needsThree || suiteGuards
        ? await room(suiteGuards ? trees.baselineForTests : (trees.benched ?? trees.baseline))
        : undefined

    was('rooms')
    const repetitions = Math.max(
      target.test?.repetitions ?? 0,
      claims.some((claim) => claim.kind === 'tests') ? CLAIMED_REPETITIONS : 0,
    )
    const key = baselineKey(target, trees.baselineForTests)
    // Where the suite stands in for a bench its times count, and those are of now.
    const found = suiteGuards ? undefined : await experiment.baselines.find(key)
    const known = found && found.runs.length >= repetitions ? found : undefined
    const tests = await runTests(
      target,
      { ...(known ? {} : { baseline: forTests }), candidate, ...(suiteGuards ? { control } : {}) },
      repetitions,
      suiteGuards ? undecidedSuite(target, claims) : () => false,
      random,
      (done) => progress('tests', done),
      known,
    )
    if (tests?.tested) await experiment.baselines.keep(key, tests.tested)
    if (tests) {
      note('tests', tests.receipts)
      was('tests')
    }
    const cross =
      tests && trees.crossed
        ? await crossTests(
            target,
            {
              oldTests: await room(trees.crossed.oldTests),
              newTests:
                trees.crossed.newTests === trees.baselineForTests
                  ? forTests
                  : await room(trees.crossed.newTests),
              today: baseline === forTests ? undefined : baseline,
            },
            tests.measurement.cases,
          )
        : null
    if (cross) was('tests, crossed')
    const mutants = claims.some((claim) => claim.kind === 'kpi' && claim.kpi === 'test_coverage')
      ? await mutantsOfNewLines(experiment, tests, () => room(trees.candidate), random)
      : null
    if (mutants) was('mutants')

    const sides = { baseline: benched, control: control!, candidate } satisfies BySide<Room>
    const lint = await runLint(target, { baseline, candidate })
    if (lint) was('lint')
    const scanners = await runScanners(target, async (side) => {
      const fresh = await rooms.open(target, trees[side])
      open.push(fresh)
      return fresh
    })
    if (scanners.length > 0) was('scanners')
    const own = executedAndCovered(tests, changes)
    const without = {
      tests: tests?.measurement ?? null,
      coverage: own.coverage && {
        ...own.coverage,
        ...(mutants && {
          mutation: { tried: mutants.length, killed: mutants.filter(({ killed }) => killed).length },
        }),
      },
      quality: quality(changes, lint),
      security: experiment.security,
      lost: {},
      ...(trees.benched === undefined ? {} : { benchBrought: inRepository(target, target.bench!.module!) }),
    }
    const isUndecided = (of: Pick<Measurements, 'bench' | 'load' | 'confidence'>, kpis: ReadonlySet<Kpi>) =>
      kpiReport({ ...without, ...of }, claims, target.policy.margins).some(
        (row) => kpis.has(row.kpi) && isOpen(row),
      )
    const bench = await runBench(target, sides, random, {
      isUndecided: (rounds, confidence) => isUndecided({ bench: rounds, load: [], confidence }, OF_BENCH),
      progress: (done) => progress('bench', done),
      note: (all) => note('bench', all),
    })
    if (target.bench) was('bench')
    const load = await runLoad(target, sides, random, {
      isUndecided: (sets, confidence) =>
        isUndecided({ bench: bench.rounds, load: sets, confidence }, OF_LOAD),
      progress: (done) => progress('load', done),
      note: (all) => note('service', all),
    })
    if (target.load) was('load')

    return {
      measurements: {
        ...without,
        bench: bench.rounds,
        load: load.rounds,
        lost: { ...(bench.lost ? { bench: bench.lost } : {}), ...(load.lost ? { load: load.lost } : {}) },
        confidence: Math.max(bench.confidence, load.confidence),
      },
      executed: own.executed,
      testedBefore: known?.at ?? null,
      cross,
      mutants,
      scanners,
      limitsHit: [
        ...new Set(
          receipts
            .filter(
              ({ side, receipt }) =>
                side === 'candidate' && ['time', 'memory', 'output', 'disk'].includes(receipt.ended),
            )
            .map(({ receipt }) => receipt.ended),
        ),
      ],
      minutes: (performance.now() - begun) / 60_000,
      timeline,
      excerpts: excerptsOf(receipts),
    }
  } finally {
    await Promise.all(open.map((one) => one.close()))
  }
}

async function mutantsOfNewLines(
  { target, changes, textsOf }: Experiment,
  tests: TestRuns | undefined,
  room: () => Promise<Room>,
  random: () => number,
): Promise<readonly Mutant[]> {
  const { baseline, candidate } = tests?.coverage ?? {}
  if (!tests || !candidate) return []
  const lines = newlyExecuted(baseline ?? new Map(), candidate, changes)
  if (lines.length === 0) return []
  const texts = await textsOf([...new Set(lines.map(({ path }) => path))])
  return mutationTest(target, await room(), texts, lines, tests.measurement.cases, random)
}

function executedAndCovered(tests: TestRuns | undefined, changes: readonly FileChange[]) {
  const { baseline, candidate } = tests?.coverage ?? {}
  if (!baseline && !candidate) return { executed: null, coverage: null }
  const executed = candidate ? executedLines(changes, candidate) : null
  return {
    executed,
    coverage: {
      baseline: baseline ? linePercent(baseline) : null,
      candidate: candidate ? linePercent(candidate) : null,
      changedLines: executed && { executable: executed.executable, executed: executed.executed },
    },
  }
}

/** Where the suite is the guardrail it is run again while its figures leave a verdict open. */
function undecidedSuite(target: Target, claims: readonly Claim[]): (tests: TestMeasurement) => boolean {
  const begun = performance.now()
  const nothing = { bench: [], load: [], lost: {}, coverage: null, quality: null, security: null }
  return (tests) => {
    if (tests.repetitions >= MOST_SUITE_ROUNDS || performance.now() - begun > target.test!.budget)
      return false
    const report = kpiReport({ ...nothing, tests, confidence: 0.95 }, claims, target.policy.margins)
    return report.some((row) => OF_BENCH.has(row.kpi) && isOpen(row))
  }
}
const MOST_SUITE_ROUNDS = 12

/** Of the suite as well, where it stands in for a bench. */
const OF_BENCH: ReadonlySet<Kpi> = new Set(['performance_improvement', 'memory_efficiency'])
const OF_LOAD: ReadonlySet<Kpi> = new Set([
  'performance_improvement',
  'latency_improvement',
  'memory_efficiency',
])

function excerptsOf(
  receipts: readonly { side: Side; what: string; receipt: Receipt }[],
): Record<string, string> {
  const excerpts: Record<string, string> = {}
  for (const { side, what, receipt } of receipts)
    if (
      side === 'candidate' &&
      !(what in excerpts) &&
      (receipt.exit !== 0 || receipt.ended !== 'exit') &&
      what !== 'service' &&
      // One that is asked slice by slice is ended by us, and has said only what it was asked for.
      !(what === 'bench' && receipt.ended === 'signal')
    )
      excerpts[what] = receipt.output.slice(-4_000)
  return excerpts
}
