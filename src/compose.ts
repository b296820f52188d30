// The composition root: wires ports to adapters, jobs and db. Only this file, main and cli look outward.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { chartText } from '../adapters/chart/chart-text.ts'
import { drawChart } from '../adapters/chart/draw.ts'
import { type LiveDemo, startLive } from '../adapters/demo/live.ts'
import { ensureOrigin, isShippedDemo } from '../adapters/demo/origin.ts'
import { discordChat } from '../adapters/discord/chat.ts'
import { connectDiscord } from '../adapters/discord/connection.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../adapters/embedded/postgres.ts'
import { deliveryOn } from '../adapters/git/delivery.ts'
import { Mirrors } from '../adapters/git/mirror.ts'
import { repositoriesOn } from '../adapters/git/repositories.ts'
import { type KeyFile, openKey } from '../adapters/keys/key-file.ts'
import { playbooksIn } from '../adapters/playbooks/run.ts'
import { type Containment, probeContainment, roomsFor, sweep } from '../adapters/sandbox/probe.ts'
import { prepareRuntime, type Runtime } from '../adapters/sandbox/runtime.ts'
import { freePort } from '../adapters/sandbox/service.ts'
import { slackChat, webClient } from '../adapters/slack/chat.ts'
import { connectSlack } from '../adapters/slack/connection.ts'
import {
  type Directories,
  defaultState,
  openDirectories,
  secretsFile,
} from '../adapters/state/directories.ts'
import { type Client, openClient } from '../db/client.ts'
import { writeConfiguration } from '../db/configuration.ts'
import { accepts, type Login, loginFromUrl } from '../db/login.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { ensureDatabase, ensureLogins, type Logins, type Passwords } from '../db/roles.ts'
import { demoConfig } from '../demo/target.ts'
import type { Chats, Draw } from './chat/chat.ts'
import { type Person, PLATFORM_NAMES, type Platform } from './chat/person.ts'
import type { ChatControl } from './chat/stores.ts'
import { type Connection, type Supervised, supervise } from './chat/supervise.ts'
import type { Interacting } from './commands/interactions.ts'
import { type Config, configOf, parseConfig } from './config/config.ts'
import type { Env } from './config/env.ts'
import { Secret } from './config/secret.ts'
import { Refusal } from './kernel/refusal.ts'
import { ORIGIN } from './ledger/sequence.ts'
import type { Executor } from './mission/executor.ts'
import type { MissionList } from './mission/list-missions.ts'

export interface Demo {
  readonly origin: string
  readonly live: string
  readonly port: number
}

/** What stands before anything runs: directories, configuration, the key. */
export interface Ground {
  readonly env: Env
  readonly directories: Directories
  readonly config: Config
  readonly configFile: string
  readonly key: KeyFile
  /** Set where there is no grace.yaml. */
  readonly demo: Demo | undefined
}

export const stateOf = (env: Env): string => resolve(env.stateDir ?? defaultState(env.home))

async function passphraseOf(env: Env): Promise<Secret | undefined> {
  if (env.keyPassphrase || !env.keyPassphraseFile) return env.keyPassphrase
  const text = await readFile(env.keyPassphraseFile, 'utf8').catch(() => {
    throw new Refusal(
      'unavailable',
      'passphrase_file',
      `${env.keyPassphraseFile} can't be read.`,
      'Check GRACE_KEY_PASSPHRASE_FILE.',
    )
  })
  return new Secret(text.replace(/\r?\n$/, ''))
}

/** grace.yaml, or without one the demo's. `quick` is the test plan of the demo. */
export async function openGround(env: Env, quick = false): Promise<Ground> {
  const directories = await openDirectories(stateOf(env))
  const key = await openKey(directories.keys, ORIGIN, await passphraseOf(env))
  const file = resolve(env.config ?? 'grace.yaml')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && env.config === undefined) return undefined
    throw new Refusal(
      'invalid',
      'config_unreadable',
      `${file} can't be read (${error.code}).`,
      'Check GRACE_CONFIG.',
    )
  })
  if (text !== undefined)
    return { env, directories, config: parseConfig(file, text), configFile: file, key, demo: undefined }
  const demo = await openDemo(directories)
  const node = process.execPath
  const ops = new URL('../demo/ops.mjs', import.meta.url).pathname
  const own = (await isShippedDemo(demo.origin)) ? new Set(['demo']) : new Set<string>()
  const config = configOf('the demo', demoConfig({ ...demo, ops, node }, quick), own)
  return { env, directories, config, configFile: 'the demo (there is no grace.yaml)', key, demo }
}

async function openDemo(directories: Directories): Promise<Demo> {
  const origin = await ensureOrigin(directories.demo)
  const { port } = await secretsFile(
    join(directories.state, 'demo.json'),
    await freePort().then((free) => () => ({ port: free })),
  )
  return { origin, live: join(directories.demo, 'live'), port }
}

export interface Database {
  readonly logins: Logins
  readonly embedded: EmbeddedPostgres | undefined
}

const word = (): string => randomBytes(24).toString('base64url')

