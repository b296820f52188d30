// Dependencies are installed once for a set of manifests, then shown read-only to every room that has the same.
import { createHash } from 'node:crypto'
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '../../src/config/config.ts'
import type { Command } from '../../src/config/units.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/room.ts'
import { inRepository, mountOf } from '../../src/sandbox/working-directory.ts'
import { readTexts } from '../git/trees.ts'
import { baseEnvironment } from './bubblewrap.ts'
import { guardDisk } from './disk.ts'
import { launch } from './launch.ts'
import { type Building, handOver, openCheckout } from './rooms.ts'
import { runtimeMounts } from './runtime.ts'
import { directoryIn, makeDirectory } from './safe-reader.ts'
import { openWayOut } from './way-out.ts'

const INSTALL_MS = 600_000
const MB = 1024 ** 2
const INSTALL_QUOTA = { bytes: 8_192 * MB, files: 1_000_000 }
/** Below node_modules, and written to by Babel, AVA, Vite and Vitest. */
export const CACHES = ['.cache', '.vite', '.vite-temp', '.vitest']
const MANIFESTS = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc']

/** The layer's node_modules; undefined where the target installs nothing or only the demo's level is there. */
export async function dependencyLayer(
  building: Building,
  target: Target,
  tree: string,
): Promise<string | undefined> {
  if (!target.install || building.isolation !== 'contained') return undefined
  const manifests = await readTexts(
    building.mirrors.pathOf(target),
    tree,
    MANIFESTS.map((path) => inRepository(target, path)),
  )
  const key = createHash('sha256')
    .update(JSON.stringify([...manifests].sort(), null, 0))
    .update(JSON.stringify([CACHES, target.install, target.install_scripts, process.version, process.arch]))
    .digest('hex')
  const layer = join(building.layers, key)
  if (await stat(layer).catch(() => undefined)) return layer
  const { base, work } = await openCheckout(building, target, tree)
  try {
    await handOver(work)
    await install(building, target, base, work)
    // A link there would lead to any directory of this machine.
    const installed = await directoryIn(work, inRepository(target, 'node_modules'))
    if (installed === undefined) throw failed(target, 'left no node_modules', '')
    await mkdir(building.layers, { recursive: true, mode: 0o711 })
    await chmod(installed, 0o755)
    // Where test runners keep what they have compiled: a place to mount something over.
    for (const cache of CACHES)
      if (!(await makeDirectory(installed, cache)))
        throw failed(target, `left something else than a directory at node_modules/${cache}`, '')
    // Another room may have been faster; both are the same.
    await rename(installed, layer).catch(() => {})
    return layer
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

const failed = (target: Target, how: string, said: string): Refusal =>
  new Refusal(
    'invalid',
    'install_failed',
    `The install command of ${target.name} ${how}${said ? `: ${said}` : '.'}`,
    'It runs in the sandbox and reaches the hosts of install_hosts in grace.yaml only; a registry in your own network has to be named in install_inner_hosts as well.',
  )

/** With a way out to the registries, and without the scripts of what it installs; then those that the target names. */
async function install(building: Building, target: Target, base: string, work: string): Promise<void> {
  const { runtime, protections, installQuota: quota = INSTALL_QUOTA } = building
  const wayOut = await openWayOut(runtime, target, base)
  const run = async (command: Command, more: Record<string, string> = {}) => {
    const box = {
      network: 'none' as const,
      cwd: mountOf(target),
      environment: baseEnvironment({
        ...wayOut.environment,
        ...target.environment,
        ...more,
      }),
      mounts: [...runtimeMounts(runtime), ...wayOut.mounts, { from: work, to: '/work', writable: true }],
    }
    const launched = launch({ protections, box }, command, { ...DEFAULT_LIMITS, wallMs: INSTALL_MS })
    const unguard = guardDisk(building.sandboxes, quota, () => launched.end('disk'))
    const { exit, ended, output } = await launched.receipt.finally(unguard)
    if (exit === 0) return
    if (ended === 'disk')
      throw failed(
        target,
        `took more than ${Math.round(quota.bytes / MB)} MB or ${quota.files} files of disk`,
        '',
      )
    throw failed(
      target,
      `ended with ${ended === 'exit' ? `exit ${exit}` : ended}`,
      `${output.trim().slice(-300)}${wayOut.refused()}`,
    )
  }
  try {
    await run(wayOut.lead(target.install!), {
      npm_config_ignore_scripts: 'true',
    })
  } finally {
    await wayOut.close()
  }
  if (target.install_scripts.length > 0)
    // Named here, not in the candidate's package.json; and there is no way out any more.
    await run(['npm', 'rebuild', '--dangerously-allow-all-scripts', ...target.install_scripts])
}
