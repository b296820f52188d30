import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { executedLines } from '../../../src/sandbox/executed-lines.ts'
import { balancedOrders, requestsOf, seeded, shuffled } from '../../../src/sandbox/order.ts'
import { copiedLines, linePoints, quality } from '../../../src/sandbox/quality.ts'
import { weakenedInstruments } from '../../../src/sandbox/weakened.ts'
import { change } from '../../support/changes.ts'

describe('executed lines', () => {
  const hits = new Map([
    [
      'src/a.ts',
      new Map([
        [1, 2],
        [3, 0],
      ]),
    ],
  ])
  test('are those the report knows as executable', () => {
    expect(executedLines([change('src/a.ts', 'a\n// note\nb')], hits)).toEqual({
      executable: 2,
      executed: 1,
      missed: ['src/a.ts:3'],
    })
  })
  test('a program file that the report does not know was not executed', () => {
    expect(executedLines([change('src/b.ts', 'b()\n\n// note')], hits)).toEqual({
      executable: 1,
      executed: 0,
      missed: ['src/b.ts:1'],
    })
  })
  test('tests and what is no program are not asked for', () => {
    expect(executedLines([change('test/a.test.ts', 'a'), change('m/1.sql', 'x')], hits)).toEqual({
      executable: 0,
      executed: 0,
      missed: [],
    })
  })
})

describe('code quality', () => {
  test('clean additions are perfect, leftovers cost', () => {
    expect(quality([change('a.ts', 'const a = 1\nconst b = 2')])).toEqual({ baseline: 100, candidate: 100 })
    expect(quality([change('a.ts', 'const a = 1\nconsole.log(a)')])).toEqual({ baseline: 100, candidate: 96 })
  })
  test('one line too many does not spoil a small change, and is not lost in a large one', () => {
    const long = `const a = '${'a'.repeat(120)}'`
    expect(quality([change('a.ts', long)]).candidate).toBe(98)
    const lines = Array.from({ length: 50 }, (_, i) => `const a${i} = ${i} // TODO`)
    expect(quality([change('a.ts', lines.join('\n'))]).candidate).toBe(0)
  })
  test('mending what was bad is better than what was there', () => {
    const { baseline, candidate } = quality([change('a.ts', 'const a = 1', 'const a = b as any // TODO')])
    expect(candidate).toBeGreaterThan(baseline)
  })
  test('what the target’s own linters say of the changed lines counts, and of no other', () => {
    const at = (line: number, severity: 'error' | 'warning' | 'note') => ({
      path: 'a.ts',
      line,
      rule: 'r',
      severity,
    })
    const changes = [change('a.ts', 'const a = 1\nconst b = 2', 'const c = 3')]
    const judged = (baseline: ReturnType<typeof at>[], candidate: ReturnType<typeof at>[] | null) =>
      quality(changes, { baseline, candidate })
    expect(judged([], [at(1, 'error')])).toEqual({ baseline: 100, candidate: 96 })
    expect(judged([at(1, 'warning')], [at(2, 'warning')])).toEqual({ baseline: 98, candidate: 98 })
    expect(judged([at(9, 'error')], [at(9, 'error'), at(1, 'note')])).toEqual({
      baseline: 100,
      candidate: 100,
    })
    expect(judged([], null), 'no report is no figure').toEqual({ baseline: 100, candidate: null })
  })
  test('tests and prose are not judged', () => {
    expect(quality([change('test/a.test.ts', 'debugger'), change('a.md', 'TODO')])).toEqual({
      baseline: 100,
      candidate: 100,
    })
  })
  test('points of a line', () => {
    expect([
      linePoints('a'),
      linePoints('x'.repeat(121)),
      linePoints(`${' '.repeat(12)}a`),
      linePoints('debugger'),
    ]).toEqual([0, 1, 1, 2])
  })
  test('copied blocks are seen', () => {
    const block = Array.from({ length: 6 }, (_, i) => `doSomething(${i})`)
    expect(copiedLines([...block, 'between()', ...block])).toBe(6)
    expect(copiedLines(block)).toBe(0)
  })
})

