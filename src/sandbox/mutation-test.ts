// Whether tests demand anything of the lines that they newly execute: each sampled line is changed a little, and some test
// has to fail for it (DESIGN.md, "A coverage claim counts a line only if a mutation of it fails a test").
import { type FileChange, isCode, isTest } from '../candidate/diff.ts'
import type { Target } from '../config/config.ts'
import type { TestCase } from '../trust/measurements.ts'
import { build, isBuilt } from './built-room.ts'
import { mutantsOf } from './mutants.ts'
import { shuffled } from './order.ts'
import type { LineHits } from './readers/line-hits.ts'
import type { Room } from './room.ts'
import { runSuite } from './run-tests.ts'
import { inDirectory } from './working-directory.ts'

/** Lines that are tried, and mutants of one line until one lets the tests begin. */
const SAMPLE = 12
const TRIES = 3

export interface Mutant {
  readonly path: string
  readonly line: number
  readonly from: string
  readonly to: string
  /** A test failed for it. */
  readonly killed: boolean
}

export interface CodeLine {
  readonly path: string
  readonly line: number
}

/** Lines of program text that are executed and were not: of a changed file, only those that it adds. */
export function newlyExecuted(
  baseline: LineHits,
  candidate: LineHits,
  changes: readonly FileChange[],
): CodeLine[] {
  const changed = new Map(changes.map((file) => [file.path, file]))
  return [...candidate].flatMap(([path, hits]) => {
    if (!isCode(path) || isTest(path)) return []
    const added = changed.get(path)?.added.map(({ number }) => number)
    const before = baseline.get(path)
    return [...hits].flatMap(([line, times]) =>
      times > 0 && (added ? added.includes(line) : !((before?.get(line) ?? 0) > 0)) ? [{ path, line }] : [],
    )
  })
}

/** `room` holds the candidate, and is of no use afterwards. Ends when the time is over, with what it has. */
export async function mutationTest(
  target: Target,
  room: Room,
  texts: ReadonlyMap<string, string>,
  lines: readonly CodeLine[],
  cases: readonly TestCase[],
  random: () => number,
): Promise<Mutant[]> {
  const begun = performance.now()
  const passing = cases
    .filter(({ candidate }) => candidate.length > 0 && candidate.every((result) => result === 'passed'))
    .map(({ name }) => name)
  const put = async (path: string, text: string) =>
    room.run({ command: ['sh', '-c', 'cat > "$1"', 'sh', inDirectory(target, path)], stdin: text })
  const mutants: Mutant[] = []
  for (const { path, line } of shuffled(lines, random)) {
    if (mutants.length >= SAMPLE || performance.now() - begun > target.test!.budget) break
    const text = texts.get(path)
    const from = text?.split('\n')[line - 1]
    if (text === undefined || from === undefined) continue
    for (const to of mutantsOf(path, from).slice(0, TRIES)) {
      await put(
        path,
        text
          .split('\n')
          .toSpliced(line - 1, 1, to)
          .join('\n'),
      )
      const killed = await isKilled(target, room, passing)
      if (killed === undefined) continue
      mutants.push({ path, line, from: from.trim(), to: to.trim(), killed })
      break
    }
    await put(path, text)
  }
  return mutants
}

/** Undefined where no test began: what can't be loaded says nothing of the tests. */
async function isKilled(
  target: Target,
  room: Room,
  passing: readonly string[],
): Promise<boolean | undefined> {
  const built = await build(room, target)
  if (built && !isBuilt(built)) return undefined
  // Bytecode is kept by second and size: too coarse for a mutant.
  const environment = { ...target.environment, PYTHONDONTWRITEBYTECODE: '1' }
  const { result, receipt } = await runSuite({ ...target, environment }, room, 'candidate')
  // It runs for ever: somebody would notice.
  if (receipt.ended !== 'exit') return true
  const ran = passing.filter((name) => result.cases.has(name))
  if (ran.some((name) => result.cases.get(name) === 'failed')) return true
  return ran.length < passing.length ? undefined : false
}
