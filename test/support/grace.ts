// Grace as its users start it: the command itself, in a home of its own.
import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AS_FLEET, endAll, sharedServers, startFleet } from './fleet.ts'
import { lineLike, startProcess } from './process.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface Home {
  readonly path: string
  readonly state: string
  /** Where the parts that other users reach are. */
  space(): string
  remove(): void
}

/** `joins`: in a fleet it is on the servers that all share; a story about one computer has its own. */
export function newHome(joins = AS_FLEET): Home {
  const path = mkdtempSync(join(tmpdir(), 'grace-home-'))
  chmodSync(path, 0o755)
  const state = join(path, '.local/state/grace')
  const space = () =>
    existsSync(join(state, 'space'))
      ? join(state, 'space')
      : join('/var/lib/grace', readFileSync(join(state, 'instance'), 'utf8').trim())
  // Before any command: what one writes there the others have to find.
  if (joins) joinFleet({ path, state })
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
  /** What all of its processes said. */
  readonly lines: string[]
  readonly url: string
  /** Of every process: each speaks for itself. */
  readonly urls: readonly string[]
  readonly token: string
  saw(pattern: RegExp, limitMs?: number): Promise<string>
  api<T = Record<string, never>>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }>
  isAlive(): boolean
  /** Ctrl-C, and the time until it is gone. */
  stop(): Promise<void>
  kill(): Promise<void>
}

const environment = (home: Pick<Home, 'path'>, more: Record<string, string> = {}) => ({
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
  const lines: string[] = []
  const how = {
    cwd: home.path,
    env: environment(home, more),
    onLine: (line: string) => void lines.push(line),
  }
  const processes = AS_FLEET
    ? await startFleet({ ...how, options })
    : [await startProcess({ ...how, args: ['up', ...options] })]
  const isAlive = () => processes.some((one) => one.isAlive())
  const saw = (pattern: RegExp, limitMs?: number): Promise<string> =>
    lineLike(lines, pattern, isAlive, limitMs)
  const webs = processes.filter((one) => one.lines.some((line) => line.startsWith('api: ')))
  let turn = 0
  const token = known?.token ?? (await saw(/^token: /, 5_000)).slice('token: '.length)
  return {
    lines,
    url: webs[0]!.url,
    urls: processes.map(({ url }) => url),
    token,
    saw,
    async api(method, path, body) {
      // One after the other: what one of them wrote, the other one has.
      const { url } = webs[turn++ % webs.length]!
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
    isAlive,
    stop: async () => void (await endAll(processes, 'SIGINT')),
    kill: async () => void (await endAll(processes, 'SIGKILL')),
  }
}

/** By its .env, which every command in that home reads as well. */
function joinFleet(home: Pick<Home, 'path' | 'state'>): void {
  const file = join(home.path, '.env')
  const servers = sharedServers(home.state, `home_${randomUUID().replaceAll('-', '')}`)
  writeFileSync(
    file,
    Object.entries(servers)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
}

export const grace = async (
  home: Pick<Home, 'path'>,
  args: string[],
  more: Record<string, string> = {},
): Promise<string> => {
  const how = { cwd: home.path, env: environment(home, more) }
  return (await promisify(execFile)(join(ROOT, 'bin/grace'), args, how)).stdout
}

/** Processes whose command line or working directory is in one of the home's places. */
export function processesOf(home: Home): string[] {
  const places = [home.path, home.space()]
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => places.some((place) => line.includes(place)) && !line.includes('ps -eo'))
}