describe('weakened instruments', () => {
  const codes = (changes: Parameters<typeof weakenedInstruments>[0]) =>
    weakenedInstruments(changes, []).map((h) => h.sentence)
  test.each([
    ['a deleted test file', change('test/a.test.ts', '', 'assert(1)', 'deleted'), /deleted/],
    ['a skipped test', change('test/a.test.ts', "test.skip('a')", "test('a')"), /skipped/],
    ['a test singled out', change('test/a.test.ts', "test.only('a')", "test('a')"), /skipped or singled out/],
    ['a pytest mark', change('tests/test_a.py', '@pytest.mark.skip', 'x'), /skipped/],
    ['an assertion fewer', change('test/a.test.ts', 'a()', 'assert.equal(a(), 1)'), /1 assertions fewer/],
    ['a changed bench', change('bench/a.mjs', 'x', 'y'), /bench or load/],
    ['a changed workflow', change('.github/workflows/ci.yml', 'x', 'y'), /CI configuration/],
    ['a changed coverage configuration', change('.c8rc.json', 'x', 'y'), /coverage configuration/],
    [
      'a lowered threshold',
      change('package.json', '"test": "c8 --lines 50"', '"test": "c8 --lines 90"'),
      /threshold .* lowered/,
    ],
    [
      'a removed threshold',
      change('package.json', '"test": "c8"', '"test": "c8 --check-coverage --lines 90"'),
      /threshold .* removed/,
    ],
  ])('%s', (_what, one, sentence) => {
    expect(codes([one]).some((s) => sentence.test(s))).toBe(true)
  })
  test('the linters’ configuration, where there are linters, and the bench module wherever it is', () => {
    const found = (path: string, instruments: object) =>
      weakenedInstruments([change(path, 'x', 'y')], [], instruments).map((one) => one.sentence)
    expect(found('eslint.config.mjs', { lint: true })).toEqual([
      expect.stringMatching(/configuration of the linters/),
    ])
    expect(found('eslint.config.mjs', {})).toEqual([])
    expect(found('perf/work.mjs', { bench: 'perf/work.mjs' })).toEqual([
      expect.stringMatching(/bench or load/),
    ])
    expect(found('perf/work.mjs', {})).toEqual([])
  })
  test('a word to a security scanner to look away, where there is one', () => {
    for (const line of [
      'run(cmd) // nosemgrep: detect-child-process',
      'x = eval(y)  # nosec',
      'f() // #nosec G204',
    ]) {
      const added = change('src/a.ts', line, 'run(cmd)')
      expect(weakenedInstruments([added], [], { scanners: ['semgrep --config rules/ .'] })).toHaveLength(1)
      expect(weakenedInstruments([added], [], {})).toEqual([])
    }
    expect(
      weakenedInstruments([change('a.md', 'a nosecond', 'b')], [], {
        scanners: ['semgrep --config rules/ .'],
      }),
    ).toEqual([])
  })
  test('what tells a security scanner by what it looks, and nothing that it looks at', () => {
    const held = (path: string, command: string) =>
      weakenedInstruments([change(path, 'x', 'y')], [], { scanners: [command] }).length
    expect(held('rules/taint.yml', 'semgrep scan --config rules/ --sarif -o out.sarif src')).toBe(1)
    expect(held('tools/b.yaml', 'bandit -c tools/b.yaml -r app -f sarif')).toBe(1)
    expect(held('app/a.py', 'bandit -c tools/b.yaml -r app -f sarif')).toBe(0)
    expect(held('src/a.ts', 'semgrep scan --config=rules src')).toBe(0)
    expect(held('rulesets.md', 'semgrep --config rules')).toBe(0)
  })
  test('a test that ran before and does not run any more', () => {
    expect(weakenedInstruments([], [{ name: 'adds', baseline: ['passed'], candidate: [] }])).toMatchObject([
      { subject: 'test adds' },
    ])
  })
  test.each([
    ['a new test', change('test/b.test.ts', "test('b', () => assert.ok(1))")],
    ['a new bench', change('bench/b.mjs', 'run()')],
    ['a stronger test', change('test/a.test.ts', 'assert(1)\nassert(2)', 'assert(1)')],
    ['a raised threshold', change('package.json', 'c8 --lines 95', 'c8 --lines 90')],
    ['a migration', change('migrations/2.sql', 'CREATE INDEX a ON b (c)')],
  ])('%s weakens nothing', (_what, one) => {
    expect(codes([one])).toEqual([])
  })
})

describe('order', () => {
  test('the same seed gives the same order', () => {
    const [a, b] = [seeded(7), seeded(7)]
    expect(shuffled([1, 2, 3, 4, 5], a)).toEqual(shuffled([1, 2, 3, 4, 5], b))
  })
  test('balanced orders have each permutation once before any comes again', () => {
    const orders = balancedOrders(['a', 'b', 'c'], 12, seeded(3)).map((o) => o.join(''))
    expect(new Set(orders.slice(0, 6)).size).toBe(6)
    expect(new Set(orders.slice(6)).size).toBe(6)
  })
  test('a shuffle loses and doubles nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1 }), (items, seed) => {
        expect(shuffled(items, seeded(seed)).toSorted()).toEqual(items.toSorted())
      }),
    )
  })
  test('requests take the templates in turn and draw whole numbers in range', () => {
    const requests = requestsOf(['GET /a?id={1..3}', 'GET /b'], 200, seeded(1))
    expect(requests.filter((r) => r === 'GET /b')).toHaveLength(100)
    expect(new Set(requests.filter((r) => r !== 'GET /b'))).toEqual(
      new Set(['GET /a?id=1', 'GET /a?id=2', 'GET /a?id=3']),
    )
  })
})
