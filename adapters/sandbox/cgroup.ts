// Control groups: the limits of a run as a whole, what it used of the CPU, and an end that nothing escapes.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { textOf } from './process-tree.ts'
import { ownerNow } from './space.ts'

export interface GroupLimits {
  readonly memoryBytes: number
  readonly processes: number
  /** Cores; undefined = all. */
  readonly cpus?: number | undefined
}

/** Where this machine has them: one directory for version 2, one per controller for version 1. */
export type Cgroups =
  | { readonly version: 2; readonly root: string }
  | {
      readonly version: 1
      readonly memory: string
      readonly pids: string
      readonly cpu: string
      readonly cpuacct: string
    }

const ROOT = '/sys/fs/cgroup'
const CONTROLLERS = ['memory', 'pids', 'cpu', 'cpuacct'] as const
const PERIOD_US = 100_000

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Undefined where this process may not make any: then limits are polled. */
export function findCgroups(): Cgroups | undefined {
  const controllers = textOf(join(ROOT, 'cgroup.controllers')).split(/\s+/)
  if (['memory', 'pids', 'cpu'].every((name) => controllers.includes(name)) && isWritable(ROOT)) {
    try {
      writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+memory +pids +cpu')
      return { version: 2, root: ROOT }
    } catch {
      return undefined
    }
  }
  const [memory, pids, cpu, cpuacct] = CONTROLLERS.map((name) => join(ROOT, name)) as [
    string,
    string,
    string,
    string,
  ]
  const all = [memory, pids, cpu, cpuacct]
  return all.every((path) => isWritable(path) && existsSync(join(path, 'cgroup.procs')))
    ? { version: 1, memory, pids, cpu, cpuacct }
    : undefined
}

const directoriesOf = (cgroups: Cgroups): string[] =>
  cgroups.version === 2 ? [cgroups.root] : [cgroups.memory, cgroups.pids, cgroups.cpu, cgroups.cpuacct]

export interface Group {
  /**
   * Words before a command that take it in, and all that it starts from then on. A process that joins by itself waits for
   * nobody; one that is moved by another waits until the whole machine neither forks nor executes (cgroup_threadgroup_rwsem).
   */
  readonly join: readonly string[]
  cpuMicros(): number
  /** Whether the kernel ended something in it for want of memory. */
  ranOutOfMemory(): boolean
  /** Kills all that is in it, and removes it. */
  end(): Promise<void>
}

let count = 0
/** A process id means something in its own namespace only, and groups are seen across them. */
const namespace = (): string => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'

/** `grace-<pid namespace>-<pid>-<start time>-<n>`: whose it is can be told when its owner is gone. */
export function openGroup(cgroups: Cgroups, limits: GroupLimits): Group {
  const name = `grace-${namespace()}-${process.pid}-${ownerNow(process.pid)}-${++count}`
  const directories = directoriesOf(cgroups).map((directory) => join(directory, name))
  for (const directory of directories) mkdirSync(directory)
  const quota = limits.cpus === undefined ? undefined : Math.round(limits.cpus * PERIOD_US)
  if (cgroups.version === 2) {
    const at = join(cgroups.root, name)
    writeFileSync(join(at, 'memory.max'), String(limits.memoryBytes))
    // Swapping would only make the limit slow.
    if (isWritable(join(at, 'memory.swap.max'))) writeFileSync(join(at, 'memory.swap.max'), '0')
    writeFileSync(join(at, 'pids.max'), String(limits.processes))
    if (quota !== undefined) writeFileSync(join(at, 'cpu.max'), `${quota} ${PERIOD_US}`)
    return {
      join: joining(directories, 'cgroup.procs'),
      cpuMicros: () => Number(/^usage_usec (\d+)$/m.exec(textOf(join(at, 'cpu.stat')))?.[1] ?? 0),
      ranOutOfMemory: () => /^oom_kill [1-9]/m.test(textOf(join(at, 'memory.events'))),
      end: () => endAll(directories),
    }
  }
  const of = (directory: string, file: string) => join(directory, name, file)
  writeFileSync(of(cgroups.memory, 'memory.limit_in_bytes'), String(limits.memoryBytes))
  writeFileSync(of(cgroups.pids, 'pids.max'), String(limits.processes))
  if (quota !== undefined) {
    writeFileSync(of(cgroups.cpu, 'cpu.cfs_period_us'), String(PERIOD_US))
    writeFileSync(of(cgroups.cpu, 'cpu.cfs_quota_us'), String(quota))
  }
  return {
    join: joining(directories, 'tasks'),
    cpuMicros: () => Number(textOf(of(cgroups.cpuacct, 'cpuacct.usage'))) / 1000,
    ranOutOfMemory: () => /^oom_kill [1-9]/m.test(textOf(of(cgroups.memory, 'memory.oom_control'))),
    end: () => endAll(directories),
  }
}

/** `tasks`, which only version 1 has, takes the joining thread alone: without the lock that moving a process takes. */
const joining = (directories: readonly string[], file: 'cgroup.procs' | 'tasks'): string[] => [
  '/bin/sh',
  '-ec',
  `while [ "$1" != -- ]; do echo 0 >"$1/${file}"; shift; done; shift; exec "$@"`,
  'sh',
  ...directories,
  '--',
]

const LAST_TRY = 100

async function endAll(directories: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      for (const directory of directories) remove(directory)
      return
    } catch (error) {
      if (tries >= LAST_TRY) throw error
      for (const directory of directories) kill(directory)
      // The kernel takes a moment to let go of what was killed.
      await sleep(Math.min(tries, 5))
    }
  }
}

function kill(directory: string): void {
  try {
    writeFileSync(join(directory, 'cgroup.kill'), '1')
    return
  } catch {
    // Version 1, or a kernel before 5.14.
  }
  for (const pid of textOf(join(directory, 'cgroup.procs')).split('\n').filter(Boolean))
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // Gone by itself.
    }
}

function remove(directory: string): void {
  try {
    rmdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

const NAME = /^grace-(\d+)-(\d+)-(\d+)-\d+$/

/** Ends the groups of processes that are gone, of this process's own pid namespace. */
export async function sweepGroups(cgroups: Cgroups): Promise<number> {
  const left = new Set<string>()
  for (const directory of directoriesOf(cgroups))
    for (const name of readdirSync(directory)) {
      const [, within, pid, begun] = NAME.exec(name) ?? []
      if (pid && within === namespace() && ownerNow(Number(pid)) !== begun) left.add(name)
    }
  for (const name of left) await endAll(directoriesOf(cgroups).map((directory) => join(directory, name)))
  return left.size
}
