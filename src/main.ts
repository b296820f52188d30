// Starts a Grace process in one role or in all of them, in order, and stops it in the opposite one.
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildHealthServer, listen } from '../adapters/http/server.ts'
import { openMetrics } from '../adapters/metrics/own-metrics.ts'
import { openClient } from '../db/client.ts'
import { poolConfig } from '../db/login.ts'
import { JOBS_SCHEMA } from '../db/roles.ts'
import { outstandingOn } from '../db/stores/outstanding.ts'
import { tokensOn } from '../db/stores/tokens.ts'
import { openBackend } from '../jobs/backend.ts'
import type { JobContext, QueueName } from '../jobs/job.ts'
import { QUEUES } from '../jobs/job.ts'
import { queuesOf, startClockwork, startWorkers } from '../jobs/workers.ts'
import { announcementLine, progressLine } from './cards/announcement.ts'
import { announceInChat, noteProgress } from './chat/announce-in-chat.ts'
import { PLATFORMS } from './chat/person.ts'
import {
  assemble,
  type Database,
  type Ground,
  type Logger,
  openDatabase,
  openGround,
  openLogger,
  prepareDatabase,
} from './compose.ts'
import type { Env } from './config/env.ts'
import { shortName } from './kernel/ids.ts'
import { Refusal } from './kernel/refusal.ts'
import { startBot } from './roles/bot.ts'
import { draw } from './roles/draw.ts'
import { type Common, ROLES, type Role } from './roles/role.ts'
import { openVitals } from './roles/vitals.ts'
import { startWeb } from './roles/web.ts'
import { aloneOnThisMachine, sayWhatIsMissing, startWorker } from './roles/worker.ts'

export const VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

export interface Running {
  readonly url: string
  readonly common: Common
  stop(): Promise<void>
}

export interface StartOptions {
  /** One line of the story. */
  readonly say: (line: string) => void
  /** All of them unless said otherwise. */
  readonly roles?: readonly Role[]
  /** Another ground than the environment's, such as a demo's. */
  readonly ground?: Ground
}

const CLAIM_PAUSES_MS = [100, 200, 400, 800]
const IN_CHAT: readonly QueueName[] = PLATFORMS
const AT_WORK: readonly QueueName[] = QUEUES.filter((name) => !IN_CHAT.includes(name))