/** PostgreSQL that answers, with its logins; the schema is not touched yet. */
export async function openDatabase({
  env,
  directories,
}: Pick<Ground, 'env' | 'directories'>): Promise<Database> {
  const secrets = await secretsFile<Passwords & { admin: string }>(
    join(directories.state, 'database.json'),
    () => ({
      admin: word(),
      migrator: word(),
      app: word(),
      executor: word(),
      jobs: word(),
    }),
  )
  if (env.databaseUrl && env.databaseAdminUrl) {
    const [app, admin] = [loginFromUrl(env.databaseUrl.reveal()), loginFromUrl(env.databaseAdminUrl.reveal())]
    const there: Login = { ...admin, database: app.database }
    if (!(await accepts(admin)))
      throw new Refusal(
        'unavailable',
        'database_unreachable',
        `No PostgreSQL answers to DATABASE_ADMIN_URL (${admin.host}).`,
        'Start it, or unset both URLs to use the embedded one.',
      )
    await ensureDatabase(admin, app.database)
    return { logins: await ensureLogins(there, secrets, app), embedded: undefined }
  }
  const embedded = await startEmbeddedPostgres(directories, secrets.admin, accepts)
  await ensureDatabase(embedded.admin, 'grace')
  return { logins: await ensureLogins({ ...embedded.admin, database: 'grace' }, secrets), embedded }
}

/** The schema, as it has to be; who is a member stays as the last start left it. */
export const migrateOnly = ({ logins }: Database): Promise<void> => migrateDatabase(logins)

/** Migrates, and writes what only the migrator may write; that connection is closed again. */
export const prepareDatabase = ({ config, key }: Ground, { logins }: Database): Promise<void> =>
  migrateDatabase(logins, (sql) => writeConfiguration(sql, config, key.signer))

export interface Parts {
  readonly app: Client
  readonly executorClient: Client
  readonly control: ChatControl
  readonly executor: Executor
  readonly runtime: Runtime
  readonly containment: Containment
}

export async function assemble(
  ground: Ground,
  database: Database,
  /** No other Grace uses these directories. */
  alone: boolean,
  progress: ChatControl['progress'],
): Promise<Parts> {
  const { directories, config, key } = ground
  const app = openClient(database.logins.app, { name: 'grace-app', max: 5 })
  const executorClient = openClient(database.logins.executor, { name: 'grace-executor', max: 2 })
  const runtime = await prepareRuntime(directories.space)
  if (alone) await sweep(directories.sandboxes)
  const containment = await probeContainment(runtime, directories.sandboxes)
  const mirrors = new Mirrors(directories.mirrors)
  const rooms = roomsFor(containment, { runtime, mirrors, sandboxes: directories.sandboxes })
  const control: ChatControl = {
    transact: app.transact,
    config,
    repositories: repositoriesOn(mirrors),
    playbooks: playbooksIn(rooms),
    rooms,
    signer: key.signer,
    progress,
  }
  const executor: Executor = {
    transact: executorClient.transact,
    config,
    delivery: deliveryOn(mirrors),
    publicKey: key.signer.publicKey,
  }
  return { app, executorClient, control, executor, runtime, containment }
}

/** The demo's live service, where the demo is what runs. Light traffic: it only has to be seen. */
export async function startDemo(
  { demo }: Ground,
  { runtime, containment }: Parts,
  onTrouble: (message: string) => void,
): Promise<LiveDemo | undefined> {
  return demo && startLive({ ...demo, runtime, contained: containment.ok, traffic: 5, onTrouble })
}

export interface Talking {
  readonly chats: Chats
  /** A line for each platform. */
  state(): readonly string[]
  stop(): Promise<void>
}

/** Slack and Discord, where tokens and grace.yaml name them; each by itself. */
export function startTalking(
  { env, config }: Ground,
  control: ChatControl,
  inbox: Pick<ChatControl, 'transact'>,
  list: MissionList,
  log: Logger,
): Talking {
  const chats: { -readonly [P in keyof Chats]: Chats[P] } = {}
  const running: { readonly platform: Platform; readonly supervised: Supervised }[] = []
  const state = () => running.map((one) => `${PLATFORM_NAMES[one.platform]}: ${one.supervised.state()}`)
  const ctx: Interacting = { control, list, chats, status: state }
  const onFault = (platform: Platform) => (error: unknown) => log.error({ err: error, platform }, 'chat')
  const keep = (platform: Platform, connect: () => Promise<Connection>) =>
    running.push({
      platform,
      supervised: supervise(connect, (what, error) => log.warn({ err: error, platform }, what)),
    })
  if (env.slack && config.chat.slack) {
    const { slack } = env
    const { team } = config.chat.slack
    const client = webClient(slack)
    const chat = slackChat(client)
    chats.slack = chat
    const named = ({ account }: Person) => config.members.some((member) => member.slack === account)
    const known = (person: Person) => person.account.startsWith(`${team}/`) || named(person)
    const on = { ctx, inbox, chat, client, known, named, onFault: onFault('slack') }
    keep('slack', () => connectSlack(slack, on, env.host))
  }
  if (env.discord && config.chat.discord) {
    const { discord } = env
    const { guild } = config.chat.discord
    const chat = discordChat(discord)
    chats.discord = chat
    keep('discord', () => connectDiscord(discord, { ctx, inbox, chat, guild, onFault: onFault('discord') }))
  }
  return {
    chats,
    state,
    stop: async () => void (await Promise.all(running.map((one) => one.supervised.stop()))),
  }
}

/** A chart of what was measured; a card without figures has none. */
export const draw: Draw = async (card) =>
  card.chart.length === 0
    ? undefined
    : { png: await drawChart(card.chart, `${card.name}: before and after`), text: chartText(card.chart) }

export const openLogger = (env: Env) => pino({ level: env.logLevel, base: undefined }, pino.destination(2))
export type Logger = ReturnType<typeof openLogger>
