// A tree with a quota: the checkout below, a size- and inode-limited tmpfs above, in a mount namespace of its own. The
// mounts live as long as the process that holds the namespace, and that one as long as Grace: nothing is left to unmount.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { SANDBOX_UID } from './runtime.ts'

export interface Quota {
  /** What may be written beyond the checkout. */
  readonly bytes: number
  readonly files: number
}

/** A tree as the sandbox changes it. */
export interface Tree {
  /** Where it is for whoever was started with `enter`. */
  readonly path: string
  /** Words before a command that put it there. */
  readonly enter: readonly string[]
  /** The same, and as the sandbox's user; undefined where a command needs no words to be there. */
  readonly enterAsSandbox: readonly string[] | undefined
  /** The same tree, seen from here. */
  readonly outside: string
  close(): Promise<void>
}

/** The checkout itself: no quota. */
export const bareTree = (checkout: string): Tree => ({
  path: checkout,
  enter: [],
  enterAsSandbox: undefined,
  outside: checkout,
  close: async () => {},
})

// $1 size, $2 inodes, $3 owner (or empty), $4 more options. The end of stdin is the end of the namespace.
const HOLD = `
set -e
mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=0711,nosuid,nodev" grace upper
mkdir upper/changes upper/temporary upper/tree
[ -z "$3" ] || chown "$3" upper/changes
mount -t overlay -o "lowerdir=work,upperdir=upper/changes,workdir=upper/temporary,nosuid,nodev$4" grace upper/tree
echo held
exec cat`

/** `base` holds the checkout in `work`. Throws with mount's own words where this machine has no overlays for us. */
export async function openOverlay(base: string, quota: Quota): Promise<Tree> {
  const root = process.getuid?.() === 0
  await mkdir(join(base, 'upper'), { mode: 0o755 })
  const [file, ...before] = root
    ? ['unshare', '--mount']
    : ['unshare', '--user', '--map-root-user', '--mount']
  const holder = spawn(
    file!,
    [
      ...before,
      ...['--', '/bin/sh', '-c', HOLD, 'sh', String(quota.bytes), String(quota.files)],
      ...(root ? [`${SANDBOX_UID}:${SANDBOX_UID}`, ''] : ['', ',userxattr']),
    ],
    { cwd: base, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  holder.stdin.on('error', () => {})
  const words: string[] = []
  holder.stderr.on('data', (part: Buffer) => words.push(part.toString('utf8')))
  const held = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
  ]).catch(() => false)
  if (!held) throw new Error(`no overlay: ${words.join('').trim().slice(0, 300) || 'unshare can’t be run'}`)
  // A room that nobody closed must not keep Grace from ending.
  holder.unref()
  for (const pipe of [holder.stdin, holder.stdout, holder.stderr]) (pipe as Socket).unref()
  const path = join(base, 'upper/tree')
  const enter = (...user: string[]): string[] => [
    'nsenter',
    `--target=${holder.pid}`,
    ...(root ? [] : ['--user', '--preserve-credentials']),
    '--mount',
    ...user,
    '--',
  ]
  return {
    path,
    enter: enter(),
    // One program less to start than with setpriv; bubblewrap drops what is left of its capabilities.
    enterAsSandbox: root ? enter(`--setuid=${SANDBOX_UID}`, `--setgid=${SANDBOX_UID}`) : enter(),
    outside: `/proc/${holder.pid}/root${path}`,
    close: () => letGo(holder),
  }
}

async function letGo(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return
  holder.ref()
  const closed = once(holder, 'close')
  holder.stdin!.end()
  holder.kill('SIGKILL')
  await closed
}
