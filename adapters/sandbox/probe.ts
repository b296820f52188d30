// Decides at start what this machine may run: containment whose self-test passed, or nothing but the demo.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { DEFAULT_LIMITS, type Rooms } from '../../src/sandbox/room.ts'
import { baseEnvironment } from './bubblewrap.ts'
import { launch, PATH } from './launch.ts'
import { findProtections, type Protections } from './protections.ts'
import { type Building, handOver, openTree, roomsIn } from './rooms.ts'
import { type Runtime, runtimeMounts } from './runtime.ts'

const run = promisify(execFile)

const SELF_TEST = ['/opt/node/bin/node', '/harness/self-test.mjs']

export type Containment =
  | {
      readonly ok: true
      readonly driver: string
      readonly tookMs: number
      readonly protections: Protections
    }
  | { readonly ok: false; readonly why: string }

/** The one that is run: the first in the path. */
async function isSetuid(program: string): Promise<boolean> {
  for (const directory of PATH.split(':')) {
    const found = await stat(join(directory, program)).catch(() => undefined)
    if (found) return (found.mode & 0o4000) !== 0
  }
  return false
}

export async function probeContainment(runtime: Runtime, sandboxes: string): Promise<Containment> {
  if (process.platform !== 'linux')
    return { ok: false, why: `there is no containment on ${process.platform}` }
  const version = await run('bwrap', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
  if (!version) return { ok: false, why: 'bubblewrap is not installed' }
  if (await isSetuid('bwrap'))
    return {
      ok: false,
      why: 'bubblewrap is setuid root, which makes more of it than a sandbox: chmod u-s it',
    }
  const begun = performance.now()
  const protections = await findProtections(sandboxes)
  const base = join(sandboxes, randomUUID())
  const work = join(base, 'work')
  await mkdir(work, { recursive: true, mode: 0o755 })
  await handOver(work)
  const tree = await openTree(protections, base)
  try {
    const box = {
      network: 'none' as const,
      cwd: '/work',
      enter: tree.enterAsSandbox,
      environment: baseEnvironment(),
      mounts: [
        ...runtimeMounts(runtime),
        { from: runtime.harness, to: '/harness' },
        { from: tree.path, to: '/work', writable: true },
      ],
    }
    const { receipt } = launch(
      { box, protections },
      [...SELF_TEST, ...(protections.seccomp ? ['seccomp'] : [])],
      {
        ...DEFAULT_LIMITS,
        wallMs: 30_000,
      },
    )
    const { exit, output, stdout } = await receipt
    if (exit !== 0)
      return { ok: false, why: `the self-test did not run: ${output.trim().slice(-300) || `exit ${exit}`}` }
    const broken = (JSON.parse(stdout) as { broken: string[] }).broken
    const { uid } = await stat(join(tree.outside, '.self-test'))
    if (uid === 0) broken.push('a file made inside does not belong to root')
    if (broken.length > 0) return { ok: false, why: `the self-test found broken: ${broken.join('; ')}` }
    return { ok: true, driver: version, protections, tookMs: Math.round(performance.now() - begun) }
  } finally {
    await tree.close()
    await rm(base, { recursive: true, force: true })
  }
}

export const MEND = 'sudo apt-get install bubblewrap'

/** No switch turns isolation off: without it only the demo's own code runs, written by Grace's own playbook. */
export function roomsFor(
  containment: Containment,
  building: Omit<Building, 'isolation' | 'driver' | 'protections'>,
): (target: Target, authored: 'grace' | 'people') => Promise<Rooms> {
  return async (target, authored) => {
    if (containment.ok)
      return roomsIn({
        ...building,
        isolation: 'contained',
        driver: containment.driver,
        protections: containment.protections,
      })
    if (target.demo && authored === 'grace')
      return roomsIn({ ...building, isolation: 'demo', driver: 'process group', protections: {} })
    throw new Refusal(
      'unavailable',
      'sandbox_unavailable',
      `SANDBOX_UNAVAILABLE: ${containment.why}.`,
      `Nothing of ${target.name} is run without it. Mend it with: ${MEND}`,
    )
  }
}
