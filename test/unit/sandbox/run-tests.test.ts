// What the two sides' test runs are taken to say, also where a report lies, is cut off or is none.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { baselinesIn } from '../../../adapters/sandbox/baseline-files.ts'
import { configOf } from '../../../src/config/config.ts'
import { baselineKey, type TestedTree } from '../../../src/sandbox/baselines.ts'
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

describe('today’s tree, the next time', () => {
  const runs = (rooms: Parameters<typeof runTests>[1], known?: TestedTree) =>
    runTests(
      target,
      rooms,
      2,
      () => false,
      Math.random,
      () => {},
      known,
    )
  const good = { report: GOOD }
  const failing = { report: GOOD.replace('/>', '><failure/></testcase>'), exit: 1 }

  test('is known from its runs and not run again, whatever the candidate is', async () => {
    const { tested } = (await runs({ baseline: room(good), candidate: room(failing) }))!
    expect(tested).toMatchObject({ runs: [{ failedBeyond: false }, { failedBeyond: false }] })
    const again = (await runs({ candidate: room(failing) }, tested!))!
    expect(again.measurement.cases.map((one) => `${one.name}: ${changeOf(one)}`)).toEqual(['adds: pass→fail'])
    expect(Object.keys(again.coverage).sort()).toEqual(['baseline', 'candidate'])
    expect(again.tested).toBeNull()
  })
  test('is not known where its runs contradict each other, or one of them was cut off', async () => {
    const takingTurns: Room = { ...room(good) }
    let turn = 0
    takingTurns.run = (spec) => room(turn++ % 2 ? failing : good).run(spec)
    expect((await runs({ baseline: takingTurns, candidate: room(good) }))!.tested).toBeNull()
    const killed = room({ ...good, exit: null, ended: 'memory' })
    expect((await runs({ baseline: killed, candidate: room(good) }))!.tested).toBeNull()
  })
  test('is read from a file as it was written; with another plan, another machine or a damaged file it is not known', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'grace-baselines-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const { tested } = (await runs({ baseline: room(failing), candidate: room(good) }))!
    const kept = baselinesIn(directory, 'bubblewrap')
    const key = baselineKey(target, 'a1')
    await kept.keep(key, tested!)
    expect(await kept.find(key)).toEqual(tested)
    expect(await baselinesIn(directory, 'process').find(key)).toBeUndefined()
    expect(await kept.find(baselineKey(target, 'a2'))).toBeUndefined()
    const other = { ...target, test: { ...target.test!, command: 'y' } }
    expect(await kept.find(baselineKey(other, 'a1'))).toBeUndefined()
    const [name] = readdirSync(directory)
    writeFileSync(join(directory, name!), '{"at":')
    expect(await kept.find(key)).toBeUndefined()
  })
})
