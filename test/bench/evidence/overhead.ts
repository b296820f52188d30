// What the sandbox itself costs: its start against bubblewrap alone with the same flags, and tests inside against outside.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import {
  asSandboxUser,
  baseEnvironment,
  bwrapArguments,
  LIMITED,
} from '../../../adapters/sandbox/bubblewrap.ts'
import { runtimeMounts } from '../../../adapters/sandbox/runtime.ts'
import { seccompFilter } from '../../../adapters/sandbox/seccomp/filter.ts'
import { shuffled } from '../../../src/sandbox/order.ts'
import { median } from '../../../src/trust/statistics.ts'
import type { Lab } from '../../support/sandbox.ts'

const SECCOMP_FD = 3
const ARGS_FD = 4

const timed = async (run: () => unknown): Promise<number> => {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

/** Medians in milliseconds of both, taken in turns. */
async function inTurns(
  rounds: number,
  random: () => number,
  ways: Readonly<Record<'inside' | 'reference', () => unknown>>,
): Promise<{ value: number; reference: number }> {
  const times = { inside: [] as number[], reference: [] as number[] }
  for (let i = 0; i < rounds; i++)
    for (const way of shuffled(['inside', 'reference'] as const, random))
      times[way].push(await timed(ways[way]))
  return { value: median(times.inside), reference: median(times.reference) }
}

export async function startCost(lab: Lab, rounds: number, random: () => number) {
  const room = await lab.room(lab.target({ 'a.txt': 'a\n' }))
  const tree = mkdtempSync(join(tmpdir(), 'grace-bare-'))
  spawnSync('chmod', ['777', tree])
  const box = {
    network: 'none' as const,
    cwd: '/work',
    environment: baseEnvironment(),
    // What a room shows as well.
    mounts: [
      ...runtimeMounts(lab.runtime),
      { from: lab.runtime.playbooks, to: '/playbooks' },
      { from: lab.runtime.harness, to: '/harness' },
      { from: tree, to: '/work', writable: true },
    ],
  }
  const args = bwrapArguments(box, { statusFd: 5, seccompFd: SECCOMP_FD, temporaryBytes: 512 * 1024 ** 2 })
  const [file, ...before] = [
    ...asSandboxUser(process.getuid?.() === 0),
    ...LIMITED,
    'bwrap',
    '--args',
    String(ARGS_FD),
    '--',
  ]
  const bare = () =>
    new Promise<void>((resolve, reject) => {
      const child = spawn(file!, [...before, 'true'], {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      })
      ;(child.stdio[SECCOMP_FD] as Writable).end(seccompFilter())
      ;(child.stdio[ARGS_FD] as Writable).end(args.map((word) => `${word}\0`).join(''))
      child.stdout!.resume()
      child.stderr!.resume()
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`bubblewrap: exit ${code}`))))
    })
  await bare()
  const found = await inTurns(rounds, random, {
    inside: () => room.run({ command: ['true'] }),
    reference: bare,
  })
  await room.close()
  rmSync(tree, { recursive: true })
  return found
}

/** A suite of a hundred tests that compute, read and write. */
const SUITE = `import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
const dir = mkdtempSync(join(tmpdir(), 'suite-'))
for (let i = 0; i < 100; i++)
  test('case ' + i, () => {
    let x = 1
    for (let j = 0; j < 2e6; j++) x = (x * 31 + j) % 1e9
    writeFileSync(join(dir, 'f' + i), String(x))
    assert.equal(readFileSync(join(dir, 'f' + i), 'utf8'), String(x))
  })
`

export async function testsCost(lab: Lab, rounds: number, random: () => number) {
  const files = { 'test/a.test.mjs': SUITE }
  const room = await lab.room(lab.target(files))
  const outside = mkdtempSync(join(tmpdir(), 'grace-outside-'))
  mkdirSync(join(outside, 'test'))
  writeFileSync(join(outside, 'test/a.test.mjs'), SUITE)
  const node = join(lab.runtime.node, 'bin/node')
  const found = await inTurns(rounds, random, {
    inside: () => room.run({ command: 'node --test' }),
    reference: () =>
      new Promise((resolve) =>
        spawn(node, ['--test'], { cwd: outside, stdio: 'ignore', env: { PATH: process.env.PATH } }).on(
          'close',
          resolve,
        ),
      ),
  })
  await room.close()
  rmSync(outside, { recursive: true })
  return found
}
