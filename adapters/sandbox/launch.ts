// Starts one command, contained or at the demo's level, holds it to its limits and says what it cost.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../src/config/units.ts'
import type { Limits, Receipt } from '../../src/sandbox/room.ts'
import { type Box, beforeBwrap, bwrapArguments, INSIDE } from './bubblewrap.ts'
import { Output } from './output.ts'
import { memoryOf } from './process-tree.ts'
import { SANDBOX_UID } from './runtime.ts'

/** Where a command runs: in a box, or (the demo's level) in a directory of the host. */
export type Place =
  | { readonly box: Box }
  | { readonly directory: string; readonly environment: Readonly<Record<string, string>> }

export interface Launched {
  readonly child: ChildProcess
  /** Pid of the sandbox's first process on the host; the child's own where nothing is unshared. */
  readonly inside: Promise<number>
  end(why: Receipt['ended']): void
  readonly receipt: Promise<Omit<Receipt, 'files'>>
}

/** How long until the next look: often at first, for a run may be short; rarely later, for looking costs CPU too. */
const untilNextLook = (elapsedMs: number): number => Math.min(250, 25 + elapsedMs / 20)
const ARGS_FD = 4
const STATUS_FD = 5
const TIMES_FD = 9

/**
 * `times` of a shell adds up all children that it waited for, at the kernel's tick (10 ms): bubblewrap's own wait
 * status does not. The command itself does not inherit the descriptor.
 */
const TIMED = `"$@" ${TIMES_FD}>&-; code=$?; times >&${TIMES_FD}; exit $code`

/** Every command that runs at the moment, so that a stopping Grace leaves none behind. */
const running = new Set<Launched>()
export async function endAll(): Promise<void> {
  const all = [...running]
  for (const one of all) one.end('signal')
  await Promise.all(all.map((one) => one.receipt))
}

export const wordsOf = (command: Command): string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command]

function commandLine(place: Place, command: Command): string[] {
  const timed = ['/bin/sh', '-c', TIMED, 'sh', ...wordsOf(command)]
  const root = process.getuid?.() === 0
  if ('box' in place) {
    const unprivilegedNet = !root && place.box.network === 'none'
    const bwrap = ['bwrap', '--args', String(ARGS_FD), '--', ...INSIDE, ...timed]
    // An ordinary user enters a network namespace through the user namespace that owns it: an outer box makes both.
    const outer = unprivilegedNet
      ? ['bwrap', '--unshare-user', '--unshare-net', '--die-with-parent', '--dev-bind', '/', '/', '--']
      : []
    return [...beforeBwrap(root), ...outer, ...bwrap]
  }
  const limits = process.platform === 'linux' ? ['prlimit', '--core=0', '--nofile=4096', '--'] : []
  const drop =
    root && process.platform === 'linux'
      ? [
          'setpriv',
          `--reuid=${SANDBOX_UID}`,
          `--regid=${SANDBOX_UID}`,
          '--clear-groups',
          '--no-new-privs',
          '--pdeathsig=KILL',
          '--',
        ]
      : []
  return [...limits, ...drop, ...timed]
}

/** An outer box already has the network; the inner one must not make another. */
const innerBox = (box: Box): Box =>
  process.getuid?.() !== 0 && box.network === 'none' ? { ...box, network: 'host' } : box

export function launch(place: Place, command: Command, limits: Limits, stdin?: string): Launched {
  const [file, ...args] = commandLine(place, command)
  const begun = performance.now()
  const child = spawn(file!, args, {
    cwd: 'box' in place ? '/' : place.directory,
    env:
      'box' in place
        ? { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
        : { ...place.environment },
    detached: true,
    stdio: [
      stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      'ignore',
      'pipe',
      'pipe',
      'ignore',
      'ignore',
      'ignore',
      'pipe',
    ],
  })
  let ended: Receipt['ended'] = 'exit'
  let peak = 0
  const end = (why: Receipt['ended']): void => {
    if (ended === 'exit') ended = why
    // The group, and with bubblewrap's first process the whole pid namespace.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
  }
  const out = new Output(limits.outputBytes, () => end('output'))
  const both = new Output(limits.outputBytes, () => end('output'))
  child.stdout!.on('data', (part: Buffer) => {
    out.take(part)
    both.take(part)
  })
  child.stderr!.on('data', (part: Buffer) => both.take(part))
  if (stdin !== undefined) {
    child.stdin!.on('error', () => {})
    child.stdin!.end(stdin)
  }
  const pipes = child.stdio as readonly unknown[]
  const arguments_ = pipes[ARGS_FD] as Writable
  arguments_.on('error', () => {})
  arguments_.end(
    'box' in place
      ? bwrapArguments(innerBox(place.box), STATUS_FD)
          .map((word) => `${word}\0`)
          .join('')
      : '',
  )

  const inside = 'box' in place ? childPid(pipes[STATUS_FD] as Readable) : Promise.resolve(child.pid ?? -1)
  inside.catch(() => {})
  const times = textOf(pipes[TIMES_FD] as Readable)
  const timer = setTimeout(() => end('time'), limits.wallMs)

  const watch = async (): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const bytes = memoryOf(child.pid)
      peak = Math.max(peak, bytes)
      if (bytes > limits.memoryBytes) end('memory')
      await sleep(untilNextLook(performance.now() - begun))
    }
  }
  const watching = watch()

  const finished = async (): Promise<Omit<Receipt, 'files'>> => {
    let failure: Error | undefined
    await once(child, 'close').catch((error: Error) => {
      failure = error
    })
    clearTimeout(timer)
    await watching
    return {
      exit: ended === 'exit' ? child.exitCode : null,
      ended: ended === 'exit' && child.signalCode !== null ? 'signal' : ended,
      wallMs: performance.now() - begun,
      cpuMs: cpuOf(await times),
      peakBytes: peak,
      output: failure ? `${failure.message}\n` : both.text(),
      stdout: out.text(),
      droppedBytes: both.dropped,
    }
  }
  const receipt = finished()
  const launched: Launched = { child, inside, end, receipt }
  running.add(launched)
  void receipt.catch(() => {}).finally(() => running.delete(launched))
  return launched
}

async function textOf(stream: Readable): Promise<string> {
  let text = ''
  try {
    for await (const part of stream) if (text.length < 1_000) text += String(part)
  } catch {
    // A pipe that broke has nothing more to say.
  }
  return text
}

/** bubblewrap writes {"child-pid": N} once the sandbox stands. The pipe stays open: it writes there at its end too. */
function childPid(status: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    status.on('data', (part: Buffer) => {
      if (text.length > 10_000) return
      text += part.toString('utf8')
      const match = /"child-pid":\s*(\d+)/.exec(text)
      if (match) resolve(Number(match[1]))
    })
    const none = () => reject(new Error('the sandbox did not start'))
    status.on('error', none)
    status.on('close', none)
  })
}

/** Two lines, `user system`: the shell's own, then its children's, as `0m1.230s`. */
function cpuOf(times: string): number {
  const amounts = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000,
  )
  return amounts.slice(2).reduce((sum, ms) => sum + ms, 0)
}
