// A Grace with everything around it that is Grace's world, on servers of its own that may be taken from it: PostgreSQL,
// Redis, the two platforms, a repository with its live service. Processes that die are started again, as an operating
// system's supervisor does.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../adapters/embedded/postgres.ts'
import { openDirectories } from '../../adapters/state/directories.ts'
import { accepts, connect } from '../../db/login.ts'
import { type Discord, startDiscord } from '../support/discord/discord.ts'
import type { User } from '../support/discord/types.ts'
import { grace } from '../support/grace.ts'
import { type GraceProcess, startProcess } from '../support/process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { type Slack, startSlack } from '../support/slack/index.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'
import { until } from '../support/until.ts'

/** One process that is everything, or one of each role. */
export type Shape = 'up' | 'roles'
export const TEAM = 'T0HOME'
export const CHANNEL = 'C0MISSIONS'
const DATABASE = 'grace'

export interface World {
  readonly home: string
  readonly state: string
  readonly target: SmallTarget
  readonly slack: Slack
  readonly discord: Discord
  /** Ada is on Slack, Ben on Discord: a change needs both. */
  readonly ben: User
  readonly tokens: { readonly ada: string; readonly agent: string }
  readonly redis: RedisServer
  readonly postgres: { restart(how: 'stopped' | 'killed'): Promise<void> }
  /** As the superuser. */
  sql(): postgres.Sql
  processes(): readonly GraceProcess[]
  /** The ids of all that were ever started, the killed ones as well. */
  everStarted(): ReadonlySet<number>
  /** Starts one more, beside the others. */
  start(args: readonly string[], root?: string): Promise<GraceProcess>
  /** Ends it for good. */
  retire(one: GraceProcess): Promise<void>
  kill(pid: number): Promise<void>
  killAll(): Promise<void>
  api<T>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    as?: 'ada' | 'agent',
  ): Promise<{ status: number; body: T }>
  /** How often a process ended without having been killed or told to. */
  fell(): number
  said(): readonly string[]
  close(): Promise<void>
}

const ARGS: Readonly<Record<Shape, readonly string[]>> = { up: ['up'], roles: ['worker', 'web', 'bot'] }

export interface WorldOptions {
  readonly root?: string
  /** Before anything is started: the state directory is there. */
  prepare?(state: string): Promise<void>
  /** After everything has ended. */
  unprepare?(state: string): void
}

