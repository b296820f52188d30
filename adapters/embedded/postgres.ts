// The PostgreSQL that Grace starts when none is configured: private, on a unix socket, gone when Grace is gone.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Directories } from '../state/directories.ts'
import { type Binaries, postgresBinaries } from './binaries.ts'

const run = promisify(execFile)

/** Its superuser, on a unix socket: `host` is the socket's directory. */
export interface AdminLogin {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

/** Whether a server answers to this login now. */
export type Accepts = (login: AdminLogin) => Promise<boolean>

export interface EmbeddedPostgres {
  readonly admin: AdminLogin
  /** Ends the server if this process started it; one that was found running is left to its owner. */
  stop(): Promise<void>
}

const ADMIN = 'grace_admin'
/** A unix socket's path may have 107 bytes (Linux `sun_path`). */
const SOCKET_PATH_LIMIT = 107 - '/.s.PGSQL.5432'.length
const START_LIMIT_MS = 60_000

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '24MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  autovacuum_max_workers: '1',
  io_method: 'sync',
}

export async function startEmbeddedPostgres(
  directories: Directories,
  password: string,
  accepts: Accepts,
  settings: Record<string, string> = {},
): Promise<EmbeddedPostgres> {
  const owner = await ownerOfServer()
  const binaries = await postgresBinaries(directories.space)
  const data = join(directories.postgres, 'data')
  const socket = await socketDirectory(directories, owner)
  await mkdir(directories.postgres, { recursive: true, mode: 0o700 })
  if (owner) await chown(directories.postgres, owner.uid, owner.gid)
  const admin: AdminLogin = { host: socket, port: 5432, database: 'postgres', user: ADMIN, password }

  const running = await adopt(data, socket, () => accepts(admin))
  if (running) return { admin, stop: async () => {} }
  if (!(await stat(join(data, 'PG_VERSION')).catch(() => undefined)))
    await initialise(binaries, data, password, owner)
  const child = await launch(binaries, data, socket, { ...SETTINGS, ...settings }, owner, directories)
  await ready(child, () => accepts(admin), join(directories.postgres, 'log'))
  return {
    admin,
    async stop() {
      await stop(child)
      // Where the path was too long it is outside of the state directory, and nobody else's to tidy up.
      if (dirname(socket) === tmpdir()) await rm(socket, { recursive: true, force: true })
    },
  }
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root: then it runs as the system's `postgres`, made if missing. */
async function ownerOfServer(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const ids = async (): Promise<Owner> => ({
    uid: Number((await run('id', ['-u', 'postgres'])).stdout),
    gid: Number((await run('id', ['-g', 'postgres'])).stdout),
  })
  return ids().catch(async () => {
    await run('useradd', [
      '--system',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      '--user-group',
      'postgres',
    ])
    return ids()
  })
}

async function socketDirectory(directories: Directories, owner: Owner | undefined): Promise<string> {
  const near = join(directories.postgres, 'socket')
  const path =
    Buffer.byteLength(near) <= SOCKET_PATH_LIMIT
      ? near
      : join(tmpdir(), `grace-${(await readFile(join(directories.state, 'instance'), 'utf8')).trim()}`)
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (owner) await chown(path, owner.uid, owner.gid)
  const { uid } = await stat(path)
  if (uid !== (owner?.uid ?? process.getuid?.()))
    throw new Refusal(
      'unavailable',
      'socket_taken',
      `${path} belongs to another user.`,
      'Remove it, or set GRACE_STATE_DIR to a shorter path.',
    )
  return path
}

/**
 * True where a server already runs on this data directory: one that another Grace owns, or that outlived its
 * own. A pid file whose process is not that server is left over from a crash and goes.
 */
async function adopt(data: string, socket: string, accepted: () => Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(200)) {
    const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined)
    if (file === undefined) return false
    const pid = Number(file.split('\n')[0])
    if (!(await isServerOf(pid, data))) {
      await rm(join(data, 'postmaster.pid'), { force: true })
      await rm(join(socket, '.s.PGSQL.5432.lock'), { force: true })
      return false
    }
    // Alive: it accepts, or is starting, or is on its way out; only the last two pass.
    if (await accepted()) return true
  }
  throw new Refusal(
    'unavailable',
    'postgres_stuck',
    `The PostgreSQL in ${data} runs and does not answer.`,
    'Stop it (kill -INT its process) and start Grace again.',
  )
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return command.split('\0').includes(data)
  }
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes(data)
}

const identity = (owner: Owner | undefined) => (owner ? { uid: owner.uid, gid: owner.gid } : {})
/** Nothing of Grace's own environment: it may hold secrets. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

async function initialise(
  binaries: Binaries,
  data: string,
  password: string,
  owner: Owner | undefined,
): Promise<void> {
  const passwordFile = `${data}.password`
  await rm(data, { recursive: true, force: true })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (owner) await chown(passwordFile, owner.uid, owner.gid)
  try {
    const options = ['-D', data, '-U', ADMIN, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    await run(binaries.initdb, [...options, '--encoding=UTF8', '--locale=C', '--no-sync'], {
      ...identity(owner),
      env: ENVIRONMENT,
      cwd: '/',
    })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function launch(
  binaries: Binaries,
  data: string,
  socket: string,
  settings: Record<string, string>,
  owner: Owner | undefined,
  directories: Directories,
): Promise<ChildProcess> {
  const log = await open(join(directories.postgres, 'log'), 'a', 0o600)
  const options = Object.entries({ ...settings, unix_socket_directories: socket }).flatMap(([k, v]) => [
    '-c',
    `${k}=${v}`,
  ])
  const command = [binaries.postgres, '-D', data, ...options]
  // Its own process group, so that Ctrl-C reaches Grace only; told to stop by the kernel if Grace dies.
  if (process.platform === 'linux') command.unshift(...withParent(owner))
  const child = spawn(command[0]!, command.slice(1), {
    ...(process.platform === 'linux' ? {} : identity(owner)),
    detached: true,
    env: ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd],
  })
  child.on('error', () => {})
  await log.close()
  return child
}

const withParent = (owner: Owner | undefined): string[] => [
  'setpriv',
  ...(owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : []),
  '--pdeathsig=INT',
  '--',
]

async function ready(child: ChildProcess, accepted: () => Promise<boolean>, log: string): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break
    if (await accepted()) return
  }
  child.kill('SIGINT')
  const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n')
  throw new Refusal(
    'unavailable',
    'postgres_start_failed',
    `PostgreSQL did not start:\n${tail}`,
    `Its log is ${log}.`,
  )
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is lost. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  await Promise.race([ended, sleep(15_000, undefined, { ref: false })])
}
