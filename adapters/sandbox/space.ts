// A worker's own place for sandboxes. What a worker that was killed left behind goes with the next start of any.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

export interface Space {
  /** Trees are made here, by this process alone. */
  readonly path: string
  /** Installed dependencies, shared by all. */
  readonly layers: string
  close(): Promise<void>
}

/** Process id and the moment it began: the id alone comes again. */
export const ownerNow = (pid: number): string | undefined => {
  if (process.platform !== 'linux')
    try {
      process.kill(pid, 0)
      return '0'
    } catch {
      return undefined
    }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields after the command's name, which may have blanks in it; the 22nd of all is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

const NAME = /^of-(\d+)-(\d+)-[0-9a-f]{8}@(.*)$/
/**
 * Of another machine on the same disk, or of an older Grace, whose names say no owner, nobody knows here who is alive: after a
 * day nothing runs any more.
 */
const STALE_MS = 86_400_000

export async function openSpace(sandboxes: string): Promise<Space> {
  await sweep(sandboxes)
  const path = join(
    sandboxes,
    `of-${process.pid}-${ownerNow(process.pid)}-${randomUUID().slice(0, 8)}@${hostname()}`,
  )
  const layers = join(sandboxes, 'layers')
  await mkdir(path, { mode: 0o711 })
  await mkdir(layers, { recursive: true, mode: 0o711 })
  return { path, layers, close: () => rm(path, { recursive: true, force: true }) }
}

/** Removes what belongs to no process that is alive. */
export async function sweep(sandboxes: string): Promise<number> {
  let removed = 0
  for (const name of await readdir(sandboxes)) {
    if (name === 'layers') continue
    const [, pid, begun, host] = NAME.exec(name) ?? []
    const isOurs = host === hostname()
    if (isOurs && pid && begun && ownerNow(Number(pid)) === begun) continue
    if (!isOurs && (await stat(join(sandboxes, name))).mtimeMs > Date.now() - STALE_MS) continue
    await rm(join(sandboxes, name), { recursive: true, force: true })
    removed++
  }
  return removed
}
