// A seat has one holder at a time, and the next one within seconds of its end, however that came.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect } from '../../db/login.ts'
import { seatedAt, takeSeat } from '../../db/seat.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let db: TestDatabase
beforeEach(async () => {
  db = await freshDatabase()
})
afterEach(() => db.drop())

const never = () => new AbortController().signal
const holder = async () => {
  const [row] = await db.superuser<{ pid: number }[]>`
    select l.pid from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and l.granted and d.datname = current_database()`
  return row?.pid
}

test('the second one waits, says so, and has it when the first one leaves', async () => {
  const first = await takeSeat(db.logins.app, 'discord', never(), () => {})
  let waits = 0
  const second = takeSeat(db.logins.app, 'discord', never(), () => void waits++)
  await until(() => waits > 0)
  const other = await takeSeat(db.logins.app, 'another', never(), () => {})
  await other.leave()
  await first.leave()
  expect(first.held()).toBe(false)
  const now = await second
  expect(now.held()).toBe(true)
  await now.leave()
})

test('a holder whose connection is cut knows it, and the next one has it within seconds', async () => {
  const first = await takeSeat(db.logins.app, 'discord', never(), () => {})
  const second = takeSeat(db.logins.app, 'discord', never(), () => {})
  await db.superuser`select pg_terminate_backend(${(await holder())!})`
  const now = await second
  expect(now.held()).toBe(true)
  await until(() => !first.held(), 5_000)
  await first.leave()
  await now.leave()
})

test('neither idleness nor age ends the connection that holds it', async () => {
  const sql = connect(db.logins.app, { name: 'lasting', lasting: true })
  expect([sql.options.idle_timeout, sql.options.max_lifetime]).toEqual([0, null])
  await sql.end()
})

test('who waits can be told to stop, and leaves nothing behind', async () => {
  const first = await takeSeat(db.logins.app, 'discord', never(), () => {})
  const stop = new AbortController()
  const second = takeSeat(db.logins.app, 'discord', stop.signal, () => stop.abort())
  await expect(second).rejects.toThrow(/abort/)
  await first.leave()
  await until(async () => (await holder()) === undefined)
})

test('work is done one at a time, and a fault in it frees the seat', async () => {
  let [at, most] = [0, 0]
  const work = async () => {
    most = Math.max(most, ++at)
    await new Promise((resolve) => setTimeout(resolve, 50))
    at--
    throw new Error('broken')
  }
  const all = await Promise.allSettled([1, 2, 3].map(() => seatedAt(db.logins.app, 'live on shop', work)))
  expect(all.map((one) => one.status === 'rejected' && one.reason.message)).toEqual(Array(3).fill('broken'))
  expect(most).toBe(1)
})
