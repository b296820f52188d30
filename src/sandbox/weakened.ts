// Weakened instruments: a change must not loosen what it is measured with. Found from the diff and from the counts.
import { type FileChange, isTest } from '../candidate/diff.ts'
import type { Command } from '../config/units.ts'
import type { Hold } from '../trust/holds.ts'
import type { TestCase } from '../trust/measurements.ts'
import { changeOf } from '../trust/tests.ts'
import { BENCH } from './special-cases.ts'

const CI = /(?:^|\/)(?:\.github|\.gitlab-ci\.yml|\.circleci|\.ci|Jenkinsfile|azure-pipelines\.yml)/
const COVERAGE_CONFIG =
  /(?:^|\/)(?:\.nycrc|\.c8rc|\.coveragerc|codecov\.yml|(?:jest|vitest)\.config\.[^/]+|pytest\.ini|setup\.cfg|tox\.ini)/
const LINT_CONFIG =
  /(?:^|\/)(?:\.eslintrc(?:\.[^/]+)?|\.eslintignore|eslint\.config\.[^/]+|biome\.jsonc?|\.?ruff\.toml|\.pylintrc|\.golangci\.(?:ya?ml|toml|json)|\.semgrep[^/]*|\.bandit|\.trivyignore(?:\.ya?ml)?|trivy\.ya?ml|\.gitleaks(?:ignore|\.toml)|\.snyk|\.checkov\.ya?ml|\.gosec\.json)$/
/** Comments by which a security scanner is told to look away (Semgrep, Bandit, CodeQL, gosec). */
const LOOK_AWAY =
  /\bnosemgrep\b|#\s*nosec\b|\/\/\s*#nosec\b|\b(?:codeql|lgtm)\[|\bgitleaks:allow\b|\btrivy:ignore\b|\bcheckov:skip\b|\bNOSONAR\b/i
const SKIP =
  /\b(?:it|test|describe|suite)\.(?:skip|only|todo|fails)\b|\bx(?:it|describe|test)\(|\b(?:skip|todo)\s*:\s*(?:true|['"])|@(?:pytest\.mark\.)?(?:skip|xfail|Ignore|Disabled)\b|\bt\.Skip\(/
const ASSERTION =
  /\bassert\w*\b|\bexpect\s*\(|\bshould\.|\bt\.(?:is|true|deepEqual|equal|throws|Error|Fatal)\w*\(/
const THRESHOLD =
  /(?:threshold|--test-coverage-\w+|--check-coverage|--(?:lines|branches|functions|statements)|fail_under|cov-fail-under|minimum|budget)\D*(\d+(?:\.\d+)?)/i

/** What else the target is measured with. */
export interface Instruments {
  /** Its bench module. */
  readonly bench?: string | undefined
  /** It has linters of its own. */
  readonly lint?: boolean
  /** Commands of its own security scanners: what they name decides what is found. */
  readonly scanners?: readonly Command[]
}

const hold = (subject: string, sentence: string): Hold => ({ code: 'instrument_weakened', subject, sentence })

/** An option of a scanner that says by what it looks, or what it leaves out, and the path that it names. */
const BY_WHAT =
  /(?:^|\s)(?:-c|--?[\w-]*(?:config|conf|rule|polic|ignore|baseline|exclude)[\w-]*)[=\s]+(\S+)/gi

function namedIn(commands: readonly Command[], path: string): boolean {
  const named = commands.flatMap((command) => {
    const words = typeof command === 'string' ? command : command.join(' ')
    return [...words.matchAll(BY_WHAT)].map(([, word]) => word!.replace(/^['"]?(?:\.\/)?|\/?['"]?$/g, ''))
  })
  return named.some((one) => one !== '' && (path === one || path.startsWith(`${one}/`)))
}

function inFile(file: FileChange, { bench, lint, scanners }: Instruments): Hold[] {
  const found: Hold[] = []
  const { path } = file
  if (isTest(file.oldPath) && file.kind === 'deleted')
    found.push(hold(path, `The test file ${path} is deleted.`))
  if (isTest(path)) {
    const skipped = file.added.find((line) => SKIP.test(line.text))
    if (skipped)
      found.push(
        hold(`${path}:${skipped.number}`, `A test is skipped or singled out in ${path}:${skipped.number}.`),
      )
    const assertions = (lines: readonly { text: string }[]) =>
      lines.filter((line) => ASSERTION.test(line.text)).length
    const lost = assertions(file.removed) - assertions(file.added)
    if (file.kind !== 'deleted' && lost > 0) found.push(hold(path, `${lost} assertions fewer in ${path}.`))
  }
  const isBench = BENCH.test(path) || BENCH.test(file.oldPath) || file.oldPath === bench
  if (file.kind !== 'added' && isBench) found.push(hold(path, `The bench or load ${path} is changed.`))
  if (lint && (LINT_CONFIG.test(path) || LINT_CONFIG.test(file.oldPath)))
    found.push(hold(path, `The configuration of the linters ${path} is changed.`))
  if (scanners && namedIn(scanners, path))
    found.push(hold(path, `A security scanner is told by ${path} what to look for, and it is changed.`))
  if (scanners && file.added.some(({ text }) => LOOK_AWAY.test(text)))
    found.push(hold(path, `A security scanner is told to look away in ${path}.`))
  if (CI.test(path) || CI.test(file.oldPath))
    found.push(hold(path, `The CI configuration ${path} is changed.`))
  if (COVERAGE_CONFIG.test(path) || COVERAGE_CONFIG.test(file.oldPath))
    found.push(hold(path, `The test or coverage configuration ${path} is changed.`))
  const limit = (lines: readonly { text: string }[]) =>
    lines
      .map((line) => THRESHOLD.exec(line.text)?.[1])
      .filter((x) => x !== undefined)
      .map(Number)
  const [before, after] = [limit(file.removed), limit(file.added)]
  if (before.length > 0 && Math.min(...after, Number.POSITIVE_INFINITY) < Math.max(...before))
    found.push(hold(`${path} threshold`, `A threshold in ${path} is lowered.`))
  if (before.length > 0 && after.length === 0)
    found.push(hold(`${path} threshold`, `A threshold in ${path} is removed.`))
  return found
}

export function weakenedInstruments(
  changes: readonly FileChange[],
  cases: readonly TestCase[],
  instruments: Instruments = {},
): Hold[] {
  const gone = cases.filter((test) => changeOf(test) === 'gone').map((test) => test.name)
  return [
    ...changes.flatMap((file) => inFile(file, instruments)),
    ...gone.map((name) =>
      hold(`test ${name}`, `The test "${name}" ran on the baseline and does not run on the candidate.`),
    ),
  ]
}
