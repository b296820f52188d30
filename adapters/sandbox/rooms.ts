// Rooms: a checked-out tree each, in which commands run at one of the two levels.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Target } from '../../src/config/config.ts'
import type { Command } from '../../src/config/units.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import {
  DEFAULT_LIMITS,
  type Isolation,
  type Receipt,
  type Room,
  type Rooms,
  type Run,
} from '../../src/sandbox/room.ts'
import { inRepository, mountOf } from '../../src/sandbox/working-directory.ts'
import type { Mirrors } from '../git/mirror.ts'
import { checkOut, patchOf } from '../git/trees.ts'
import { baseEnvironment } from './bubblewrap.ts'
import { coreOfRound, coresUnderLoad } from './cores.ts'
import { CACHES, dependencyLayer } from './dependencies.ts'
import { Dialogue } from './dialogue.ts'
import { isFull, requireDiskSpace } from './disk.ts'
import { type Launched, launch, type Place } from './launch.ts'
import { bareTree, openOverlay, type Quota, type Tree } from './overlay.ts'
import { cpuMicrosOf } from './process-tree.ts'
import { missingOf, type Protections } from './protections.ts'
import { type Runtime, runtimeMounts, SANDBOX_UID } from './runtime.ts'
import { makeDirectory, readResult, removeResult } from './safe-reader.ts'
import { attachLoad, freePort } from './service.ts'
import { shownTo } from './shown.ts'
import { type WayOut, wayOutOf } from './way-out.ts'

const run = promisify(execFile)

export interface Building {
  readonly isolation: Isolation
  readonly driver: string
  readonly protections: Protections
  readonly runtime: Runtime
  readonly mirrors: Mirrors
  /** Directory for trees: reachable by the sandbox's user, never Grace's own state. */
  readonly sandboxes: string
  /** Installed dependencies, shared by all that have the same manifests. */
  readonly layers: string
  /** Less than what an install may take otherwise. */
  readonly installQuota?: Quota
}

const LONGEST_MS = 1_800_000
const DEMO_OFF = [
  'nothing isolates this run from the machine: it is the demo shipped with Grace, in a process group of its own with an empty environment',
]

export const roomsIn = (building: Building): Rooms => ({
  isolation: building.isolation,
  driver: building.driver,
  off: building.isolation === 'contained' ? missingOf(building.protections) : DEMO_OFF,
  async open(target, tree) {
    await requireDiskSpace(building.sandboxes)
    try {
      return await openRoom(building, target, tree)
    } catch (error) {
      await requireDiskSpace(building.sandboxes)
      throw error
    }
  },
})

/** As root a tree belongs to the sandbox's user before anything runs in it. */
export async function handOver(directory: string): Promise<void> {
  if (process.getuid?.() === 0) await run('chown', ['-R', '-h', `${SANDBOX_UID}:${SANDBOX_UID}`, directory])
}

/** `base` holds the checkout in `work`; what is changed in it stays within the quota where there is one. */
export const openTree = ({ quota }: Protections, base: string): Promise<Tree> =>
  quota ? openOverlay(base, quota) : Promise.resolve(bareTree(join(base, 'work')))

/** A fresh checkout: its directory, and that of its files. */
export async function openCheckout(
  building: Building,
  target: Target,
  tree: string,
): Promise<{ base: string; work: string }> {
  const base = join(building.sandboxes, randomUUID())
  const work = join(base, 'work')
  try {
    await mkdir(work, { recursive: true, mode: 0o755 })
    await checkOut(building.mirrors.pathOf(target), tree, work)
    return { base, work }
  } catch (error) {
    await rm(base, { recursive: true, force: true })
    throw error
  }
}

interface Furnished {
  readonly target: Target
  readonly base: string
  readonly work: Tree
  /** Of installed dependencies. */
  readonly layer: string | undefined
}

