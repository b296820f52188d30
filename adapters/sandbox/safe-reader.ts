// What is read, removed and made in a tree that a candidate could write: no link, pipe, device or giant gets through, and no
// link leads outside.
import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, rm } from 'node:fs/promises'
import { join, normalize } from 'node:path'

const LIMIT_BYTES = 16 * 1024 * 1024

/** Where a path inside `root` leads without a link on its way; undefined where there is nothing, or it leads elsewhere. */
async function inside(root: string, path: string): Promise<{ at: string; found: Stats } | undefined> {
  const parts = normalize(path)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return undefined
  let place: { at: string; found: Stats } | undefined
  for (const part of parts) {
    if (place && !place.found.isDirectory()) return undefined
    const at = join(place?.at ?? root, part)
    const found = await lstat(at).catch(() => undefined)
    if (!found) return undefined
    place = { at, found }
  }
  return place
}

/** The text of a regular file inside `root`; undefined where there is no such file. Nothing runs there any more. */
export async function readResult(root: string, path: string): Promise<string | undefined> {
  const place = await inside(root, path)
  if (!place?.found.isFile() || place.found.nlink !== 1) return undefined
  const file = await open(place.at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  )
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    if (size > LIMIT_BYTES) return undefined
    const buffer = Buffer.alloc(size)
    const { bytesRead } = await file.read(buffer, 0, size, 0)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

/** Removes what is there, whatever it is; nothing where the way to it leads outside. */
export async function removeResult(root: string, path: string): Promise<void> {
  const place = await inside(root, path)
  if (place) await rm(place.at, { recursive: true, force: true }).catch(() => {})
}

/** Makes it, and what is missing on the way; false where something else than a directory is there. */
export async function makeDirectory(root: string, path: string): Promise<boolean> {
  let at = root
  for (const part of normalize(path).split('/').filter(Boolean)) {
    at = join(at, part)
    await mkdir(at).catch(() => {})
    if (!(await lstat(at).catch(() => undefined))?.isDirectory()) return false
  }
  return true
}

/** A directory inside `root`, with no link on its way. */
export async function directoryIn(root: string, path: string): Promise<string | undefined> {
  const place = await inside(root, path)
  return place?.found.isDirectory() ? place.at : undefined
}
