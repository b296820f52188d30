// What a tree of processes costs, read from /proc outside of the sandbox.
import { readdirSync, readFileSync } from 'node:fs'

// Reads of /proc take microseconds each; handing hundreds of them to the thread pool costs more than they do.
export const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
const namesIn = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** The process and all below it that are alive. */
export function treeOf(pid: number): number[] {
  const found = [pid]
  for (let i = 0; i < found.length; i++) {
    const tasks = namesIn(`/proc/${found[i]}/task`)
    for (const task of tasks) {
      const children = textOf(`/proc/${found[i]}/task/${task}/children`)
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child))
    }
  }
  return found
}

/** Microseconds on a CPU of all living threads of the tree (nanosecond resolution, schedstat). */
export function cpuMicrosOf(pid: number): number {
  let nanoseconds = 0
  for (const process of treeOf(pid))
    for (const task of namesIn(`/proc/${process}/task`)) {
      nanoseconds += Number(textOf(`/proc/${process}/task/${task}/schedstat`).split(' ')[0])
    }
  return nanoseconds / 1000
}

/**
 * Bytes of memory that are the tree's own: of each living process the highest it ever had (VmHWM), less the pages of
 * files, which it shares with others. The high-water mark keeps a peak that falls between two looks.
 */
export function memoryOf(pid: number): number {
  let kilobytes = 0
  for (const process of treeOf(pid)) {
    const status = textOf(`/proc/${process}/status`)
    const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
    kilobytes += Math.max(0, of('VmHWM') - of('RssFile'))
  }
  return kilobytes * 1024
}
