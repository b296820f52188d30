// One Grace process, started by the real command, and what it says.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { until } from './until.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface GraceProcess {
  readonly child: ChildProcess
  /** What it says, on both streams. */
  readonly lines: string[]
  /** Where it listens. */
  readonly url: string
  saw(pattern: RegExp, limitMs?: number): Promise<string>
  isAlive(): boolean
  /** Returns when it is gone. */
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface ProcessOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Another Grace than this one. */
  readonly root?: string
  /** Also told every line, as it comes. */
  readonly onLine?: (line: string) => void
}

/** The first line like this one, also one that is still to come; fails where `isAlive` ends before. */
export async function lineLike(
  lines: readonly string[],
  pattern: RegExp,
  isAlive: () => boolean,
  limitMs = 120_000,
): Promise<string> {
  let found: string | undefined
  await until(() => {
    found = lines.find((line) => pattern.test(line))
    if (found === undefined && !isAlive()) throw new Error('it has ended')
    return found !== undefined
  }, limitMs).catch((error) => {
    throw new Error(`${(error as Error).message}: ${pattern}\n${lines.slice(-30).join('\n')}`)
  })
  return found!
}

/** Returns when it is ready. */
export async function startProcess({ args, cwd, env, root, onLine }: ProcessOptions): Promise<GraceProcess> {
  const child = spawn(join(root ?? ROOT, 'bin/grace'), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (part: string) => {
      const all = (rest + part).split('\n')
      rest = all.pop()!
      for (const line of all.filter(Boolean)) {
        lines.push(line)
        onLine?.(line)
      }
    })
  }
  const isAlive = () => child.exitCode === null && child.signalCode === null
  const saw = (pattern: RegExp, limitMs?: number): Promise<string> =>
    lineLike(lines, pattern, isAlive, limitMs).catch((error: Error) => {
      throw new Error(`grace ${args.join(' ')} (exit ${child.exitCode}): ${error.message}`)
    })
  const [, url = ''] = /^(?:api|health): (http:\/\/[^/\s]+)/.exec(await saw(/^(api|health): http/, 90_000))!
  return {
    child,
    lines,
    url,
    saw,
    isAlive,
    async end(signal) {
      if (isAlive()) child.kill(signal)
      await until(() => !isAlive(), 30_000)
    },
  }
}
