// What every role stands on: directories, configuration, the key, the database and Mission Control on it. Only this file,
// main, cli and the roles look outward.
import { createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { advisoriesFrom, onlineSources } from '../adapters/advisories/ask.ts'
import { importedAdvisories } from '../adapters/advisories/imported.ts'
import { ensureOrigin, isShippedDemo } from '../adapters/demo/origin.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../adapters/embedded/postgres.ts'
import { Mirrors } from '../adapters/git/mirror.ts'
import { repositoriesOn } from '../adapters/git/repositories.ts'
import { hunterInProcess } from '../adapters/hunter/scanner.ts'
import { type KeyFile, openKeys, readKeys } from '../adapters/keys/key-file.ts'
import { freePort } from '../adapters/sandbox/service.ts'
import {
  type Directories,
  defaultState,
  openDirectories,
  secretsFile,
} from '../adapters/state/directories.ts'
import { type Client, openClient } from '../db/client.ts'
import { writeConfiguration } from '../db/configuration.ts'
import { accepts, type Login, loginFromUrl, whyNot } from '../db/login.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { ensureDatabase, ensureLogins, type Logins, type Passwords } from '../db/roles.ts'
import { type DemoConfig, demoConfig } from '../demo/target.ts'
import { passkeySiteOf } from './access/assurance.ts'
import type { ChatControl } from './chat/stores.ts'
import { type Config, configOf, parseConfig } from './config/config.ts'
import type { Env } from './config/env.ts'
import { Secret } from './config/secret.ts'
import { Refusal } from './kernel/refusal.ts'
import type { Keyring, Ring } from './keys/key.ts'
import { NO_BASELINES } from './sandbox/baselines.ts'

export interface Demo {
  readonly origin: string
  readonly live: string
  readonly port: number
}

/** What stands before anything runs: directories and configuration. */
export interface Ground {
  readonly env: Env
  readonly directories: Directories
  readonly config: Config
  readonly configFile: string
  /** Opens Grace's keys, once, or makes them: for the worker alone. */
  readonly openKeys: () => Promise<KeyFile>
  /** As they are on disk now; refuses where there are none. */
  readonly readKeys: () => Promise<KeyFile>
  /** Set where there is no grace.yaml. */
  readonly demo: Demo | undefined
}

export const stateOf = (env: Env): string => resolve(env.stateDir ?? defaultState(env.home))

function keysOf(env: Env, { keys }: Directories): Pick<Ground, 'openKeys' | 'readKeys'> {
  let opened: Promise<KeyFile> | undefined
  return {
    openKeys() {
      opened ??= passphraseOf(env).then((passphrase) => openKeys(keys, passphrase))
      return opened
    },
    readKeys: async () => readKeys(keys, await passphraseOf(env)),
  }
}

export async function passphraseOf(env: Env): Promise<Secret | undefined> {
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
  if (text === undefined) return demoGround(env, directories, quick)
  const config = { ...parseConfig(file, text), passkeys: passkeySiteOf(env.url) }
  return { env, directories, config, configFile: file, ...keysOf(env, directories), demo: undefined }
}

/** Of a Grace without targets: what there is to say of a machine whose configuration can't be read. */
export async function bareGround(env: Env): Promise<Ground> {
  const directories = await openDirectories(stateOf(env))
  const config = { members: [], chat: {}, targets: new Map(), policies: '', policyCases: [] }
  return { env, directories, config, configFile: '', ...keysOf(env, directories), demo: undefined }
}

/** The demo's, which a story of `grace demo` may change. */
export async function demoGround(
  env: Env,
  directories: Directories,
  quick: boolean,
  change: (config: DemoConfig) => object = (config) => config,
): Promise<Ground> {
  const demo = await openDemo(directories)
  const node = process.execPath
  const ops = new URL('../demo/ops.mjs', import.meta.url).pathname
  const own = (await isShippedDemo(demo.origin)) ? new Set(['demo']) : new Set<string>()
  const config = {
    ...configOf('the demo', change(demoConfig({ ...demo, ops, node }, quick)), own),
    passkeys: passkeySiteOf(env.url),
  }
  const configFile = 'the demo (there is no grace.yaml)'
  return { env, directories, config, configFile, ...keysOf(env, directories), demo }
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
  const file = join(directories.state, 'database.json')
  if (env.databaseUrl && env.databaseAdminUrl) {
    const [app, admin] = [loginFromUrl(env.databaseUrl.reveal()), loginFromUrl(env.databaseAdminUrl.reveal())]
    const there: Login = { ...admin, database: app.database }
    const why = await whyNot(admin)
    if (why)
      throw new Refusal(
        'unavailable',
        'database_unreachable',
        `No PostgreSQL answers to DATABASE_ADMIN_URL (${admin.host}): ${why}.`,
        'Start it, correct the URL, or unset both URLs to use the embedded one.',
      )
    await ensureDatabase(admin, app.database)
    const kept = await readFile(file, 'utf8').catch(() => undefined)
    const passwords =
      kept !== undefined
        ? (JSON.parse(kept) as Passwords)
        : admin.password
          ? derivedFrom(admin.password)
          : await secretsFile(file, madeUp)
    return { logins: await ensureLogins(there, passwords, app), embedded: undefined }
  }
  const secrets = await secretsFile(file, madeUp)
  const embedded = await startEmbeddedPostgres(directories, secrets.admin, accepts)
  await ensureDatabase(embedded.admin, 'grace')
  return { logins: await ensureLogins({ ...embedded.admin, database: 'grace' }, secrets), embedded }
}

const madeUp = (): Passwords & { admin: string } => ({
  admin: word(),
  migrator: word(),
  app: word(),
  executor: word(),
  jobs: word(),
})

/** The same on every machine that knows the administrator's password: nothing has to be carried from one to another. */
function derivedFrom(password: string): Passwords {
  const of = (role: string) =>
    createHmac('sha256', password).update(`grace login ${role}`).digest('base64url')
  return { migrator: of('migrator'), app: of('app'), executor: of('executor'), jobs: of('jobs') }
}

/** The schema, as it has to be; who is a member stays as the last start left it. */
export const migrateOnly = ({ logins }: Database): Promise<void> => migrateDatabase(logins)

/** Migrates, and writes what only the migrator may write; that connection is closed again. `keys`: where they are open. */
export const prepareDatabase = (
  { config }: Ground,
  { logins }: Database,
  keys: Keyring | undefined,
): Promise<void> => migrateDatabase(logins, (sql) => writeConfiguration(sql, config, keys))

/** Mission Control on its database, and what is drawn and logged everywhere. */
export interface Parts {
  readonly app: Client
  readonly mirrors: Mirrors
  readonly control: ChatControl
}

/** `workshop`: what only a worker has. Elsewhere nothing is tested, and nothing can be. */
export interface Workshop {
  readonly rooms: ChatControl['rooms']
  readonly pullRequests: ChatControl['pullRequests']
  readonly tracker: ChatControl['tracker']
  readonly playbooks: ChatControl['playbooks']
  readonly agents: ChatControl['agents']
  readonly ownDetectors: ChatControl['ownDetectors']
  readonly baselines: ChatControl['baselines']
  readonly keys: Keyring
}

const NO_KEY: Ring = {
  signer: {
    name: '',
    publicKey: new Uint8Array(),
    sign: () => Promise.reject(new Error('only a worker has keys')),
  },
  known: [],
}
const noWorker = (): Promise<never> => Promise.reject(new Error('only a worker asks GitHub'))
const ELSEWHERE: Workshop = {
  pullRequests: {
    labelled: noWorker,
    committers: noWorker,
    labelledBy: noWorker,
    stateOf: noWorker,
    show: noWorker,
  },
  tracker: { mirror: noWorker },
  rooms: () => Promise.reject(new Error('only a worker has sandboxes')),
  playbooks: { run: () => Promise.reject(new Error('only a worker runs playbooks')) },
  agents: { run: () => Promise.reject(new Error('only a worker runs agents')) },
  ownDetectors: { run: () => Promise.reject(new Error('only a worker runs detectors')) },
  baselines: NO_BASELINES,
  keys: { ledger: NO_KEY, attestation: NO_KEY, execution: NO_KEY },
}

export function assemble(
  { directories, config }: Ground,
  { logins }: Database,
  pageOf: ChatControl['pageOf'],
  progress: ChatControl['progress'],
): Parts {
  const app = openClient(logins.app, { name: 'grace-app', max: 5 })
  const mirrors = new Mirrors(directories.mirrors)
  const control: ChatControl = {
    transact: app.transact,
    config,
    repositories: repositoriesOn(mirrors),
    ...ELSEWHERE,
    hunter: hunterInProcess(),
    advisories: advisoriesFrom([...onlineSources(), importedAdvisories(directories.state)]),
    pageOf,
    progress,
  }
  return { app, mirrors, control }
}

export const openLogger = (env: Env) => pino({ level: env.logLevel, base: undefined }, pino.destination(2))
export type Logger = ReturnType<typeof openLogger>
