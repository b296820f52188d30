// A bench module in the sandbox: the three sides in turn, and what does not work on one of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/config/config.ts'
import { seeded } from '../../src/sandbox/order.ts'
import type { Room } from '../../src/sandbox/room.ts'
import { type Calls, runSlices } from '../../src/sandbox/run-slices.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const lab: Lab = await openLab()
afterAll(() => lab.close())

const bench = (body: string) => ({ 'bench/work.mjs': body })
const WORK = (n: number) =>
  bench(
    `export const work = () => { let x = 1; for (let i = 0; i < ${n}; i++) x = (x * 31 + i) % 1e9; return x }`,
  )

describe.runIf(lab.containment.ok)('a bench module', () => {
  let target: Target
  const rooms: Room[] = []
  const room = async (files: Record<string, string>) => {
    const one = await lab.room(lab.target(files))
    rooms.push(one)
    return one
  }
  let today: Room
  beforeAll(async () => {
    target = lab.target(WORK(0), { bench: { module: 'bench/work.mjs', slices: 10 } })
    today = await room(WORK(20_000))
  })
  afterAll(() => Promise.all(rooms.map((one) => one.close())))
  const run = async (candidate: Record<string, string>, baseline = today) => {
    const calls: Calls = new Map()
    return runSlices(
      target,
      { baseline, control: baseline, candidate: await room(candidate) },
      seeded(1),
      calls,
      () => {},
    )
  }

  test('of half the work costs about half', async () => {
    const found = await run(WORK(10_000))
    if ('lost' in found) throw new Error(found.lost)
    const [metric] = found.round.metrics
    expect(metric).toMatchObject({ metric: 'work', unit: 'µs CPU', better: 'lower' })
    const { baseline, candidate, control } = metric!.values
    expect(candidate! / baseline!).toBeLessThan(0.75)
    expect(candidate! / baseline!).toBeGreaterThan(0.25)
    expect(control! / baseline!).toBeGreaterThan(0.75)
    expect(found.round.cost.candidate.peakBytes).toBeGreaterThan(1e6)
  })
  test.each([
    ['throws', bench("export const work = () => { throw new Error('broken') }"), /"work": broken/],
    ['ends the process', bench('export const work = () => process.exit(3)'), /"work": the bench ended/],
    ['is not there', { a: 'a' }, /does not work on the candidate: Cannot find module/],
    ['lost the function', bench('export const other = () => 1'), /it has no function "work"/],
    ['exports nothing', bench('export const work = 1'), /it exports no function/],
  ])('that %s on the candidate is said to be lost there', async (_what, files, why) => {
    expect(await run(files)).toEqual({ lost: expect.stringMatching(why) })
  })
  test('costs what it costs in a loop of its own, however often it is called', async () => {
    const spin = 'let x = 1; for (let i = 0; i < 20_000; i++) x = (Math.imul(x, 31) + i) >>> 0; return x'
    const files = bench(`export const work = () => { ${spin} }`)
    const one = await room(files)
    const { stdout } = await one.run({
      command: [
        'node',
        '-e',
        `const work = () => { ${spin} }; const n = 5_000; let kept; const loop = () => { for (let i = 0; i < n; i++) kept = work() }; loop(); const before = process.cpuUsage().user; loop(); console.log((process.cpuUsage().user - before) / n)`,
      ],
    })
    const found = await run(files, one)
    if ('lost' in found) throw new Error(found.lost)
    const { baseline, candidate } = found.round.metrics[0]!.values
    expect(baseline! / Number(stdout)).toBeLessThan(3)
    expect(candidate! / baseline!).toBeGreaterThan(0.5)
    expect(candidate! / baseline!).toBeLessThan(2)
  })
  test('is called as often as it is told, whatever the program puts in place of what is built in', async () => {
    const { 'bench/work.mjs': honest } = WORK(20_000)
    const cheating = `${honest}
const nothing = () => 0
globalThis.Function = new Proxy(Function, { construct: () => nothing, apply: () => nothing })
const parse = JSON.parse
JSON.parse = (text) => ({ ...parse(text), times: 0 })
Map.prototype.get = () => ({ run: nothing, repeat: nothing })
Array.prototype[Symbol.iterator] = function* () { yield ['work', nothing] }
globalThis.Promise = class { static [Symbol.hasInstance]() { return false } }
`
    const found = await run({ 'bench/work.mjs': cheating })
    if ('lost' in found) throw new Error(found.lost)
    const { baseline, candidate } = found.round.metrics[0]!.values
    expect(candidate! / baseline!).toBeGreaterThan(0.5)
  })
  test('that does not work on today’s code refuses, whatever the candidate does', async () => {
    const broken = await room(bench("throw new Error('never worked')"))
    await expect(run(WORK(1), broken)).rejects.toMatchObject({
      code: 'bench_failed',
      message: expect.stringMatching(/never worked/),
    })
  })
})