async function openRoom(building: Building, target: Target, tree: string): Promise<Room> {
  const layer = await dependencyLayer(building, target, tree)
  const { base, work: checkout } = await openCheckout(building, target, tree)
  const modules = inRepository(target, 'node_modules')
  const furnish = async (): Promise<Tree> => {
    if (layer && !(await makeDirectory(checkout, modules)))
      throw new Refusal(
        'invalid',
        'dependencies_in_the_way',
        `${modules} is no directory in this tree, and its dependencies are to be shown there.`,
        'Take that file or link out of the repository.',
      )
    await handOver(checkout)
    return openTree(building.protections, base)
  }
  const work = await furnish().catch(async (error: unknown) => {
    await rm(base, { recursive: true, force: true })
    throw error
  })
  const furnished: Furnished = { target, base, work, layer }
  const closing: (() => Promise<unknown>)[] = []
  /** What stays until it is stopped, or the room is closed. */
  const start = (place: Place, command: Command, cores: readonly number[], stdin?: null): Launched => {
    const launched = launch(place, command, { ...DEFAULT_LIMITS, wallMs: LONGEST_MS }, stdin, cores)
    closing.push(async () => {
      launched.end('signal')
      await launched.receipt
    })
    return launched
  }
  return {
    async run(spec) {
      const wayOut =
        building.isolation === 'contained' ? await wayOutOf(building.runtime, target, base, spec) : undefined
      const result = async () => {
        const environment = { ...wayOut?.environment, ...spec.environment }
        const place = await placeOf(building, furnished, spec, environment, wayOut?.mounts)
        const command = wayOut ? wayOut.lead(spec.command) : spec.command
        return launch(place, command, { ...DEFAULT_LIMITS, ...spec.limits }, spec.stdin).receipt
      }
      const ended = await result().finally(() => wayOut?.close())
      await requireDiskSpace(building.sandboxes)
      const filled = building.protections.quota && ended.exit !== 0 && (await isFull(work.outside))
      return withFiles(filled ? { ...ended, exit: null, ended: 'disk' } : ended, furnished, spec.collect)
    },
    async converse(of, seed) {
      const place = await placeOf(building, furnished, {}, of.environment)
      const script = building.isolation === 'contained' ? '/harness' : building.runtime.harness
      const command = ['node', `--hash-seed=${seed}`, `--random-seed=${seed}`, `${script}/slices.mjs`]
      const launched = start(place, command, coreOfRound(seed), null)
      const dialogue = new Dialogue('the bench', launched.child)
      return {
        ask: (question, limitMs) => dialogue.ask(question, limitMs),
        cpuMicros: () => cpuMicrosOf(launched.child.pid!),
        async stop() {
          launched.end('signal')
          return withFiles(await launched.receipt, furnished)
        },
      }
    },
    async serve(of) {
      const { serve } = of
      const port = building.isolation === 'contained' ? serve!.port : await freePort()
      const environment = { ...of.environment, ...serve!.environment, PORT: String(port) }
      const place = await placeOf(building, furnished, {}, environment)
      const cores = coresUnderLoad()
      const launched = start(place, serve!.command, cores.service)
      const network =
        building.isolation === 'contained' ? await launched.inside.catch(() => undefined) : undefined
      return attachLoad(
        launched,
        building.runtime,
        work.enter,
        network,
        cores.generator,
        port,
        serve!.ready,
        async (receipt) => {
          await requireDiskSpace(building.sandboxes)
          return withFiles(receipt, furnished)
        },
      )
    },
    patch: () => patchOf(building.mirrors.pathOf(target), tree, work.path, work.enter),
    async close() {
      await Promise.all(closing.map((close) => close()))
      await work.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

const withFiles = async (
  receipt: Omit<Receipt, 'files'>,
  { target, work }: Furnished,
  collect: readonly string[] = [],
): Promise<Receipt> => {
  const files: Record<string, string> = {}
  for (const path of collect) {
    const at = inRepository(target, path)
    const text = await readResult(work.outside, at)
    if (text !== undefined) files[path] = text
    // A report that a later run would find again must be that run's own.
    await removeResult(work.outside, at)
  }
  return { ...receipt, files }
}

async function placeOf(
  building: Building,
  { target, base, work, layer }: Furnished,
  spec: Pick<Run, 'evidence' | 'texts' | 'tools'>,
  environment: Readonly<Record<string, string>> = {},
  more: WayOut['mounts'] = [],
): Promise<Place> {
  const { runtime, protections } = building
  const dependencies = `/work/${inRepository(target, 'node_modules')}`
  const shown = await shownTo(base, spec)
  if (building.isolation === 'contained')
    return {
      protections,
      box: {
        network: 'none',
        cwd: mountOf(target),
        enter: work.enterAsSandbox,
        scratch: layer ? CACHES.map((name) => `${dependencies}/${name}`) : [],
        environment: baseEnvironment({
          GRACE_EVIDENCE: '/evidence',
          GRACE_PLAYBOOKS: '/playbooks',
          ...shown.environment,
          ...environment,
        }),
        mounts: [
          ...runtimeMounts(runtime),
          { from: runtime.playbooks, to: '/playbooks' },
          { from: runtime.harness, to: '/harness' },
          { from: work.path, to: '/work', writable: true },
          ...(layer ? [{ from: layer, to: dependencies }] : []),
          ...more,
          ...shown.mounts,
        ],
      },
    }
  const evidence = join(base, 'evidence')
  await mkdir(evidence, { recursive: true, mode: 0o755 })
  for (const [name, from] of shown.files) await copyFile(from, join(evidence, name)).catch(() => {})
  await mkdir(join(base, 'tmp'), { recursive: true })
  await handOver(base)
  return {
    directory: join(work.path, inRepository(target, '')),
    environment: baseEnvironment({
      ...environment,
      HOME: base,
      TMPDIR: join(base, 'tmp'),
      GRACE_EVIDENCE: evidence,
      GRACE_PLAYBOOKS: runtime.playbooks,
      PATH: `${runtime.node}/bin:/usr/local/bin:/usr/bin:/bin`,
    }),
  }
}
