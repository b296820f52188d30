// grace up: everything in one process, started in order and stopped in the opposite one.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildServer, listen } from '../adapters/http/server.ts'
import { scrape } from '../adapters/metrics/prometheus-text.ts'
import { endAll } from '../adapters/sandbox/launch.ts'
import { openClient } from '../db/client.ts'
import { poolConfig } from '../db/login.ts'
import { JOBS_SCHEMA } from '../db/roles.ts'
import { missionListOn } from '../db/stores/mission-list.ts'
import { missionsUnderVote } from '../db/stores/missions.ts'
import { outstandingOn } from '../db/stores/outstanding.ts'
import { tokensOn } from '../db/stores/tokens.ts'
import { openBackend } from '../jobs/backend.ts'
import type { JobContext } from '../jobs/job.ts'
import { startWorkers } from '../jobs/workers.ts'
import { createToken } from './access/token.ts'
import { announcementLine, progressLine } from './cards/announcement.ts'
import { announceInChat, noteProgress } from './chat/announce-in-chat.ts'
import type { Platform } from './chat/person.ts'
import {
  assemble,
  type Database,
  draw,
  type Ground,
  type Logger,
  openDatabase,
  openGround,
  openLogger,
  type Parts,
  prepareDatabase,
  startDemo,
  startTalking,
} from './compose.ts'
import type { Env } from './config/env.ts'
import { SCOPES } from './kernel/actor.ts'
import { shortName } from './kernel/ids.ts'
import { Refusal } from './kernel/refusal.ts'
import { adoptPolicy } from './mission/adopt-policy.ts'

export interface Running {
  readonly url: string
  /** Set on the first start only: it is nowhere else. */
  readonly token: string | undefined
  readonly ground: Ground
  readonly parts: Parts
  stop(): Promise<void>
}

export interface UpOptions {
  /** One line of the story. */
  readonly say: (line: string) => void
  /** The demo's test plan. */
  readonly quick?: boolean
}

const FIRST_TOKEN_DAYS = 365
const CLAIM_PAUSES_MS = [100, 200, 400, 800]

