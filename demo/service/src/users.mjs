// The users, in SQLite. Every query is timed; a slow one is told to `onSlow`.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrations.mjs'

const BY_ID = 'SELECT id, email, name, joined FROM users WHERE id = ?'
const BY_EMAIL = 'SELECT id, email, name, joined FROM users WHERE email = ?'

/** Fills an empty table; the texts are long enough to make the table as heavy as a real one. */
function seed(database, count) {
  database
    .prepare(
      `INSERT INTO users (id, email, name, joined, about)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       SELECT i, 'user' || i || '@example.com', 'User ' || i, date('2020-01-01', (i % 2000) || ' days'),
              printf('User %d writes about things that matter, and this is what there is to read of it.', i)
       FROM n`,
    )
    .run(count)
}

export function openUsers({ file, migrations, count, slowMs = 5, onSlow = () => {} }) {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF')
  migrate(database, migrations)
  if (database.prepare('SELECT 1 FROM users LIMIT 1').get() === undefined) seed(database, count)
  const prepared = new Map([BY_ID, BY_EMAIL].map((sql) => [sql, database.prepare(sql)]))
  const timed = (sql, value) => {
    const begun = performance.now()
    const row = prepared.get(sql).get(value)
    const ms = performance.now() - begun
    if (ms > slowMs)
      onSlow({
        at: new Date().toISOString(),
        ms: Math.round(ms * 100) / 100,
        sql,
        rows: row === undefined ? 0 : 1,
      })
    return row
  }
  return {
    byId: (id) => timed(BY_ID, id),
    byEmail: (email) => timed(BY_EMAIL, email),
    schema: () =>
      database
        .prepare(
          "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'",
        )
        .all()
        .map((row) => `${row.sql};`)
        .join('\n'),
    close: () => database.close(),
  }
}