export async function openWorld(shape: Shape, options: WorldOptions = {}): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'grace-chaos-'))
  chmodSync(home, 0o755)
  const state = join(home, 'state')
  mkdirSync(state, { mode: 0o755 })
  await options.prepare?.(state)
  const servers = await openDirectories(join(home, 'servers'))
  const startPostgres = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres(servers, 'admin', accepts, { max_connections: '100' })
  let server = await startPostgres()
  const open = () => connect({ ...server.admin, database: DATABASE }, { name: 'chaos', max: 4 })
  let sql: postgres.Sql | undefined
  const redis = await startRedis(home)
  if (!redis) throw new Error('chaos needs a Redis: sudo apt-get install redis-server')
  const slack = await startSlack()
  const discord = await startDiscord()
  slack.addChannel(CHANNEL, { name: 'missions', isMember: true })
  slack.addUser('U0ADA', { name: 'ada' })
  const ben = discord.addUser('ben')
  const target = await smallTarget(home, {
    members: [
      { id: 'ada', name: 'Ada', slack: 'U0ADA' },
      { id: 'ben', name: 'Ben', discord: ben.id },
    ],
    deployTakes: 0.7,
    more: {
      policy: { watch: '4s', max_executions_per_day: 1_000 },
      chat: {
        slack: { team: TEAM, channel: CHANNEL },
        discord: { guild: discord.guild.id, channel: discord.channel.id },
      },
    },
  })
  const { host, port, user, password } = server.admin
  const url = (database: string) =>
    `postgresql://${user}:${password}@${encodeURIComponent(host)}:${port}/${database}`
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    GRACE_STATE_DIR: state,
    GRACE_LOG_LEVEL: process.env.CHAOS_VERBOSE ? 'info' : 'warn',
    DATABASE_URL: url(DATABASE).replace(`${user}:${password}`, 'grace_app:app'),
    DATABASE_ADMIN_URL: url('postgres'),
    REDIS_URL: redis.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.url,
  }
  const running = new Map<GraceProcess, { args: readonly string[]; root: string | undefined }>()
  const expected = new Set<number>()
  const everStarted = new Set<number>()
  const lines: string[] = []
  let [fell, closing] = [0, false]
  const start = async (args: readonly string[], root?: string): Promise<GraceProcess> => {
    const one = await startProcess({
      args,
      cwd: home,
      env,
      ...(root ? { root } : {}),
      onLine(line) {
        lines.push(line)
        if (process.env.CHAOS_VERBOSE)
          process.stdout.write(`${new Date().toISOString().slice(11, 23)} ${line}\n`)
      },
    })
    running.set(one, { args, root })
    const pid = one.child.pid!
    everStarted.add(pid)
    const again = async () => {
      if (!running.delete(one) || closing) return
      if (!expected.delete(pid)) {
        fell++
        lines.push(`(fell: grace ${args.join(' ')}: ${one.child.exitCode ?? one.child.signalCode})`)
      }
      for (;;)
        try {
          return void (await start(args, root))
        } catch (error) {
          // A supervisor tries on; the database may be away for the moment.
          lines.push(`(not started: ${(error as Error).message})`)
          if (closing) return
          await sleep(500)
        }
    }
    one.child.on('exit', () => void again())
    if (!one.isAlive()) void again()
    return one
  }
  for (const args of ARGS[shape]) await start([args], options.root)
  const printed = () => lines.map((line) => /^token: (.*)$/.exec(line)?.[1]).find(Boolean)
  await until(() => printed() !== undefined)
  const agent = /^token: (.*)$/m.exec(
    await grace({ path: home }, ['token', 'create', '--agent', 'codey', '--scope', 'read,propose'], env),
  )![1]!
  const tokens = { ada: printed()!, agent }
  await until(() => slack.sockets.connections > 0 && discord.gateway.sessions.size > 0, 30_000)
  return {
    home,
    state,
    target,
    slack,
    discord,
    ben,
    tokens,
    redis,
    postgres: {
      async restart(how) {
        await sql?.end({ timeout: 1 })
        sql = undefined
        if (how === 'killed') {
          const file = join(servers.postgres, 'data', 'postmaster.pid')
          process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL')
        } else await server.stop()
        await sleep(1_500)
        server = await startPostgres()
      },
    },
    sql: () => (sql ??= open()),
    processes: () => [...running.keys()],
    everStarted: () => everStarted,
    start,
    async retire(one) {
      running.delete(one)
      await one.end('SIGTERM')
    },
    async kill(pid) {
      const one = [...running.keys()].find(({ child }) => child.pid === pid)
      if (!one) throw new Error(`${pid} is no Grace process`)
      expected.add(pid)
      one.child.kill('SIGKILL')
      await until(() => !one.isAlive())
    },
    async killAll() {
      const all = [...running.keys()]
      for (const { child } of all) {
        expected.add(child.pid!)
        child.kill('SIGKILL')
      }
      await until(() => all.every((one) => !one.isAlive()))
    },
    async api(method, path, body, as = 'ada') {
      const web = [...running.keys()].find((one) => one.lines.some((line) => line.startsWith('api: ')))
      if (!web) throw new Error('no Grace answers at the moment')
      const response = await fetch(web.url + path, {
        method,
        headers: {
          authorization: `Bearer ${tokens[as]}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(20_000),
      })
      return { status: response.status, body: (await response.json()) as never }
    },
    fell: () => fell,
    said: () => lines,
    async close() {
      closing = true
      await Promise.all([...running.keys()].map((one) => one.end('SIGTERM')))
      await sql?.end({ timeout: 1 })
      await slack.close()
      await discord.close()
      await target.close()
      redis.stop()
      await server.stop()
      options.unprepare?.(state)
      rmSync(home, { recursive: true, force: true })
      if (options.root) rmSync(options.root, { recursive: true, force: true })
    },
  }
}
