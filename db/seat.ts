// A seat that one process at a time holds, among all on this database. It is free the moment its holder's connection
// ends, however it ended.
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Login } from './login.ts'

const SEATS = 7305
const LOOK_MS = 1_000
/** A machine that vanished is noticed by the server in about this long (seconds), not after hours. */
const KEEPALIVE = { tcp_keepalives_idle: '5', tcp_keepalives_interval: '2', tcp_keepalives_count: '3' }

export interface Seat {
  /** Whether it is still held: a connection that broke has given it up. */
  held(): boolean
  leave(): Promise<void>
}

/** Waits until the seat is free; `waiting` is called where somebody else holds it. Throws where `signal` aborts. */
export async function takeSeat(
  login: Login,
  name: string,
  signal: AbortSignal,
  waiting: () => void,
): Promise<Seat> {
  const sql = connect(login, { name: `grace-seat-${name}`, lasting: true, settings: KEEPALIVE })
  try {
    for (;;) {
      signal.throwIfAborted()
      const [row] =
        await sql`select pg_try_advisory_lock(${SEATS}, hashtext(${name})) as mine, pg_backend_pid() as pid`
      if (row?.mine === true) return hold(sql, Number(row.pid))
      waiting()
      await sleep(LOOK_MS, undefined, { signal })
    }
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
}

/** Carries it out while nobody else sits there, however long that takes to come. */
export async function seatedAt<T>(login: Login, name: string, work: () => Promise<T>): Promise<T> {
  const seat = await takeSeat(login, name, new AbortController().signal, () => {})
  try {
    return await work()
  } finally {
    await seat.leave()
  }
}

/** The lock is the connection's: another backend behind it means that it was lost. */
function hold(sql: ReturnType<typeof connect>, pid: number): Seat {
  let held = true
  const timer = setInterval(() => {
    sql`select pg_backend_pid() as pid`.then(
      ([row]) => {
        if (Number(row?.pid) !== pid) held = false
      },
      () => {
        held = false
      },
    )
  }, LOOK_MS)
  return {
    held: () => held,
    async leave() {
      held = false
      clearInterval(timer)
      await sql.end({ timeout: 1 })
    },
  }
}
