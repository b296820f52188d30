// Grace as its users start it: the command itself, in a home of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface Home {
  readonly path: string
  readonly state: string
  /** Where the parts that other users reach are. */
  space(): string
  remove(): void
}

export function newHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'grace-home-'))
  chmodSync(path, 0o755)
  const state = join(path, '.local/state/grace')
  const space = () =>
    existsSync(join(state, 'space'))
      ? join(state, 'space')
      : join('/var/lib/grace', readFileSync(join(state, 'instance'), 'utf8').trim())
  return {
    path,
    state,
    space,
    remove() {
      if (existsSync(join(state, 'instance'))) rmSync(space(), { recursive: true, force: true })
      rmSync(path, { recursive: true, force: true })
    },
  }
}

export interface Running {
  readonly child: ChildProcess
  readonly lines: string[]
  readonly url: string
  readonly token: string
  saw(pattern: RegExp, limitMs?: number): Promise<string>
  api<T = Record<string, never>>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }>
  /** Ctrl-C, and the time until it is gone. */
  stop(): Promise<void>
}

const environment = (home: Home, more: Record<string, string> = {}) => ({
  PATH: process.env.PATH ?? '',
  HOME: home.path,
  ...more,
})

export async function startGrace(
  home: Home,
  known?: { token: string },
  options: string[] = ['--quick'],
  more: Record<string, string> = {},
): Promise<Running> {
  const child = spawn(join(ROOT, 'bin/grace'), ['up', ...options], {
    cwd: home.path,
    env: environment(home, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const keep = (chunk: Buffer) => lines.push(...chunk.toString('utf8').split('\n').filter(Boolean))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const saw = async (pattern: RegExp, limitMs = 120_000): Promise<string> => {
    let found: string | undefined
    await until(() => {
      found = lines.find((line) => pattern.test(line))
      if (found === undefined && child.exitCode !== null)
        throw new Error(`Grace ended with ${child.exitCode}:\n${lines.join('\n')}`)
      return found !== undefined
    }, limitMs).catch((error) => {
      throw new Error(`${(error as Error).message}: ${pattern}\n${lines.slice(-30).join('\n')}`)
    })
    return found!
  }
  const url = (await saw(/^api: /, 60_000)).slice('api: '.length)
  const token = known?.token ?? (await saw(/^token: /, 5_000)).slice('token: '.length)
  return {
    child,
    lines,
    url,
    token,
    saw,
    async api(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as never }
    },
    async stop() {
      child.kill('SIGINT')
      await until(() => child.exitCode !== null || child.signalCode !== null, 30_000)
    },
  }
}

export const grace = (home: Home, args: string[], more: Record<string, string> = {}): string =>
  execFileSync(join(ROOT, 'bin/grace'), args, {
    cwd: home.path,
    encoding: 'utf8',
    env: environment(home, more),
  })

/** Processes whose command line or working directory is in one of the home's places. */
export function processesOf(home: Home): string[] {
  const places = [home.path, home.space()]
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => places.some((place) => line.includes(place)) && !line.includes('ps -eo'))
}
