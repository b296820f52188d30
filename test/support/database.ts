// A database of its own for a test file: a copy of the template, with a configuration written by the migrator.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { inject } from 'vitest'
import { type Client, openClient } from '../../db/client.ts'
import { writeConfiguration } from '../../db/configuration.ts'
import { connect, type Login } from '../../db/login.ts'
import type { Logins } from '../../db/roles.ts'
import { type Config, configOf } from '../../src/config/config.ts'
import { type Keyring, keyName, PURPOSES, type Purpose, ringOf, signerOf } from '../../src/keys/key.ts'
import { type Servers, TEMPLATE } from './servers.ts'

export interface TestDatabase {
  readonly logins: Logins
  /** The superuser: what only an attacker with root has. */
  readonly superuser: postgres.Sql
  readonly app: Client
  readonly executor: Client
  readonly keys: Keyring
  /** Their private halves, PKCS #8 as PEM. */
  readonly pems: Readonly<Record<Purpose, string>>
  readonly config: Config
  /** Moves the database's clock forward. */
  skip(ms: number): Promise<void>
  configure(config: Config): Promise<void>
  drop(): Promise<void>
}

export const PEOPLE = ['ada', 'ben', 'cem'] as const

/** Three people, one target that is never reached: what domain tests need. */
export const testConfig = (over: Record<string, unknown> = {}): Config =>
  configOf('test', {
    parliament: { members: PEOPLE.map((id) => ({ id })), dwell: '0s', ...(over.parliament as object) },
    targets: {
      shop: {
        repository: '/nowhere',
        live: { metrics: 'http://127.0.0.1:1/metrics' },
        deploy: { command: ['true'], rollback: ['true'] },
        ...(over.target as object),
      },
    },
  })

type Given = Pick<Servers, 'admin' | 'passwords' | 'shared'>
let given: Given | undefined
/** For programs that are no Vitest run. */
export const useServers = (servers: Given): void => {
  given = servers
}
export const sharedPlace = (): string => given?.shared ?? inject('shared')

export function newKeys(): Pick<TestDatabase, 'keys' | 'pems'> {
  const made = PURPOSES.map((purpose) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    return {
      ring: [purpose, ringOf(signerOf(keyName(purpose), privateKey))] as const,
      pem: [purpose, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()] as const,
    }
  })
  return {
    keys: Object.fromEntries(made.map(({ ring }) => ring)) as Record<Purpose, Keyring[Purpose]>,
    pems: Object.fromEntries(made.map(({ pem }) => pem)) as Record<Purpose, string>,
  }
}

export async function freshDatabase(config: Config = testConfig()): Promise<TestDatabase> {
  const { admin, passwords } = given ?? { admin: inject('admin'), passwords: inject('passwords') }
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const root = connect(admin, { name: 'test-admin' })
  await root.unsafe(`create database ${name} template ${TEMPLATE} strategy file_copy`)
  await root.unsafe(`grant create on database ${name} to grace_jobs`)
  const as = (user: string, password: string): Login => ({ ...admin, database: name, user, password })
  const logins: Logins = {
    migrator: as('grace_migrator', passwords.migrator),
    app: as('grace_app', passwords.app),
    executor: as('grace_executor', passwords.executor),
    jobs: as('grace_jobs', passwords.jobs),
  }
  const { keys, pems } = newKeys()
  const superuser = connect({ ...admin, database: name }, { name: 'test-superuser', max: 2 })
  const app = openClient(logins.app, { name: 'test-app', max: 6 })
  const executor = openClient(logins.executor, { name: 'test-executor', max: 2 })
  const configure = async (next: Config): Promise<void> => {
    const migrator = connect(logins.migrator, { name: 'test-migrator' })
    await writeConfiguration(migrator, next, keys)
    await migrator.end()
  }
  await configure(config)
  return {
    logins,
    superuser,
    app,
    executor,
    keys,
    pems,
    config,
    configure,
    async skip(ms) {
      await superuser`update grace_test.clock set shift = shift + ${`${ms} milliseconds`}::interval`
    },
    async drop() {
      await Promise.all([app.close(), executor.close(), superuser.end()])
      await root.unsafe(`drop database ${name} with (force)`)
      await root.end()
    },
  }
}