export async function up(env: Env, { say, quick = false }: UpOptions): Promise<Running> {
  const log = openLogger(env)
  // In this order they end: what was started last goes first.
  const ends: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
  }
  try {
    return await start(env, { say, quick }, log, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  env: Env,
  { say, quick }: Required<UpOptions>,
  log: Logger,
  ends: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Running> {
  const ground = await openGround(env, quick)
  const database = await openDatabase(ground)
  ends.push(async () => database.embedded?.stop())
  const alone = await claim(database)
  ends.push(alone.release)
  if (!alone.mine && database.embedded)
    throw new Refusal(
      'conflict',
      'already_running',
      `Another Grace runs on ${ground.directories.state}.`,
      'Stop it first, or give this one a state of its own: GRACE_STATE_DIR=/path grace up',
    )
  await prepareDatabase(ground, database)
  const platforms = new Set<Platform>()
  const parts: Parts = await assemble(ground, database, alone.mine, (mission) => {
    const told = progressOn(say)(shortName(mission.number))
    const noted = noteProgress(parts.control, platforms)(mission)
    return (step, done) => {
      told(step, done)
      noted(step, done)
    }
  })
  // Sandboxes end after the connections are closed: a run that was cut off can't be recorded as a result.
  ends.push(endAll)
  ends.push(() => Promise.all([parts.app.close(), parts.executorClient.close()]))
  const { app, control, executor } = parts
  if (!(await isEnforced(parts)))
    say(
      '⚠️  not enforced: the database login owns Grace’s tables or is a superuser, so the gate in PostgreSQL can be walked around',
    )
  if (!parts.containment.ok)
    say(
      `⚠️  not isolated: ${parts.containment.why}; only the demo runs. Mend it with: sudo apt-get install bubblewrap`,
    )

  if (ground.demo && alone.mine) {
    const demo = await startDemo(ground, parts, (message) => log.warn(message))
    ends.push(async () => demo?.stop())
  }
  await adoptPolicy(control, await missionsUnderVote(app.db))

  const effects = outstandingOn(app.db)
  const backend = await openBackend(
    env.redisUrl
      ? { redis: env.redisUrl.reveal() }
      : { postgres: poolConfig(database.logins.jobs), schema: JOBS_SCHEMA },
    (error) => log.warn({ err: error }, 'job queue'),
  )
  ends.push(() => backend.close())
  const list = missionListOn(app.db)
  // A click does not queue behind what Grace is busy with.
  const inbox = openClient(database.logins.app, { name: 'grace-inbox', max: 2 })
  ends.push(() => inbox.close())
  const talking = startTalking(ground, control, inbox, list, log)
  ends.push(() => talking.stop())
  if (Object.keys(talking.chats).length > 0) {
    // A client library that rejects unheard does not end Grace: its adapter is connected anew.
    const unheard = (error: unknown) => log.error({ err: error }, 'unheard rejection')
    process.on('unhandledRejection', unheard)
    ends.push(async () => process.off('unhandledRejection', unheard))
  }
  for (const platform of Object.keys(talking.chats) as Platform[]) platforms.add(platform)
  const announce: JobContext['announce'] = async (announcement, source) => {
    const mission = await control.transact(({ missions }) => missions.find(announcement.mission))
    if (!mission) return
    say(announcementLine(announcement, mission))
    await announceInChat(control, platforms, mission, announcement, source)
  }
  const silence = silenceOn(log)
  const onFault = (what: string, error: unknown) => log.error({ err: error, what }, 'a job failed')
  const workers = await startWorkers(
    backend,
    {
      ctx: { control, executor, announce, chats: talking.chats, draw, onFault },
      effects,
      scrape,
      onSilence: silence,
    },
    onFault,
  )
  ends.push(() => workers.stop())
  const listening = await app.sql.listen('grace_outbox', () => workers.wake())
  ends.push(() => listening.unlisten())

  const tokens = tokensOn(app.db)
  const http = await buildServer(
    {
      control,
      list,
      tokens,
      healthy: () =>
        app.sql`select 1`.then(
          () => true,
          () => false,
        ),
    },
    { allowedHosts: env.allowedHosts, logger: log },
  )
  ends.push(() => http.close())
  const url = await listenAgain(http, env, ground.directories.state)
  const token = await firstToken(ground, tokens)
  say(`console: ${url}/`)
  say(`api: ${url}`)
  if (token) {
    say(`token: ${token}`)
    say(`The token belongs to ${ground.config.members[0]!.name}, has all scopes, and is shown this once.`)
  }
  if (ground.demo) say(`demo: http://127.0.0.1:${ground.demo.port}`)
  void sayWhatIsMissing(control, say)
  return { url, token, ground, parts, stop }
}

/** A repository that can't be read is said at once, not with the first mission. */
async function sayWhatIsMissing(control: Parts['control'], say: (line: string) => void): Promise<void> {
  for (const target of control.config.targets.values())
    await control.repositories.head(target).catch((error: unknown) => {
      if (error instanceof Refusal) say(`⚠️  ${target.name}: ${error.message} ${error.next}`)
    })
}

const SILENT_MS = 10_000

/** One line for a target that can't be read for ten seconds, and none more until it could be again. */
function silenceOn(log: Logger) {
  const since = new Map<string, { at: number; said: boolean }>()
  return (target: string, why: string | undefined): void => {
    if (why === undefined) return void since.delete(target)
    const silent = since.get(target) ?? { at: performance.now(), said: false }
    if (!silent.said && performance.now() - silent.at > SILENT_MS) {
      log.warn({ target }, why)
      silent.said = true
    }
    since.set(target, silent)
  }
}

/**
 * Whether this is the first Grace on its database, for as long as its connection lives. Only that one tidies up what
 * an earlier one left in the sandboxes, and supervises the demo.
 */
async function claim({ logins }: Database): Promise<{ mine: boolean; release: () => Promise<void> }> {
  const { sql, close } = openClient(logins.app, { name: 'grace-claim', max: 1 })
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

async function isEnforced({ app, executorClient }: Parts): Promise<boolean> {
  for (const { sql } of [app, executorClient]) {
    const [row] = await sql`select grace.is_enforced_for(current_user) as enforced`
    if (row?.enforced !== true) return false
  }
  return true
}

/** The port of the last start, if nothing has taken it since. */
async function listenAgain(http: Parameters<typeof listen>[0], env: Env, state: string): Promise<string> {
  const file = join(state, 'port')
  const last = env.port === 0 ? Number(await readFile(file, 'utf8').catch(() => '0')) : env.port
  const url = await listen(http, { host: env.host, port: last }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || env.port !== 0) throw error
    return listen(http, { host: env.host, port: 0 })
  })
  await writeFile(file, new URL(url).port, { mode: 0o600 })
  return url
}

async function firstToken(
  { config }: Ground,
  tokens: ReturnType<typeof tokensOn>,
): Promise<string | undefined> {
  if ((await tokens.count()) > 0) return undefined
  const member = config.members[0]!
  const { token } = await createToken(tokens, {
    label: 'first start',
    member: member.id,
    scopes: SCOPES,
    days: FIRST_TOKEN_DAYS,
  })
  return token
}
