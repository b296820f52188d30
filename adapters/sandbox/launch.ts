// Starts one command, contained or at the demo's level, holds it to its limits and says what it cost.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import type { Command } from '../../src/config/units.ts'
import type { Limits, Receipt } from '../../src/sandbox/room.ts'
import { asSandboxUser, type Box, bwrapArguments, LIMITED, onCores, TEMPORARY_BYTES } from './bubblewrap.ts'
import { type Group, openGroup } from './cgroup.ts'
import { keptOn } from './cores.ts'
import { Output } from './output.ts'
import { memoryOf } from './process-tree.ts'
import type { Protections } from './protections.ts'
import { SANDBOX_UID } from './runtime.ts'

/** Where a command runs: in a box, or (the demo's level) in a directory of the host. */
export type Place =
  | { readonly box: Box; readonly protections: Protections }
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
/** Where bubblewrap and what comes before it are looked for. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const SECCOMP_FD = 3
const ARGS_FD = 4
const STATUS_FD = 5
/** Closed until the CPU time of the sandbox's making has been read. */
const GATE_FD = 6
const TIMES_FD = 9

/**
 * `times` of a shell adds up all children that it waited for: bubblewrap's own wait status does not. bash reads it to the
 * millisecond, other shells to the kernel's tick (10 ms). The command itself does not inherit the descriptor.
 */
const SHELL = existsSync('/usr/bin/bash') ? '/usr/bin/bash' : '/bin/sh'
const TIMED = `unset SHLVL; (exec "$@" ${TIMES_FD}>&-); code=$?; times >&${TIMES_FD}; exit $code`
/** Set inside, where only the sandbox's own processes are counted (RLIMIT_NPROC is per user namespace since 5.14). */
const mostProcesses = ({ processes }: Pick<Limits, 'processes'>): string =>
  `ulimit -${SHELL.endsWith('bash') ? 'u' : 'p'} ${processes} || exit 126`

/** Every command that runs at the moment, with when it and its control group are gone: a stopping Grace leaves none behind. */
const running = new Map<Launched, Promise<void>>()
export async function endAll(): Promise<void> {
  for (const one of running.keys()) one.end('signal')
  await Promise.all(running.values())
}

export const wordsOf = (command: Command): string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : [...command]

/** With a control group, that counts time and processes, and nothing need stand between bubblewrap and the command. */
function commandLine(place: Place, command: Command, limits: Limits, group: Group | undefined): string[] {
  const timed = (...before: string[]) => [
    SHELL,
    '-c',
    [...before, TIMED].join('\n'),
    'sh',
    ...wordsOf(command),
  ]
  const root = process.getuid?.() === 0
  if ('box' in place) {
    const unprivilegedNet = !root && place.box.network === 'none'
    const words = group ? wordsOf(command) : timed(mostProcesses(limits))
    const bwrap = ['bwrap', '--args', String(ARGS_FD), '--', ...words]
    // An ordinary user enters a network namespace through the user namespace that owns it: an outer box makes both.
    const outer = unprivilegedNet
      ? ['bwrap', '--unshare-user', '--unshare-net', '--die-with-parent', '--dev-bind', '/', '/', '--']
      : []
    const first = group ? group.join : limits.cpus === undefined ? [] : onCores(limits.cpus)
    return [...first, ...(place.box.enter ?? asSandboxUser(root)), ...LIMITED, ...outer, ...bwrap]
  }
  const rlimits = process.platform === 'linux' ? ['prlimit', '--core=0', '--nofile=4096', '--'] : []
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
  return [...rlimits, ...drop, ...timed()]
}

/** An outer box already has the network; the inner one must not make another. */
const innerBox = (box: Box): Box =>
  process.getuid?.() !== 0 && box.network === 'none' ? { ...box, network: 'host' } : box

