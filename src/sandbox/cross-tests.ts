// Each side's tests on the other side's code: what a changed test hides, and whether a new one tests the change at all.
import type { Target } from '../config/config.ts'
import type { CaseResult, Side, TestCase } from '../trust/measurements.ts'
import type { Room } from './room.ts'
import { runSuite } from './run-tests.ts'

export interface CrossTests {
  /** Tests as they stand today that pass every time on today's code, and fail on the candidate's. */
  readonly broken: readonly string[]
  /** The candidate's tests that fail on today's code: they show what changes. */
  readonly telling: readonly string[]
}

export interface CrossRooms {
  /** The candidate's code and today's tests. */
  readonly oldTests: Room
  /** Today's code and the candidate's tests. */
  readonly newTests: Room
  /** Today's code and tests, where `cases` don't say how these end. */
  readonly today: Room | undefined
}

/** A test has to fail twice to count as broken: it is run on the candidate's code only here. */
export async function crossTests(
  target: Target,
  rooms: CrossRooms,
  cases: readonly TestCase[],
): Promise<CrossTests> {
  const run = async (room: Room, side: Side = 'candidate') =>
    (await runSuite(target, room, side)).result.cases
  const named = (results: ReadonlyMap<string, CaseResult>, is: CaseResult) =>
    [...results].filter(([, result]) => result === is).map(([name]) => name)
  const failing = (results: ReadonlyMap<string, CaseResult>) => named(results, 'failed')
  const passes = new Set(
    rooms.today
      ? named(await run(rooms.today, 'baseline'), 'passed')
      : cases
          .filter((one) => one.baseline.length > 0 && one.baseline.every((r) => r === 'passed'))
          .map((one) => one.name),
  )
  const first = failing(await run(rooms.oldTests)).filter((name) => passes.has(name))
  const again = first.length > 0 ? new Set(failing(await run(rooms.oldTests))) : new Set<string>()
  return {
    broken: first.filter((name) => again.has(name)),
    telling: failing(await run(rooms.newTests)),
  }
}
