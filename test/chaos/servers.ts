// What befalls the servers and the machine that Grace stands on, while a mission is on its way.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Row } from './people.ts'
import { isLeased } from './points.ts'
import type { World } from './world.ts'

export interface Befalls {
  readonly id: string
  now(world: World, mission: Row): Promise<boolean> | boolean
  befall(world: World): Promise<void>
}

const MOMENTS: Readonly<Record<string, Befalls['now']>> = {
  testing: isLeased('test-candidate', 500),
  vote: (_, mission) => mission.phase === 'discussion',
  watch: (_, mission) => mission.phase === 'monitoring',
}
const DISASTERS: Readonly<Record<string, Befalls['befall']>> = {
  'postgres-restarted': (world) => world.postgres.restart('stopped'),
  'postgres-killed': (world) => world.postgres.restart('killed'),
  'redis-emptied': emptied,
  'redis-killed': (world) => world.redis.restart(1_500),
}
export const DISASTROUS: readonly Befalls[] = Object.entries(DISASTERS).flatMap(([what, befall]) =>
  Object.entries(MOMENTS).map(([when, now]) => ({ id: `${what}-in-${when}`, now, befall })),
)

async function emptied({ redis }: World): Promise<void> {
  const client = new Redis(redis.url)
  await client.flushall()
  client.disconnect()
}

/** A disk of its own for the sandboxes, small enough to be filled. */
export const sandboxesOf = (state: string): string => join(state, 'space', 'sandboxes')
export async function mountSmallDisk(state: string): Promise<void> {
  mkdirSync(join(state, 'space'), { mode: 0o711 })
  mkdirSync(sandboxesOf(state), { mode: 0o711 })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=711', 'tmpfs', sandboxesOf(state)])
}
export const unmountSmallDisk = (state: string): void =>
  void execFileSync('umount', ['--lazy', sandboxesOf(state)])

const filler = (world: World) => join(sandboxesOf(world.state), 'layers', 'fill')
export const fillDisk = (world: World): void => {
  try {
    writeFileSync(filler(world), Buffer.alloc(200 * 1024 * 1024))
  } catch {
    // Full it is.
  }
}
export const freeDisk = (world: World): void => rmSync(filler(world), { force: true })

/** Another version of Grace, from the history, on the packages of this one and those that it alone has. Returns its root. */
export function checkOutVersion(commit: string): string {
  const root = mkdtempSync(join(tmpdir(), 'grace-chaos-version-'))
  const here = new URL('../../', import.meta.url).pathname
  execFileSync('/bin/sh', ['-c', `git archive ${commit} | tar -x -C ${root}`], { cwd: here })
  const packages = join(root, 'node_modules')
  mkdirSync(packages)
  const link = (from: string) => {
    for (const name of readdirSync(from)) {
      const at = join(packages, name)
      if (name !== '.cache' && !existsSync(at)) symlinkSync(join(from, name), at)
    }
  }
  link(join(here, 'node_modules'))
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const missing = Object.entries(dependencies).filter(([name]) => !existsSync(join(packages, name)))
  if (missing.length > 0) {
    const own = mkdtempSync(join(root, 'packages-'))
    const names = missing.map(([name, range]) => `${name}@${range}`)
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', own, ...names])
    link(join(own, 'node_modules'))
  }
  return root
}
