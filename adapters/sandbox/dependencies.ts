// Dependencies are installed once for a set of manifests, then shown read-only to every room that has the same.
import { createHash } from 'node:crypto'
import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/room.ts'
import { readTexts } from '../git/trees.ts'
import { baseEnvironment } from './bubblewrap.ts'
import { launch } from './launch.ts'
import { type Building, handOver, openCheckout } from './rooms.ts'

const MANIFESTS = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc']

/** The layer's node_modules; undefined where the target installs nothing or only the demo's level is there. */
export async function dependencyLayer(
  building: Building,
  target: Target,
  tree: string,
): Promise<string | undefined> {
  if (!target.install || building.isolation !== 'contained') return undefined
  const manifests = await readTexts(building.mirrors.pathOf(target), tree, MANIFESTS)
  const key = createHash('sha256')
    .update(JSON.stringify([...manifests].sort(), null, 0))
    .update(JSON.stringify([target.install, process.version, process.arch]))
    .digest('hex')
  const layer = join(building.layers, key)
  if (await stat(layer).catch(() => undefined)) return layer
  const { base, work } = await openCheckout(building, target, tree)
  try {
    await handOver(work)
    const { receipt } = launch(
      {
        protections: building.protections,
        box: {
          network: 'none',
          cwd: '/work',
          environment: baseEnvironment(target.environment),
          mounts: [
            { from: building.runtime.node, to: '/opt/node' },
            { from: work, to: '/work', writable: true },
          ],
        },
      },
      target.install,
      DEFAULT_LIMITS,
    )
    const { exit, ended, output } = await receipt
    const installed = join(work, 'node_modules')
    if (exit !== 0 || !(await stat(installed).catch(() => undefined)))
      throw new Refusal(
        'invalid',
        'install_failed',
        `The install command of ${target.name} ${exit === 0 ? 'left no node_modules' : `ended with ${ended === 'exit' ? `exit ${exit}` : ended}`}: ${output.trim().slice(-300)}`,
        'It runs in the sandbox and has no network: commit what it needs, or an offline cache, to the repository.',
      )
    await mkdir(building.layers, { recursive: true, mode: 0o711 })
    await chmod(installed, 0o755)
    // Another room may have been faster; both are the same.
    await rename(installed, layer).catch(() => {})
    return layer
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}
