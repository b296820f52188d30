// A repository, a mirror and rooms for tests that run something for real.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { type Containment, probeContainment, roomsFor } from '../../adapters/sandbox/probe.ts'
import { prepareRuntime, type Runtime } from '../../adapters/sandbox/runtime.ts'
import { type Directories, openDirectories } from '../../adapters/state/directories.ts'
import { configOf, type Target } from '../../src/config/config.ts'
import type { Room, Rooms } from '../../src/sandbox/room.ts'
import { shellIn } from './shell.ts'

export interface Lab {
  readonly root: string
  readonly directories: Directories
  readonly mirrors: Mirrors
  readonly runtime: Runtime
  readonly containment: Containment
  /** Where installed dependencies are kept. */
  readonly layers: string
  readonly building: Parameters<typeof roomsFor>[1]
  rooms(target: Target, authored?: 'grace' | 'people'): Promise<Rooms>
  /** A repository with these files and a target on it. */
  target(files: Readonly<Record<string, string>>, over?: Record<string, unknown>): Target
  /** A room with the newest commit of that target. */
  room(target: Target): Promise<Room>
  close(): void
}

/** What the machine has to hold a sandbox is found once in a test file. */
let probed: Promise<Containment> | undefined

export async function openLab(): Promise<Lab> {
  const root = mkdtempSync(join(tmpdir(), 'grace-lab-'))
  chmodSync(root, 0o755)
  const directories = await openDirectories(join(root, 'grace'))
  const runtime = await prepareRuntime(directories.space)
  probed ??= probeContainment(runtime, directories.sandboxes)
  const containment = await probed
  if (!containment.ok && process.env.CI === 'true')
    throw new Error(`CI=true and nothing is contained: ${containment.why}`)
  const mirrors = new Mirrors(directories.mirrors)
  const layers = join(directories.sandboxes, 'layers')
  const building = { runtime, mirrors, sandboxes: directories.sandboxes, layers }
  const rooms = roomsFor(containment, building)
  let number = 0
  return {
    root,
    directories,
    mirrors,
    runtime,
    containment,
    layers,
    building,
    rooms: (target, authored = 'people') => rooms(target, authored),
    target(files, over = {}) {
      const name = `target-${++number}`
      const source = join(root, name)
      mkdirSync(source)
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(source, path)), { recursive: true })
        writeFileSync(join(source, path), text)
      }
      shellIn(source, root)('git init -q -b main && git add -A -f && git commit -q --allow-empty -m first')
      return configOf('lab', {
        parliament: { members: [{ id: 'ada' }] },
        targets: { [name]: { repository: source, ...over } },
      }).targets.get(name)!
    },
    async room(target) {
      return (await rooms(target, 'people')).open(target, await mirrors.head(target))
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