/** `stdin`: a text, null for a pipe that stays open, or nothing. `cores`: the only ones that it runs on; empty = any. */
export function launch(
  place: Place,
  command: Command,
  limits: Limits,
  stdin?: string | null,
  cores: readonly number[] = [],
): Launched {
  const { seccomp, cgroups, quota } = 'box' in place ? place.protections : {}
  const begun = performance.now()
  // What is written to a tmpfs is the group's memory as well.
  const group =
    cgroups && openGroup(cgroups, { ...limits, memoryBytes: limits.memoryBytes + (quota?.bytes ?? 0) })
  const [file, ...args] = [...keptOn(cores), ...commandLine(place, command, limits, group)]
  const child = spawn(file!, args, {
    cwd: 'box' in place ? '/' : place.directory,
    env: 'box' in place ? { PATH } : { ...place.environment },
    detached: true,
    stdio: [
      stdin === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      seccomp ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      cgroups ? 'pipe' : 'ignore',
      'ignore',
      'ignore',
      cgroups ? 'ignore' : 'pipe',
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
    if (stdin !== null) child.stdin!.end(stdin)
  }
  const pipes = child.stdio as readonly unknown[]
  if (seccomp) {
    const filter = pipes[SECCOMP_FD] as Writable
    filter.on('error', () => {})
    filter.end(seccomp)
  }
  const arguments_ = pipes[ARGS_FD] as Writable
  arguments_.on('error', () => {})
  arguments_.end(
    'box' in place
      ? bwrapArguments(innerBox(place.box), {
          statusFd: STATUS_FD,
          seccompFd: seccomp && SECCOMP_FD,
          gateFd: group && GATE_FD,
          // It is memory too.
          temporaryBytes: Math.min(TEMPORARY_BYTES, limits.memoryBytes),
        })
          .map((word) => `${word}\0`)
          .join('')
      : '',
  )

  const inside = 'box' in place ? childPid(pipes[STATUS_FD] as Readable) : Promise.resolve(child.pid ?? -1)
  inside.catch(() => {})
  let failure: Error | undefined
  const cpuMs = group
    ? begunIn(group, inside, pipes[GATE_FD] as Writable).then(
        (before) => () => (group.cpuMicros() - before) / 1000,
      )
    : textOf(pipes[TIMES_FD] as Readable).then((times) => () => cpuOf(times))
  const timer = setTimeout(() => end('time'), limits.wallMs)

  let look: NodeJS.Timeout | undefined
  const watch = (): void => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const bytes = memoryOf(child.pid)
    peak = Math.max(peak, bytes)
    if (bytes > limits.memoryBytes) end('memory')
    look = setTimeout(watch, untilNextLook(performance.now() - begun))
  }
  watch()

  const finished = async (): Promise<Omit<Receipt, 'files'>> => {
    await once(child, 'close').catch((error: Error) => {
      failure = error
    })
    clearTimeout(timer)
    clearTimeout(look)
    if (ended === 'exit' && group?.ranOutOfMemory()) ended = 'memory'
    const used = (await cpuMs)()
    // It never stood, so nothing of the command's own ended: what was said is bubblewrap's, or the shell's before it.
    if (
      'box' in place &&
      ended === 'exit' &&
      !(await inside.then(
        () => true,
        () => false,
      ))
    )
      ended = 'signal'
    return {
      exit: ended === 'exit' ? child.exitCode : null,
      ended: ended === 'exit' && child.signalCode !== null ? 'signal' : ended,
      wallMs: performance.now() - begun,
      cpuMs: used,
      peakBytes: peak,
      output: failure ? `${failure.message}\n` : both.text(),
      stdout: out.text(),
      droppedBytes: both.dropped,
    }
  }
  const receipt = finished()
  const launched: Launched = { child, inside, end, receipt }
  const gone = receipt
    .catch(() => {})
    .then(() => group?.end())
    // One that the kernel does not let go of is swept at the next start.
    .catch(() => {})
    .finally(() => running.delete(launched))
  running.set(launched, gone)
  return launched
}

/** Reads the CPU time of the sandbox's making, in microseconds, while it stands still; then lets it go on. */
async function begunIn(group: Group, inside: Promise<number>, gate: Writable): Promise<number> {
  gate.on('error', () => {})
  // Where there is none it is gone, and bubblewrap has said why.
  if (
    !(await inside.then(
      () => true,
      () => false,
    ))
  )
    return 0
  const before = group.cpuMicros()
  gate.end('.')
  return before
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

/** Two lines, `user system`: the shell's own, then its children's, as `0m1.230s` or `0m1.230000s`. */
function cpuOf(times: string): number {
  const amounts = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60_000 + Number(seconds) * 1000,
  )
  return amounts.slice(2).reduce((sum, ms) => sum + ms, 0)
}
