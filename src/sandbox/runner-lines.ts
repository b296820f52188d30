// What each runner has to be told so that it writes a report that Grace reads.
import { REPORTS } from './plan.ts'
import type { NodeRunner, Package, TestRun } from './test-script.ts'

const LCOV = `${REPORTS}/coverage/lcov.info`

interface Line {
  readonly line: string
  readonly report: string
  readonly coverage?: string
}

/** Words without options that would send the report elsewhere or keep watching. `valued` take the next word along. */
function without(args: readonly string[], flags: RegExp, valued: RegExp = /^$/): string[] {
  const kept: string[] = []
  for (let i = 0; i < args.length; i++) {
    const [name = '', value] = args[i]!.split(/=(.*)/s)
    if (valued.test(name)) {
      if (value === undefined) i++
    } else if (!flags.test(name)) kept.push(args[i]!)
  }
  return kept
}

export function lineOf(run: TestRun, pkg: Package, versions: Readonly<Record<string, string>>): Line {
  const shape = SHAPES[run.runner](run.args, pkg, versions, run.cover !== undefined)
  const cover = coverOf(run, pkg, shape.coverage !== undefined)
  const words = [...run.environment, ...cover, ...run.launch, ...shape.args]
  return {
    line: `${words.join(' ')}${shape.stdout ? ` > ${shape.report}` : ''}${shape.behind ?? ''}`,
    report: shape.report,
    ...(cover.length > 0
      ? { coverage: LCOV }
      : shape.coverage === undefined
        ? {}
        : { coverage: shape.coverage }),
  }
}

/** c8 or nyc where the script uses it, or where the runner has no coverage of its own and one is installed. */
function coverOf({ cover, runner }: TestRun, { dependencies }: Package, own: boolean): string[] {
  const tool =
    cover?.tool ??
    (own || runner === 'vitest' ? undefined : (['c8', 'nyc'] as const).find((name) => dependencies.has(name)))
  if (!tool) return []
  const options = without(
    cover?.options ?? [],
    /^--(?:check-coverage|no-check-coverage|100)$/,
    /^(?:-r|--reporter|-o|--report(?:s)?-dir)$/,
  )
  const dir = tool === 'c8' ? '--reports-dir' : '--report-dir'
  return [tool, ...options, '--reporter=lcovonly', `${dir}=${REPORTS}/coverage`, '--check-coverage=false']
}

interface Shape {
  readonly args: readonly string[]
  readonly report: string
  readonly stdout?: boolean
  readonly coverage?: string
  /** More shell behind it. */
  readonly behind?: string
}
type ShapeOf = (
  args: readonly string[],
  pkg: Package,
  versions: Readonly<Record<string, string>>,
  /** Whether c8 or nyc stands around it already. */
  covered: boolean,
) => Shape

const TAP = `${REPORTS}/test.tap`
const SHAPES: Readonly<Record<NodeRunner, ShapeOf>> = {
  'node:test': (args, _pkg, _versions, covered) => ({
    // TAP: its JUnit does not tell of a hook that fails. Options come before the files.
    args: [
      `--test-reporter=tap --test-reporter-destination=${TAP}`,
      ...(covered
        ? []
        : [
            // Its reporter makes no directory.
            `--experimental-test-coverage --test-reporter=lcov --test-reporter-destination=${REPORTS}/lcov.info`,
          ]),
      ...without(args, /^--(?:watch|experimental-test-coverage)$/, /^--test-reporter(?:-destination)?$/),
    ],
    report: TAP,
    ...(covered ? {} : { coverage: `${REPORTS}/lcov.info` }),
  }),
  vitest: (args, { dependencies }, _versions, covered) => {
    const covers =
      !covered && (dependencies.has('@vitest/coverage-v8') || dependencies.has('@vitest/coverage-istanbul'))
    const rest = without(
      args[0] === undefined || args[0].startsWith('-')
        ? args
        : /^(?:run|watch|dev)$/.test(args[0])
          ? args.slice(1)
          : args,
      /^(?:-w|--watch|--ui|--coverage(?:\..*)?|--run|--reporter|--outputFile(?:\..*)?)$/,
      /^(?:--reporter|--outputFile(?:\..*)?|--coverage\.(?:reporter|reportsDirectory|provider))$/,
    )
    return {
      args: [
        'run',
        ...rest,
        `--reporter=json --outputFile=${REPORTS}/test.json`,
        ...(covers
          ? [
              `--coverage.enabled --coverage.reporter=lcovonly --coverage.reportsDirectory=${REPORTS}/coverage --coverage.reportOnFailure`,
            ]
          : []),
      ],
      report: `${REPORTS}/test.json`,
      ...(covers ? { coverage: LCOV } : {}),
    }
  },
  jest: (args, _pkg, _versions, covered) => ({
    args: [
      ...without(
        args,
        /^(?:--watch|--watchAll|--json|--coverage|--collectCoverage)$/,
        /^--(?:outputFile|coverageReporters|coverageDirectory|reporters)$/,
      ),
      `--json --outputFile=${REPORTS}/test.json`,
      ...(covered
        ? []
        : [
            `--coverage --coverageReporters=lcovonly --coverageDirectory=${REPORTS}/coverage --coverageThreshold='{}'`,
          ]),
    ],
    report: `${REPORTS}/test.json`,
    ...(covered ? {} : { coverage: LCOV }),
  }),
  mocha: (args) => ({
    args: [
      ...without(args, /^(?:-w|--watch)$/, /^(?:-R|--reporter|-O|--reporter-options?)$/),
      // -O: before version 6 the long name was another.
      `--reporter xunit -O output=${REPORTS}/test.xml`,
    ],
    report: `${REPORTS}/test.xml`,
  }),
  ava: (args) => ({
    args: [...without(args, /^(?:-w|--watch|-v|--verbose|-t|--tap)$/), '--tap'],
    report: TAP,
    stdout: true,
  }),
  tap: (args, _pkg, versions, covered) => {
    // Its coverage is its own since it was, and where it goes has changed with version 18.
    const modern = Number(/\d+/.exec(versions.tap ?? '')?.[0] ?? 18) >= 18
    const rest = without(
      args,
      /^(?:-w|--watch|--100|--check-coverage|--no-check-coverage|-R\w+|--no-coverage)$/,
      /^(?:-R|--reporter|--coverage-report)$/,
    )
    const lenient = modern ? '--allow-incomplete-coverage --allow-empty-coverage' : '--no-check-coverage'
    const from = modern ? '.tap/report/lcov.info' : 'coverage/lcov.info'
    return {
      args: [...rest, `--reporter=tap ${lenient}`, ...(covered ? [] : ['--coverage-report=lcovonly'])],
      report: TAP,
      stdout: true,
      ...(covered
        ? {}
        : {
            coverage: LCOV,
            behind: `; code=$?; mkdir -p ${REPORTS}/coverage; cp ${from} ${LCOV} 2>/dev/null; (exit $code)`,
          }),
    }
  },
  tape: (args) => ({ args, report: TAP, stdout: true }),
}
