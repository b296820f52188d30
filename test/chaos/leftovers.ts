// What a killed Grace must not leave behind: processes, control groups, mounts, directories.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from './world.ts'

/** What Grace itself makes there; other tests may run beside this one. */
const temporaries = (): string[] =>
  readdirSync(tmpdir()).filter((name) => /^grace-(index|backup|merge)-/.test(name))

export type Before = ReadonlySet<string>
export const lookBefore = (): Before => new Set(temporaries())

/** Of its own mount namespace, or of the machine's. */
const mountsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
  } catch {
    return ''
  }
}

/** By owner: the name says whose it is (adapters/sandbox/cgroup.ts). */
const groupsOf = (pids: ReadonlySet<number>): string[] =>
  ['memory', 'pids', 'cpu', 'cpuacct', '.']
    .map((controller) => join('/sys/fs/cgroup', controller))
    .flatMap((directory) =>
      existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [],
    )
    .filter((path) => pids.has(Number(/\/grace-\d+-(\d+)-\d+-\d+$/.exec(path)?.[1])))

/** Nothing is under way: what is still there is left over. */
export function leftovers(world: World, before: Before, mounted: readonly string[] = []): string[] {
  const alive = new Set(world.processes().map(({ child }) => child.pid!))
  const found: string[] = []
  const machine = mountsOf('self')
  const pointOf = (line: string): string => line.split(' ')[4] ?? ''
  /** What is mounted on purpose is seen from every namespace that begins meanwhile, another run's as well. */
  const isOurs = (line: string): boolean => line.includes(world.home) && !mounted.includes(pointOf(line))
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const mounts = mountsOf(pid)
    if (mounts !== machine && mounts.split('\n').some(isOurs)) found.push(`process ${pid} in a sandbox`)
  }
  for (const line of execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')) {
    const [, pid, args = ''] = /^\s*(\d+) (.*)$/.exec(line) ?? []
    if (args.includes(world.home) && !alive.has(Number(pid)) && !/postgres|redis-server/.test(args))
      found.push(`process ${pid}: ${args.slice(0, 120)}`)
  }
  for (const line of machine.split('\n')) {
    const at = pointOf(line)
    if (at.startsWith(world.home) && !mounted.includes(at)) found.push(`mount ${at}`)
  }
  for (const group of groupsOf(world.everStarted())) found.push(`control group ${group}`)
  const sandboxes = join(world.state, 'space', 'sandboxes')
  for (const name of existsSync(sandboxes) ? readdirSync(sandboxes) : []) {
    if (name === 'layers') continue
    const owner = Number(/^of-(\d+)-/.exec(name)?.[1])
    if (!alive.has(owner)) found.push(`directory ${name} of a process that is gone`)
    else for (const inside of readdirSync(join(sandboxes, name))) found.push(`directory ${name}/${inside}`)
  }
  for (const name of temporaries()) if (!before.has(name)) found.push(`${tmpdir()}/${name}`)
  return found
}