export async function up(env: Env, { say, roles = ROLES, ground }: StartOptions): Promise<Running> {
  const log = openLogger(env)
  // In this order they end: what was started last goes first.
  const ends: (() => Promise<unknown>)[] = []
  let isStopping = false
  const stop = async (): Promise<void> => {
    isStopping = true
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
  }
  try {
    return {
      ...(await start(env, ground ?? (await openGround(env)), roles, say, log, ends, () => isStopping)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  env: Env,
  ground: Ground,
  roles: readonly Role[],
  say: (line: string) => void,
  log: Logger,
  ends: (() => Promise<unknown>)[],
  isStopping: () => boolean,
): Promise<Omit<Running, 'stop'>> {
  const all = roles.length === ROLES.length
  if (!all && !env.databaseUrl)
    throw new Refusal(
      'invalid',
      'roles_need_a_database',
      'A role of its own needs a PostgreSQL that all of them share.',
      'Set DATABASE_URL and DATABASE_ADMIN_URL, or run everything in one process: grace up',
    )
  const database = await openDatabase(ground)
  ends.push(async () => database.embedded?.stop())
  const keepsDemo = ground.demo && roles.includes('worker')
  const alone = database.embedded || keepsDemo ? await claim(database) : undefined
  if (alone) ends.push(alone.release)
  if (alone && !alone.mine && database.embedded)
    throw new Refusal(
      'conflict',
      'already_running',
      `Another Grace runs on ${ground.directories.state}.`,
      'Stop it first, or give this one a state of its own: GRACE_STATE_DIR=/path grace up',
    )
  const keys = roles.includes('worker') ? (await ground.openKeys()).keys : undefined
  await prepareDatabase(ground, database, keys)

  const platforms = new Set(
    PLATFORMS.filter((platform) => ground.config.chat[platform] && (env[platform] || !roles.includes('bot'))),
  )
  let address = env.url ?? ''
  const parts = assemble(
    ground,
    database,
    (mission) => `${address}/missions/${shortName(mission)}`,
    (mission) => {
      const told = progressOn(say)(shortName(mission.number))
      const noted = noteProgress(parts.control, platforms)(mission)
      return (step, done) => {
        told(step, done)
        noted(step, done)
      }
    },
  )
  ends.push(() => parts.app.close())
  const backend = await openBackend(
    env.redisUrl
      ? { redis: env.redisUrl.reveal() }
      : { postgres: poolConfig(database.logins.jobs), schema: JOBS_SCHEMA },
    (error) => log.warn({ err: error }, 'job queue'),
    `grace-${database.logins.app.database}`,
  )
  ends.push(() => backend.close())
  const queues = queuesOf(backend, roles.includes('web') || roles.includes('worker') ? QUEUES : ['work'])

  const vitals = openVitals(parts.app.db, queues.work!)
  const common: Common = {
    ground,
    database,
    parts,
    backend,
    metrics: openMetrics(vitals.look),
    log,
    say,
    platforms,
    health: async () => (await vitals.look()).health,
    onStop: (end) => ends.push(end),
  }

  // What is cut off by the stop is carried out again by the next start.
  const onFault = (what: string, error: unknown) =>
    isStopping() ? log.info({ err: error, what }, 'cut off') : log.error({ err: error, what }, 'a job failed')
  const effects = outstandingOn(parts.app.db)
  const onEnd: Parameters<typeof startWorkers>[2]['onEnd'] = ({ id, kind, payload }, outcome, ms) => {
    common.metrics.job(kind, outcome, ms / 1000)
    const about = Object.fromEntries(
      ABOUT.flatMap((name) => (name in payload ? [[name, payload[name]]] : [])),
    )
    log.info({ job: kind, effect: id, ...about, outcome, ms: Math.round(ms) }, 'carried out')
  }

  const worker = roles.includes('worker') ? await startWorker(common, alone?.mine ?? false) : undefined
  if (worker)
    vitals.tell('sandbox', () => {
      const { containment } = worker
      return containment.ok ? `contained (${containment.driver})` : `SANDBOX_UNAVAILABLE: ${containment.why}`
    })
  const bot = roles.includes('bot') ? await startBot(common) : undefined
  for (const platform of Object.keys(bot?.chats ?? {}))
    vitals.tell(platform, () => bot!.state()[platform] ?? '')
  const ctx: JobContext = {
    control: worker?.control ?? parts.control,
    executor() {
      if (worker) return worker.executor
      throw new Error('this process executes nothing')
    },
    alone: (work) => aloneOnThisMachine(common, work),
    async announce(announcement, source) {
      const mission = await parts.control.transact(({ missions }) => missions.find(announcement.mission))
      if (!mission) return
      say(announcementLine(announcement, mission))
      await announceInChat(parts.control, platforms, mission, announcement, source)
    },
    chats: bot?.chats ?? {},
    draw,
    onFault,
  }
  const hands = { effects, ctx, onFault, onEnd }
  if (worker) {
    const { source, onSilence } = worker
    const clockwork = await startClockwork(
      queues as Required<typeof queues>,
      { ctx, effects, source, onSilence },
      onFault,
    )
    ends.push(() => clockwork.stop())
    const working = startWorkers(backend, AT_WORK, hands, clockwork.turn)
    ends.push(() => working.stop())
    const listening = await parts.app.sql.listen('grace_outbox', () => clockwork.wake())
    ends.push(() => listening.unlisten())
  }
  if (bot && Object.keys(bot.chats).length > 0) {
    const talking = startWorkers(backend, IN_CHAT, hands)
    ends.push(() => talking.stop())
  }

  await vitals.begin(all ? 'up' : roles.join('+'), VERSION)
  ends.push(vitals.end)

  const port = await lastPort(env, ground)
  let url: string
  if (roles.includes('web')) {
    url = await startWeb(common, Object.values(queues), port)
  } else {
    const http = buildHealthServer(
      { ...common, metrics: () => common.metrics.text(), tokens: tokensOn(parts.app.db) },
      { allowedHosts: env.allowedHosts, logger: log },
    )
    ends.push(() => http.close())
    url = await listen(http, { host: env.host, port: env.port })
    say(`health: ${url}/readyz`)
  }
  address ||= url
  if (ground.demo && worker) say(`demo: http://127.0.0.1:${ground.demo.port}`)
  if (worker) void sayWhatIsMissing(common)
  return { url, common }
}

/** What an effect can be about, for the log. */
const ABOUT = ['mission', 'session', 'execution', 'click', 'event'] as const

/**
 * Whether this is the first Grace on its database, for as long as its connection lives: an embedded database has only
 * one, and only one supervises the demo.
 */
async function claim({ logins }: Database): Promise<{ mine: boolean; release: () => Promise<void> }> {
  const { sql, close } = openClient(logins.app, { name: 'grace-claim', max: 1, lasting: true })
  // The connection of one that was killed a moment ago may still stand.
  for (const pause of [...CLAIM_PAUSES_MS, 0]) {
    const [row] = await sql`select pg_try_advisory_lock(7304, hashtext('up')) as mine`
    if (row?.mine === true) return { mine: true, release: close }
    await sleep(pause)
  }
  return { mine: false, release: close }
}

const progressOn = (say: (line: string) => void) => (name: string) => {
  const said = new Map<string, number>()
  return (step: string, done: number): void => {
    const quarter = Math.floor(done * 4)
    if ((said.get(step) ?? 0) >= quarter) return
    said.set(step, quarter)
    say(progressLine(name, step, quarter / 4))
  }
}

/** The port of the last start, so that a bookmark stays good. */
async function lastPort(env: Env, { directories }: Ground): Promise<Parameters<typeof startWeb>[2]> {
  const file = join(directories.state, 'port')
  const last = env.port === 0 ? Number(await readFile(file, 'utf8').catch(() => '0')) : env.port
  return {
    host: env.host,
    port: last,
    fixed: env.port !== 0,
    keep: (port) => writeFile(file, port, { mode: 0o600 }),
  }
}
