// PostgreSQL as the debugger: whoever is about to commit a certain row waits there, is killed with -9, and then the
// server either forgets the transaction (the process died before the commit) or finishes it (it died without learning
// that it had committed). The product has no hook for this.
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'

export interface CrashPoint {
  /** `insert` or `update`. */
  readonly on: 'insert' | 'update'
  /** Of the schema `grace`. */
  readonly table: string
  /** Condition on `new` and, for an update, `old`. */
  readonly when: string
}
export type Fate = 'before' | 'after'

const LOCK = [99, 1] as const

export async function prepareCrashPoints(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create schema if not exists chaos;
    create or replace function chaos.hold() returns trigger language plpgsql security definer
      set search_path = pg_catalog as $$ begin perform pg_advisory_xact_lock_shared(${LOCK}); return null; end $$`)
}

export interface Armed {
  /** Pid of the Grace process that waits there; undefined while none does. */
  victim(): Promise<number | undefined>
  /** After the victim is dead. */
  decide(fate: Fate): Promise<void>
  disarm(): Promise<void>
}

/** `sql` holds the lock until then: it must have a connection of its own. */
export async function arm(sql: postgres.Sql, { on, table, when }: CrashPoint): Promise<Armed> {
  const held = await sql.reserve()
  await held`select pg_advisory_lock(${LOCK[0]}, ${LOCK[1]})`
  // Deferred: it fires at the commit, when everything else of the transaction is done.
  await sql.unsafe(`create constraint trigger chaos_point after ${on} on grace.${table}
    deferrable initially deferred for each row when (${when}) execute function chaos.hold()`)
  let backend: number | undefined
  const gone = async () =>
    (await sql`select 1 from pg_stat_activity where pid = ${backend ?? 0}`).length === 0
  const disarm = async () => {
    await held`select pg_advisory_unlock(${LOCK[0]}, ${LOCK[1]})`
    held.release()
    await sql.unsafe(`drop trigger if exists chaos_point on grace.${table}`)
  }
  return {
    async victim() {
      const [row] = await sql<{ pid: number }[]>`
        select pid from pg_locks where locktype = 'advisory' and classid = ${LOCK[0]} and objid = ${LOCK[1]} and not granted`
      if (!row) return undefined
      backend = row.pid
      return clientOf(row.pid)
    },
    async decide(fate) {
      if (fate === 'before') await sql`select pg_terminate_backend(${backend!})`
      else await held`select pg_advisory_unlock(${LOCK[0]}, ${LOCK[1]})`
      while (!(await gone())) await sleep(10)
      if (fate === 'after') await held`select pg_advisory_lock(${LOCK[0]}, ${LOCK[1]})`
    },
    disarm,
  }
}

/** The process at the other end of a backend's unix socket. */
export function clientOf(backend: number): number | undefined {
  const rows = execFileSync('ss', ['-xpH'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => {
      const fields = line.trim().split(/\s+/)
      return {
        own: fields[5],
        peer: fields[7],
        pids: [...line.matchAll(/pid=(\d+)/g)].map((one) => Number(one[1])),
      }
    })
  const server = rows.filter((row) => row.pids.includes(backend)).map((row) => row.peer)
  return rows.find((row) => row.own !== undefined && server.includes(row.own) && row.pids.length > 0)?.pids[0]
}
