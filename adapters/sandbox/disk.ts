// A full disk decides no test: what ran on one is no result.
import { statfs } from 'node:fs/promises'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Quota } from './overlay.ts'

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

const LOOK_MS = 250

/**
 * Ends what takes more of a disk than it may: whatever else is written there meanwhile counts as its own, so `quota` is no
 * narrow one. Returns how to look no longer.
 */
export function guardDisk(directory: string, quota: Quota, end: () => void): () => void {
  let before: { bytes: number; files: number } | undefined
  const look = async (): Promise<void> => {
    const now = await statfs(directory).catch(() => undefined)
    if (!now) return
    const { bavail, bsize, ffree } = now
    const left = { bytes: bavail * bsize, files: ffree }
    before ??= left
    if (before.bytes - left.bytes > quota.bytes || before.files - left.files > quota.files) end()
  }
  void look()
  const timer = setInterval(() => void look(), LOOK_MS)
  return () => clearInterval(timer)
}
