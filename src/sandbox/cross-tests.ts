// Each side's tests on the other side's code: what a changed test hides, and whether a new one tests the change at all.
import type { Target } from '../config/config.ts'
import type { TestCase } from '../trust/measurements.ts'
import type { Room } from './room.ts'
import { runSuite } from './run-tests.ts'

export interface CrossTests {
  /** Tests as they stand today that pass every time on today's code, and fail on the candidate's. */
  readonly broken: readonly string[]
  /** The candidate's tests that fail on today's code: they show what changes. */
  readonly telling: readonly string[]
}

/**
 * `oldTests`: a room with the candidate's code and today's tests; `newTests`: today's code and the candidate's tests.
 * `cases` are each side's own. A test has to fail twice to count as broken: it is run on the candidate's code only here.
 */
export async function crossTests(
  target: Target,
  rooms: { readonly oldTests: Room; readonly newTests: Room },
  cases: readonly TestCase[],
): Promise<CrossTests> {
  const run = async (room: Room) =>
    (await runSuite(target.test!, target.environment, room, 'candidate')).result.cases
  const passes = new Set(
    cases
      .filter((one) => one.baseline.length > 0 && one.baseline.every((r) => r === 'passed'))
      .map((one) => one.name),
  )
  const failing = (results: ReadonlyMap<string, string>) =>
    [...results].filter(([, result]) => result === 'failed').map(([name]) => name)
  const first = failing(await run(rooms.oldTests)).filter((name) => passes.has(name))
  const again = first.length > 0 ? new Set(failing(await run(rooms.oldTests))) : new Set<string>()
  return {
    broken: first.filter((name) => again.has(name)),
    telling: failing(await run(rooms.newTests)),
  }
}
