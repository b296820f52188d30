// How many cores the kernel grants a process. What it uses says less: on a busy machine nobody gets more than one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** `0-3,6` */
const inList = (list: string): number =>
  list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return sum + 1 + last - first
  }, 0)

/** Of this control group alone; v1 has two files, v2 one. */
function quotaOf(directory: string): number {
  const [quota, period] = textOf(join(directory, 'cpu.max')).split(' ').map(Number)
  const [old, oldPeriod] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) =>
    Number(textOf(join(directory, name))),
  )
  return Math.min(
    quota && period ? quota / period : Number.POSITIVE_INFINITY,
    old && oldPeriod && old > 0 ? old / oldPeriod : Number.POSITIVE_INFINITY,
  )
}

/** Grace's own, on its way into the group or onto the cores that it grants. */
const isOnItsWay = (pid: number): boolean => /cgroup\.procs\0|^taskset\0/.test(textOf(`/proc/${pid}/cmdline`))

/** The least of its CPU set and of the quotas of its control groups and all above them; 0 where it has ended. */
export function coresGranted(pid: number): number {
  // Asked first: what is on its way now may have arrived a moment later, with the set it had before.
  if (isOnItsWay(pid)) return 0
  const set = /^Cpus_allowed_list:\s+(\S+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1]
  if (!set) return 0
  let granted = inList(set)
  for (const [, controllers, path] of textOf(`/proc/${pid}/cgroup`).matchAll(/^\d+:(.*?):(.*)$/gm)) {
    const mounts =
      controllers === ''
        ? ['', 'unified']
        : controllers!.split(',').includes('cpu')
          ? ['cpu', controllers!]
          : []
    for (const mount of mounts)
      for (let at = path!; at !== '/' && at !== '.'; at = join(at, '..'))
        granted = Math.min(granted, quotaOf(join('/sys/fs/cgroup', mount, at)))
  }
  return granted
}
