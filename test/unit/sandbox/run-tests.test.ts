// What the two sides' test runs are taken to say, also where a report lies, is cut off or is none.
import { describe, expect, test } from 'vitest'
import { configOf } from '../../../src/config/config.ts'
import type { Receipt, Room } from '../../../src/sandbox/room.ts'
import { runTests } from '../../../src/sandbox/run-tests.ts'
import { changeOf, regressed } from '../../../src/trust/tests.ts'

const target = configOf('test', {
  parliament: { members: [{ id: 'ada' }] },
  targets: { shop: { repository: '/x', test: { command: 'x', report: 'r.xml', coverage: 'lcov.info' } } },
}).targets.get('shop')!

const GOOD = '<testsuite tests="1"><testcase name="adds"/></testsuite>'
const LCOV = 'SF:a.mjs\nDA:1,1\nend_of_record\n'

const room = (over: Partial<Receipt> & { report?: string; lcov?: string }): Room => ({
  async run() {
    return {
      exit: 0,
      ended: 'exit',
      wallMs: 1,
      cpuMs: 1,
      peakBytes: 1,
      output: '',
      stdout: '',
      droppedBytes: 0,
      ...over,
      files: {
        ...(over.report === undefined ? {} : { 'r.xml': over.report }),
        'lcov.info': over.lcov ?? LCOV,
      },
    }
  },
  converse: () => Promise.reject(new Error('not here')),
  serve: () => Promise.reject(new Error('no service')),
  patch: async () => '',
  async close() {},
})
type Given = Parameters<typeof room>[0]
const run = async (baseline: Given, candidate: Given) => {
  const runs = await runTests(
    target,
    { baseline: room(baseline), candidate: room(candidate) },
    2,
    () => false,
    Math.random,
    () => {},
  )
  return {
    cases: runs!.measurement.cases.map((one) => `${one.name}: ${changeOf(one)}`),
    regressed: runs!.measurement.cases.filter(regressed).length,
    coverage: Object.keys(runs!.coverage).sort(),
  }
}

describe('a command that fails although its report is clean', () => {
  test('on the candidate alone: it regressed', async () => {
    expect(await run({ report: GOOD }, { report: GOOD, exit: 1 })).toMatchObject({
      cases: ['adds: pass→pass', 'the test command ends without an error: pass→fail'],
      regressed: 1,
    })
  })
  test('killed at a limit after a clean report: it regressed', async () => {
    expect(await run({ report: GOOD }, { report: GOOD, exit: null, ended: 'memory' })).toMatchObject({
      regressed: 1,
    })
  })
  test('on both sides: nothing got worse', async () => {
    expect(await run({ report: GOOD, exit: 1 }, { report: GOOD, exit: 1 })).toMatchObject({
      cases: ['adds: pass→pass', 'the test command ends without an error: fail→fail'],
      regressed: 0,
    })
  })
})

test('a command that fails because a test does says nothing beyond it', async () => {
  const failing = '<testsuite><testcase name="adds"><failure/></testcase></testsuite>'
  expect(await run({ report: GOOD }, { report: failing, exit: 1 })).toMatchObject({
    cases: ['adds: pass→fail'],
  })
})

describe('a report that can’t be read', () => {
  test.each([
    ['none', undefined],
    ['cut off', GOOD.slice(0, 30)],
    ['one that promises more than it holds', GOOD.replace('tests="1"', 'tests="9"')],
  ])(
    '%s: of the candidate it is no result; of today’s code the mission can’t go on',
    async (_what, report) => {
      const broken = report === undefined ? {} : { report }
      expect(await run({ report: GOOD }, broken)).toMatchObject({ cases: ['adds: gone'] })
      await expect(run(broken, { report: GOOD })).rejects.toMatchObject({
        code: expect.stringMatching(/^tests_did_not_start|test_report_unreadable$/),
      })
    },
  )
  test('coverage that is cut off: of the candidate it is missing; of today’s code it is refused', async () => {
    const cut = { report: GOOD, lcov: LCOV.slice(0, 12) }
    expect(await run({ report: GOOD }, cut)).toMatchObject({ coverage: ['baseline'] })
    await expect(run(cut, { report: GOOD })).rejects.toMatchObject({ code: 'coverage_report_unreadable' })
  })
})
