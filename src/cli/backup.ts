// grace backup and grace restore: the database, the keys and grace.yaml in one file. Mirrors are not in it: they
// are made anew from the repositories.
import { createHash } from 'node:crypto'
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { create, extract } from 'tar'
import { z } from 'zod'
import { openDirectories } from '../../adapters/state/directories.ts'
import { copyIn, copyOut } from '../../db/backup.ts'
import { openClient } from '../../db/client.ts'
import { schemaVersion } from '../../db/migrate.ts'
import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import { migrateOnly, openDatabase, openGround, stateOf } from '../compose.ts'
import type { Env } from '../config/env.ts'
import { Refusal } from '../kernel/refusal.ts'
import { verifyLedger } from '../ledger/verify.ts'

type Say = (line: string) => void

const FORMAT = 1
const manifestSchema = z.object({
  format: z.literal(FORMAT),
  at: z.string(),
  /** Of the newest migration. */
  schema: z.number(),
  tables: z.array(
    z.object({ name: z.string(), columns: z.array(z.string()), rows: z.number(), sha256: z.string() }),
  ),
  keys: z.array(z.string().regex(/^[\w-][\w.-]*$/)),
})

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

async function inTemporary<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'grace-backup-'))
  await chmod(directory, 0o700)
  try {
    return await work(directory)
  } finally {
    // Unpacking that was cut off may still be writing.
    await rm(directory, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Beside a Grace that runs: all tables are of one moment. */
export async function backupCommand(env: Env, file: string, say: Say): Promise<void> {
  const to = resolve(file)
  if (await exists(to))
    throw new Refusal('conflict', 'backup_exists', `${to} is there already.`, 'Name another file.')
  const ground = await openGround(env)
  if (ground.demo)
    throw new Refusal(
      'invalid',
      'nothing_to_keep',
      'There is no grace.yaml: this is the demo.',
      'Write a grace.yaml (docs/configuration.md); what happens then is worth keeping.',
    )
  const database = await openDatabase(ground)
  try {
    await migrateOnly(database)
    await inTemporary(async (directory) => {
      await mkdir(join(directory, 'tables'))
      await mkdir(join(directory, 'keys'))
      const tables = await copyOut(database.logins.migrator, join(directory, 'tables'))
      const keys = await readdir(ground.directories.keys)
      for (const key of keys) await copyFile(join(ground.directories.keys, key), join(directory, 'keys', key))
      await copyFile(ground.configFile, join(directory, 'grace.yaml'))
      const manifest: z.output<typeof manifestSchema> = {
        format: FORMAT,
        at: new Date().toISOString(),
        schema: schemaVersion(),
        tables: await Promise.all(
          tables.map(async ({ name, columns, rows }) => ({
            name,
            columns: [...columns],
            rows,
            sha256: await sha256(join(directory, 'tables', name)),
          })),
        ),
        keys,
      }
      await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest, null, 2))
      await writeFile(to, '', { mode: 0o600, flag: 'wx' })
      await create({ gzip: true, file: to, cwd: directory, portable: true }, await readdir(directory))
      const rows = manifest.tables.reduce((n, table) => n + table.rows, 0)
      say(`${to}: ${manifest.tables.length} tables, ${rows} rows, the keys and grace.yaml.`)
      if (keys.some((key) => key.endsWith('.json')))
        say('The keys in it are not encrypted: keep the file where nobody else reads it.')
    })
  } finally {
    await database.embedded?.stop()
  }
}

/** Into an empty database and a state directory without a key of its own. */
export async function restoreCommand(env: Env, file: string, say: Say): Promise<void> {
  await inTemporary(async (directory) => {
    const manifest = await unpacked(resolve(file), directory)
    const directories = await openDirectories(stateOf(env))
    const there = await readdir(directories.keys)
    if (there.length > 0)
      throw new Refusal(
        'conflict',
        'key_exists',
        `${directories.keys} has keys already.`,
        'Restore into a state directory of its own: GRACE_STATE_DIR=/path grace restore …',
      )
    const config = resolve(env.config ?? 'grace.yaml')
    const hadConfig = await exists(config)
    if (!hadConfig) await copyFile(join(directory, 'grace.yaml'), config)
    for (const key of manifest.keys) {
      await copyFile(join(directory, 'keys', key), join(directories.keys, key))
      await chmod(join(directories.keys, key), 0o600)
    }
    try {
      await fill(env, directory, manifest, say)
    } catch (error) {
      // As if nothing had been tried.
      for (const key of manifest.keys) await rm(join(directories.keys, key), { force: true })
      if (!hadConfig) await rm(config, { force: true })
      throw error
    }
    say(
      `Restored to what it was at ${manifest.at}. ${hadConfig ? `${config} was left as it is.` : `${config} was written.`}`,
    )
    say('Start with: grace up')
  })
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function unpacked(file: string, directory: string) {
  const broken = (why: string) =>
    new Refusal('invalid', 'backup_broken', `${file} is no whole backup: ${why}.`, 'Take another one.')
  if (!(await exists(file)))
    throw new Refusal('not_found', 'backup_missing', `There is no ${file}.`, 'Name the file of a backup.')
  // tar leaves out what would land outside of the directory.
  await extract({ file, cwd: directory, strict: true }).catch((error: Error) => {
    throw broken(error.message)
  })
  const text = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => '{}')
  const parsed = manifestSchema.safeParse(jsonOf(text))
  if (!parsed.success) throw broken('its manifest can’t be read')
  const { data } = parsed
  if (data.schema > schemaVersion())
    throw new Refusal(
      'conflict',
      'backup_newer',
      'The backup was made by a newer Grace.',
      'Restore it with that version or a later one.',
    )
  for (const { name, sha256: digest } of data.tables)
    if ((await sha256(join(directory, 'tables', name)).catch(() => '')) !== digest)
      throw broken(`the table ${name} is not what it was`)
  return data
}

async function fill(
  env: Env,
  directory: string,
  { tables }: z.output<typeof manifestSchema>,
  say: Say,
): Promise<void> {
  const ground = await openGround(env)
  // Before anything is written: without their passphrase there is nothing to go on with.
  const { keys } = await ground.readKeys()
  const database = await openDatabase(ground)
  try {
    await migrateOnly(database)
    const { migrator, app } = database.logins
    if (!(await copyIn(migrator, join(directory, 'tables'), tables)))
      throw new Refusal(
        'conflict',
        'database_not_empty',
        'The database has missions in it already.',
        'Restore into an empty one: another DATABASE_URL, or another GRACE_STATE_DIR.',
      )
    const client = openClient(app, { name: 'grace-restore', max: 1 })
    try {
      const ledger = await verifyLedger(ledgerPagesOn(client.db), keys.ledger.known)
      say(
        ledger.ok
          ? `The ledger is whole: ${ledger.size} entries.`
          : `⚠️  The ledger is broken at entry ${ledger.seq}: ${ledger.why}. It was so in the backup.`,
      )
    } finally {
      await client.close()
    }
  } finally {
    await database.embedded?.stop()
  }
}
