// The control: the same scripts with nothing around them, so that we know which abuses work on this machine at all.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { wordsOf } from '../../adapters/sandbox/launch.ts'
import type { Command } from '../../src/config/units.ts'
import { type Canaries, killAll, processesWith } from './canaries.ts'
import type { Limits, Outcome } from './case.ts'

/** What a careless host keeps; more ends the run, for it is still our machine. */
const MOST_OUTPUT = 64 * 1024 ** 2
const LONGEST_MS = 20_000

export interface Outside {
  readonly directory: string
  run(spec: { command: Command; limits?: Limits; collect?: readonly string[] }): Promise<Outcome>
  close(): void
}

export function openOutside(canaries: Canaries, name: string): Outside {
  // Two levels down, as a room's tree is.
  const directory = canaries.at('control', name, 'work')
  mkdirSync(directory, { recursive: true, mode: 0o777 })
  const mark = `${canaries.id}-${name}`
  return {
    directory,
    async run({ command, limits = {}, collect = [] }) {
      const inherited = openSync(canaries.directory, 'r')
      const begun = performance.now()
      const [file, ...args] = wordsOf(command)
      const child = spawn(file!, args, {
        cwd: directory,
        env: {
          ...process.env,
          HOME: canaries.at('home'),
          GRACE_ABUSE_CONTROL: mark,
        },
        stdio: ['ignore', 'pipe', 'pipe', inherited],
      })
      closeSync(inherited)
      const parts: { stdout: Buffer[]; all: Buffer[] } = { stdout: [], all: [] }
      let size = 0
      const take = (stdout: boolean) => (part: Buffer) => {
        size += part.length
        parts.all.push(part)
        if (stdout) parts.stdout.push(part)
        if (size > MOST_OUTPUT) child.kill('SIGKILL')
      }
      child.stdout!.on('data', take(true))
      child.stderr!.on('data', take(false))
      // The one process, as a careless host does it: not its group.
      let ended: Outcome['ended'] = 'exit'
      const timer = setTimeout(
        () => {
          ended = 'time'
          child.kill('SIGKILL')
        },
        Math.min(limits.wallMs ?? LONGEST_MS, LONGEST_MS),
      )
      // What it left behind may hold the pipes for ever.
      const closed = once(child, 'close')
      await once(child, 'exit')
      clearTimeout(timer)
      await Promise.race([closed, sleep(200)])
      child.stdout!.destroy()
      child.stderr!.destroy()
      return {
        exit: child.exitCode,
        ended,
        output: Buffer.concat(parts.all).toString('utf8'),
        stdout: Buffer.concat(parts.stdout).toString('utf8'),
        wallMs: performance.now() - begun,
        cpuMs: 0,
        droppedBytes: 0,
        files: Object.fromEntries(collect.flatMap((path) => readCarelessly(directory, path))),
      }
    },
    close() {
      killAll(processesWith(mark))
      rmSync(canaries.at('control', name), { recursive: true, force: true })
    },
  }
}

/** Follows whatever it finds, but would rather not wait for a pipe or read a terabyte. */
function readCarelessly(directory: string, path: string): [string, string][] {
  try {
    const full = join(directory, path)
    const stat = statSync(full)
    return stat.isFile() && stat.size < 1_000_000 ? [[path, readFileSync(full, 'utf8')]] : []
  } catch {
    return []
  }
}
