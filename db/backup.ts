// Every table of Grace's own, out of one snapshot and back into an empty schema, as the migrator.
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'
import { connect, type Login } from './login.ts'

export interface TableCopy {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
}

/** Who is there is said anew by those who are; what the migrations wrote is there already. */
const LEFT_OUT = new Set(['processes', 'allowed_transitions'])

const quoted = (name: string): string => JSON.stringify(name)

/** Tables, those first that others refer to. */
async function tablesOf(sql: postgres.TransactionSql): Promise<{ name: string; columns: string[] }[]> {
  const rows = await sql<{ name: string; columns: string[]; refers: string[] }[]>`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select array_agg(f.relname::text) from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f'), '{}') as refers
    from pg_class c where c.relnamespace = 'grace'::regnamespace and c.relkind = 'r' order by c.relname`
  const left = rows.filter((row) => !LEFT_OUT.has(row.name))
  const ordered: typeof left = []
  while (left.length > 0) {
    const next = left.findIndex((row) => row.refers.every((name) => !left.some((one) => one.name === name)))
    if (next < 0) throw new Error(`tables refer to each other in a circle: ${left.map((row) => row.name)}`)
    ordered.push(...left.splice(next, 1))
  }
  return ordered.map(({ name, columns }) => ({ name, columns: [...columns] }))
}

/** A file for each table in `directory`, all of one moment. */
export async function copyOut(migrator: Login, directory: string): Promise<readonly TableCopy[]> {
  const sql = connect(migrator, { name: 'grace-backup' })
  try {
    return await sql.begin('isolation level repeatable read read only', async (tx) => {
      const copies: TableCopy[] = []
      for (const { name, columns } of await tablesOf(tx)) {
        const [count] = await tx.unsafe(`select count(*)::int as n from grace.${quoted(name)}`)
        const out = await tx
          .unsafe(`copy grace.${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout`)
          .readable()
        await pipeline(out, createWriteStream(join(directory, name), { mode: 0o600 }))
        copies.push({ name, columns, rows: count!.n })
      }
      return copies
    })
  } finally {
    await sql.end()
  }
}

/** All of it or nothing: false where something has happened here already. Triggers guard what happens, not what has happened: they sleep meanwhile. */
export async function copyIn(
  migrator: Login,
  directory: string,
  copies: readonly TableCopy[],
): Promise<boolean> {
  const sql = connect(migrator, { name: 'grace-restore' })
  try {
    return await sql.begin(async (tx) => {
      await tx`lock table grace.missions, grace.ledger_entries in access exclusive mode`
      const [row] = await tx`
        select (select count(*) from grace.missions) + (select count(*) from grace.ledger_entries) as n`
      if (Number(row?.n) > 0) return false
      const tables = await tablesOf(tx)
      const wanted = tables.flatMap((table) => copies.filter((copy) => copy.name === table.name))
      for (const { name } of wanted) await tx.unsafe(`alter table grace.${quoted(name)} disable trigger user`)
      // What the start wrote from grace.yaml gives way; whoever refers to others goes first.
      for (const { name } of wanted.toReversed()) await tx.unsafe(`delete from grace.${quoted(name)}`)
      for (const { name, columns } of wanted) {
        const into = await tx
          .unsafe(`copy grace.${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`)
          .writable()
        await pipeline(createReadStream(join(directory, name)), into)
        await tx.unsafe(`alter table grace.${quoted(name)} enable trigger user`)
      }
      await tx`
        select setval(pg_get_serial_sequence('grace.' || quote_ident(table_name), column_name),
          (xpath('/row/m/text()', query_to_xml(format('select coalesce(max(%I), 0) + 1 as m from grace.%I', column_name, table_name),
            false, true, '')))[1]::text::bigint, false)
        from information_schema.columns where table_schema = 'grace' and is_identity = 'YES'`
      return true
    })
  } finally {
    await sql.end()
  }
}
