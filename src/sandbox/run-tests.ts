// Tests of both sides, repeated and interleaved.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine } from '../kernel/text.ts'
import type { BySide, CaseResult, RunCost, Side, TestCase, TestMeasurement } from '../trust/measurements.ts'
import { agreeing, type RunResult, type TestedTree } from './baselines.ts'
import { shuffled } from './order.ts'
import { readCoverage } from './readers/coverage-report.ts'
import type { LineHits } from './readers/line-hits.ts'
import { readTestReport } from './readers/test-report.ts'
import type { Receipt, Room } from './room.ts'
import { hitsInRepository, mountOf } from './working-directory.ts'

export interface TestRuns {
  readonly measurement: TestMeasurement
  /** What may be said of today's tree the next time; null where its runs contradict each other. */
  readonly tested: TestedTree | null
  readonly coverage: Partial<Record<Side, LineHits>>
  readonly receipts: readonly { readonly side: Side; readonly receipt: Receipt }[]
}

const lastLine = (output: string): string => oneLine(output.trim().split('\n').slice(-3).join(' · '), 300)

/** `rooms` has a control where the suite is to guard performance and memory as well. */
export async function runTests(
  target: Target,
  rooms: Partial<Record<Side, Room>>,
  repetitions: number,
  /** Whether another round would help, asked after the planned ones. */
  more: (measurement: TestMeasurement) => boolean,
  random: () => number,
  progress: (done: number) => void,
  /** Today's tree, where it is known: then `rooms` has no baseline. */
  known?: TestedTree,
): Promise<TestRuns | undefined> {
  const { test } = target
  if (!test) return undefined
  const sides = Object.keys(rooms) as Side[]
  const results: Record<Side, RunResult[]> = {
    baseline: known?.runs.slice(0, repetitions) ?? [],
    control: [],
    candidate: [],
  }
  const coverage: Partial<Record<Side, LineHits>> = known?.coverage ? { baseline: known.coverage } : {}
  const receipts: { side: Side; receipt: Receipt }[] = []
  const cost: BySide<RunCost>[] = []
  const measured = (): TestMeasurement => ({
    repetitions: results.candidate.length,
    cases: casesOf(results),
    cost,
  })
  for (let i = 0; i < repetitions || more(measured()); i++) {
    const round: Partial<Record<Side, RunCost>> = {}
    for (const side of shuffled(sides, random)) {
      const { receipt, result } = await runSuite(target, rooms[side]!, side)
      receipts.push({ side, receipt })
      round[side] = { cpuMs: receipt.cpuMs, peakBytes: receipt.peakBytes }
      results[side].push(result)
      // Of a run that was killed the report may be a half that looks whole.
      const covered =
        test.coverage === undefined || receipt.ended !== 'exit' ? undefined : receipt.files[test.coverage]
      if (covered !== undefined && !(side in coverage)) {
        const hits = await unlessCandidate(side, readCoverage(covered, mountOf(target)))
        if (hits) coverage[side] = hitsInRepository(target, hits)
      }
      progress(Math.min(1, (i * sides.length + Object.keys(round).length) / (repetitions * sides.length)))
    }
    if (round.control) cost.push(round as BySide<RunCost>)
  }
  return { measurement: measured(), tested: testedOf(results.baseline), coverage, receipts }

  function testedOf(runs: readonly RunResult[]): TestedTree | null {
    if (known) return null
    const whole = receipts.every(({ side, receipt }) => side === 'candidate' || receipt.ended === 'exit')
    const lines = coverage.baseline ?? null
    if (!whole || !agreeing(runs) || (test?.coverage !== undefined && !lines)) return null
    return { at: new Date().toISOString(), runs, coverage: lines }
  }
}

/** The suite, once. */
export async function runSuite(
  target: Target,
  room: Room,
  side: Side,
): Promise<{ receipt: Receipt; result: RunResult }> {
  const { environment } = target
  const test = target.test!
  const receipt = await room.run({
    command: test.command,
    environment,
    collect: [test.report, ...(test.coverage ? [test.coverage] : [])],
  })
  return { receipt, result: await read(receipt, test.report, side, mountOf(target)) }
}

/** The candidate may fail to start its tests: that is evidence. The baseline may not: then nothing can be compared. */
async function read(receipt: Receipt, report: string, side: Side, root: string): Promise<RunResult> {
  // A report that was begun and not written is none.
  const text = receipt.files[report]?.trim() === '' ? undefined : receipt.files[report]
  if (text === undefined && side !== 'candidate')
    throw new Refusal(
      'invalid',
      'tests_did_not_start',
      `The tests wrote no report (${report}) on today's code: ${receipt.ended === 'exit' ? `exit ${receipt.exit}` : `ended by ${receipt.ended}`}. ${lastLine(receipt.output)}`,
      'Check test.command and test.report in grace.yaml: the command has to write JUnit XML, TAP, Vitest or Jest JSON or the lines of "go test -json" there, such as "node --test --test-reporter=junit --test-reporter-destination=report.xml" does. It is run in the sandbox, without a network. A report is a regular file of at most 16 MB.',
    )
  const cases = text === undefined ? undefined : await unlessCandidate(side, readTestReport(text, root))
  if (!cases) return { cases: new Map(), failedBeyond: false }
  return { cases, failedBeyond: receipt.exit !== 0 && ![...cases.values()].includes('failed') }
}

/** What the candidate's report can't be read for is missing on its side; today's has to be right. */
const unlessCandidate = <T>(side: Side, reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: unknown) => {
    if (side === 'candidate' && error instanceof Refusal) return undefined
    throw error
  })

const COMMAND = 'the test command ends without an error'

function casesOf(results: Record<Side, readonly RunResult[]>): TestCase[] {
  const before = [...results.baseline, ...results.control]
  const names = new Set([...before, ...results.candidate].flatMap(({ cases }) => [...cases.keys()]))
  const of = (runs: readonly RunResult[], name: string) =>
    runs.map(({ cases }) => cases.get(name)).filter((result) => result !== undefined)
  const ended = (runs: readonly RunResult[]) =>
    runs
      .filter(({ cases }) => cases.size > 0)
      .map(({ failedBeyond }): CaseResult => (failedBeyond ? 'failed' : 'passed'))
  return [
    ...[...names].map((name) => ({
      name,
      baseline: of(before, name),
      candidate: of(results.candidate, name),
    })),
    // Only where it says something that the report does not.
    ...([...before, ...results.candidate].some(({ failedBeyond }) => failedBeyond)
      ? [{ name: COMMAND, baseline: ended(before), candidate: ended(results.candidate) }]
      : []),
  ]
}
