// A full disk decides no test: what ran on one is no result.
import { statfs } from 'node:fs/promises'
import { Refusal } from '../../src/kernel/refusal.ts'

const LEAST_MB = 64
const MB = 1024 * 1024

/** Refuses (sandbox_unavailable) where there is hardly any room left. */
export async function requireDiskSpace(directory: string): Promise<void> {
  const { bavail, bsize, files, ffree } = await statfs(directory)
  const left = Math.floor((bavail * bsize) / MB)
  const outOfFiles = files > 0 && ffree < 1_000
  if (left >= LEAST_MB && !outOfFiles) return
  throw new Refusal(
    'unavailable',
    'sandbox_unavailable',
    `SANDBOX_UNAVAILABLE: the disk of the sandboxes is full (${outOfFiles ? 'no more files' : `${left} MB left`}).`,
    `Free some space at ${directory}; Grace tries again by itself.`,
  )
}

/** Whether a tree has used up its quota. */
export async function isFull(tree: string): Promise<boolean> {
  const { bavail, ffree } = await statfs(tree)
  return bavail === 0 || ffree === 0
}
