import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../../src/kernel/refusal.ts'
import { type LintFinding, readLint } from '../../../../src/sandbox/readers/lint-report.ts'
import { answer, holdsWhenCut, report } from '../../../support/reports.ts'
import { runs } from '../../../support/runs.ts'

const REFUSED = 'lint_report_unreadable'
const refused = (text: string) => expect(answer(() => readLint(text))).resolves.toBe(REFUSED)

const FOUND: LintFinding[] = [
  { path: 'a.js', line: 1, rule: 'prefer-const', severity: 'warning' },
  { path: 'a.js', line: 2, rule: 'no-undef', severity: 'error' },
]
test('eslint.json', () => {
  expect(readLint(report('eslint.json'), '/tmp/rf/eslint')).toEqual([
    ...FOUND,
    { path: 'bad.js', line: 1, rule: 'parse error', severity: 'error' },
  ])
})
test('eslint.sarif: a file that the tool could not look at is a finding', () => {
  expect(readLint(report('eslint.sarif'), '/tmp/rf/eslint')).toEqual([
    ...FOUND,
    { path: 'bad.js', line: 1, rule: 'ESL0999', severity: 'error' },
  ])
})
test.each(['eslint.json', 'eslint.sarif'])(
  '%s, cut off anywhere, is refused or is the same',
  async (file) => {
    await holdsWhenCut(report(file), (text) => readLint(text), REFUSED)
  },
)

test('a mutated report is refused, or read; nothing else comes of it', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.json({ maxDepth: 2 }),
    fc.constantFrom('null', '[]', '{}', '-1', '1e999'),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('eslint.json', 'eslint.sarif'),
      fc.nat(),
      fc.nat(30),
      piece,
      fc.boolean(),
      (file, at, cut, put, whole) => {
        const text = report(file)
        const i = at % text.length
        const given = whole ? put : text.slice(0, i) + put + text.slice(i + cut)
        try {
          for (const { path, line, rule, severity } of readLint(given)) {
            expect(typeof path).toBe('string')
            expect(Number.isInteger(line) && line >= 0).toBe(true)
            expect(rule).not.toBe('')
            expect(['error', 'warning', 'note']).toContain(severity)
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
        }
      },
    ),
    runs(500),
  )
})

describe('SARIF', () => {
  const sarif = (result: object, run: object = {}, rules: object[] = []) =>
    JSON.stringify({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'x', rules } }, results: [result], ...run }],
    })
  const at = (uri: string, startLine?: number, uriBaseId?: string) => ({
    locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId }, region: { startLine } } }],
  })
  test('level and name may come from the rule; without one it is a warning', () => {
    const rules = [{ id: 'r1', defaultConfiguration: { level: 'error' } }]
    expect(readLint(sarif({ ruleIndex: 0, ...at('src/a%20b.js', 3) }, {}, rules))).toEqual([
      { path: 'src/a b.js', line: 3, rule: 'r1', severity: 'error' },
    ])
    expect(readLint(sarif({ ruleId: 'r2', ...at('./a.js') }))).toEqual([
      { path: 'a.js', line: 0, rule: 'r2', severity: 'warning' },
    ])
  })
  test('addresses are relative to their base', () => {
    const base = { originalUriBaseIds: { SRC: { uri: 'file:///work/src/' } } }
    expect(readLint(sarif({ ...at('a.js', 1, 'SRC') }, base))[0]?.path).toBe('src/a.js')
    expect(readLint(sarif({ ...at('a.js', 1, '%SRCROOT%') }))[0]?.path).toBe('a.js')
  })
  test('what passed and what was suppressed is no finding; what is about no file is one', () => {
    expect(readLint(sarif({ kind: 'pass' }))).toEqual([])
    expect(readLint(sarif({ suppressions: [{ kind: 'inSource' }] }))).toEqual([])
    expect(readLint(sarif({ suppressions: [{ kind: 'external', status: 'rejected' }] }))).toHaveLength(1)
    expect(readLint(sarif({ ruleId: 'r' }))).toEqual([{ path: '', line: 0, rule: 'r', severity: 'warning' }])
  })
  test.each([
    ['another version', sarif({}).replace('2.1.0', '2.0.0')],
    ['no runs', '{"version":"2.1.0","runs":[]}'],
    ['no results: the tool did not look', sarif({}, { results: null })],
    ['a run that failed', sarif({}, { invocations: [{ executionSuccessful: false }] })],
    ['line 0', sarif(at('a.js', 0))],
    ['half a line', sarif(at('a.js', 1.5))],
    ['a level of no known kind', sarif({ level: 'fatal' })],
    ['an address that is none', sarif(at('%E0%A4%A'))],
    ['results twice', sarif({}).replace('"results"', '"results":[],"results"')],
    ['deeper than any stack', `{"version":"2.1.0","runs":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

describe('ESLint JSON', () => {
  const eslint = (over: object = {}) =>
    JSON.stringify([
      {
        filePath: '/work/a.js',
        errorCount: 1,
        warningCount: 0,
        messages: [{ ruleId: 'x', severity: 2, line: 1 }],
        ...over,
      },
    ])
  test('names are what they are, without what hides', () => {
    expect(
      readLint(
        eslint({
          filePath: '/work/__proto__',
          messages: [{ ruleId: '\u001b[31mcon\u202estructor', severity: 2 }],
        }),
      ),
    ).toEqual([{ path: '__proto__', line: 0, rule: 'constructor', severity: 'error' }])
  })
  test('none is none', () => expect(readLint('[]')).toEqual([]))
  test.each([
    ['fewer than it says', eslint({ errorCount: 2 })],
    ['a negative count', eslint({ errorCount: -1 })],
    ['NaN', eslint().replace(':1', ':NaN')],
    ['a severity of no known kind', eslint({ messages: [{ ruleId: 'x', severity: 3 }] })],
    ['prose', '2 problems\n'],
    ['empty', ''],
    ['60 MB', `[${' '.repeat(60_000_000)}]`],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})
