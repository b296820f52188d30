// The PostgreSQL that Grace starts by itself, on its good and bad days.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../../adapters/embedded/postgres.ts'
import { type Directories, openDirectories } from '../../adapters/state/directories.ts'
import { accepts, connect } from '../../db/login.ts'
import { until } from '../support/until.ts'

let root: string
let directories: Directories
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'grace-pg-'))
  chmodSync(root, 0o755)
  directories = await openDirectories(join(root, 'grace'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const start = (where = directories) => startEmbeddedPostgres(where, 'secret', accepts)
const pidFile = () => join(directories.postgres, 'data/postmaster.pid')
const pid = () => Number(readFileSync(pidFile(), 'utf8').split('\n')[0])
const alive = (process_: number) => {
  try {
    process.kill(process_, 0)
    return !readFileSync(`/proc/${process_}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
const write = async (login: Awaited<ReturnType<typeof start>>['admin'], statement: string) => {
  const sql = connect(login, { name: 'test' })
  const rows = await sql.unsafe(statement)
  await sql.end()
  return rows
}

test('keeps what is written, in a private directory, without listening on any port', async () => {
  const first = await start()
  await write(first.admin, 'create table kept (x int); insert into kept values (7)')
  expect(statSync(join(directories.postgres, 'data')).mode & 0o077).toBe(0)
  expect(await write(first.admin, 'show listen_addresses')).toMatchObject([{ listen_addresses: '' }])
  await first.stop()
  const second = await start()
  expect(await write(second.admin, 'select x from kept')).toMatchObject([{ x: 7 }])
  await second.stop()
})

test('wants its password', async () => {
  const server = await start()
  expect(await accepts({ ...server.admin, password: 'wrong' })).toBe(false)
  await server.stop()
})

test('survives a crash of the server', async () => {
  const first = await start()
  await write(first.admin, 'create table kept (x int); insert into kept values (7)')
  const server = pid()
  execFileSync('pkill', ['-9', '-f', directories.postgres])
  await until(() => !alive(server))
  const second = await start()
  expect(await write(second.admin, 'select x from kept')).toMatchObject([{ x: 7 }])
  await second.stop()
})

test('takes a pid file whose process is another program for what it is: stale', async () => {
  const first = await start()
  await first.stop()
  const other = spawn('sleep', ['30'])
  writeFileSync(pidFile(), `${other.pid}\n${join(directories.postgres, 'data')}\n`)
  const second = await start()
  expect(await accepts(second.admin)).toBe(true)
  await second.stop()
  other.kill()
})

test('a second Grace uses the running one and leaves it running', async () => {
  const first = await start()
  const second = await start()
  await write(second.admin, 'select 1')
  await second.stop()
  expect(await accepts(first.admin)).toBe(true)
  await first.stop()
  expect(await accepts(first.admin)).toBe(false)
})

test('stops when Grace is killed, and the next start goes on', async () => {
  const script = `
    import { startEmbeddedPostgres } from '${new URL('../../adapters/embedded/postgres.ts', import.meta.url).pathname}'
    import { openDirectories } from '${new URL('../../adapters/state/directories.ts', import.meta.url).pathname}'
    import { accepts } from '${new URL('../../db/login.ts', import.meta.url).pathname}'
    await startEmbeddedPostgres(await openDirectories('${directories.state}'), 'secret', accepts)
    console.log('up')
    setInterval(() => {}, 1000)`
  const grace = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => grace.stdout.once('data', resolve))
  const server = pid()
  grace.kill('SIGKILL')
  const next = await start()
  await write(next.admin, 'select 1')
  await next.stop()
  await until(() => !alive(server))
})

test('a state directory with a long path still has a socket', async () => {
  const long = await openDirectories(join(root, 'a'.repeat(90), 'grace'))
  const server = await start(long)
  expect(await accepts(server.admin)).toBe(true)
  await server.stop()
})

test('gets nothing of Grace’s environment', async () => {
  process.env.GRACE_KEY_PASSPHRASE = 'hunter2'
  const server = await start()
  delete process.env.GRACE_KEY_PASSPHRASE
  expect(readFileSync(`/proc/${pid()}/environ`, 'utf8')).not.toMatch(/hunter2/)
  await server.stop()
})
