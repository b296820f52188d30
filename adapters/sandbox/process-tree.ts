// What a tree of processes costs, read from /proc outside of the sandbox.
import { readdir, readFile } from 'node:fs/promises'

/** The process and all below it that are alive. */
export async function treeOf(pid: number): Promise<number[]> {
  const found = [pid]
  for (let i = 0; i < found.length; i++) {
    const tasks = await readdir(`/proc/${found[i]}/task`).catch(() => [])
    for (const task of tasks) {
      const children = await readFile(`/proc/${found[i]}/task/${task}/children`, 'utf8').catch(() => '')
      for (const child of children.split(' ')) if (child !== '') found.push(Number(child))
    }
  }
  return found
}

/** Microseconds on a CPU of all living threads of the tree (nanosecond resolution, schedstat). */
export async function cpuMicrosOf(pid: number): Promise<number> {
  let nanoseconds = 0
  for (const process of await treeOf(pid))
    for (const task of await readdir(`/proc/${process}/task`).catch(() => [])) {
      const text = await readFile(`/proc/${process}/task/${task}/schedstat`, 'utf8').catch(() => '0')
      nanoseconds += Number(text.split(' ')[0])
    }
  return nanoseconds / 1000
}

/**
 * Bytes of memory that are the tree's own: of each living process the highest it ever had (VmHWM), less the pages of
 * files, which it shares with others. The high-water mark keeps a peak that falls between two looks.
 */
export async function memoryOf(pid: number): Promise<number> {
  let kilobytes = 0
  for (const process of await treeOf(pid)) {
    const status = await readFile(`/proc/${process}/status`, 'utf8').catch(() => '')
    const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
    kilobytes += Math.max(0, of('VmHWM') - of('RssFile'))
  }
  return kilobytes * 1024
}
