// Playbook: finds the index that slow queries of a SQLite database lack, and writes the migration for it.
//
// Runs in a sandbox with the repository as its working directory. In $GRACE_EVIDENCE: slow-query.log (one JSON object
// a line: {"ms", "sql"}) and schema.sql. What it leaves in migrations/ is the candidate; what it prints is its reason.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { writeMigration } from './write-migration.mjs'

const evidence = process.env.GRACE_EVIDENCE ?? '.'

/** Slow queries by their text, the most expensive first. A line that is no record is passed over. */
function slowQueries() {
  const bySql = new Map()
  for (const line of readFileSync(join(evidence, 'slow-query.log'), 'utf8').split('\n')) {
    let record
    try {
      record = JSON.parse(line)
    } catch {
      continue
    }
    if (typeof record?.sql !== 'string' || !(record.ms > 0)) continue
    const seen = bySql.get(record.sql) ?? { sql: record.sql, count: 0, ms: 0 }
    bySql.set(record.sql, { ...seen, count: seen.count + 1, ms: seen.ms + record.ms })
  }
  return [...bySql.values()].sort((a, b) => b.ms - a.ms)
}

const plan = (database, sql) =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row.detail))

/** Columns that the query compares with a value, in the order in which they stand. */
const comparedColumns = (sql) => {
  const where = /\bWHERE\b([\s\S]*?)(?:\bGROUP\b|\bORDER\b|\bLIMIT\b|$)/i.exec(sql)?.[1] ?? ''
  return [...where.matchAll(/([A-Za-z_]\w*)\s*=\s*(?:\?|:\w+|@\w+|\$\w+)/g)].map((match) => match[1])
}

/** The index that turns the query's scan into a search, tried on the real schema; undefined where none does. */
function missingIndex(schema, sql) {
  const database = new DatabaseSync(':memory:')
  try {
    database.exec(schema)
    const before = plan(database, sql)
    const table = before.map((line) => /^SCAN (\w+)(?!.*USING)/.exec(line)?.[1]).find(Boolean)
    const known = table ? database.prepare('SELECT name FROM pragma_table_info(?)').all(table) : []
    const columns = comparedColumns(sql).filter((column) => known.some((row) => row.name === column))
    if (!table || columns.length === 0) return undefined
    const name = `${table}_${columns.join('_')}`
    database.exec(`CREATE INDEX ${name} ON ${table} (${columns.join(', ')})`)
    const after = plan(database, sql)
    return after.some((line) => line.includes(`INDEX ${name}`))
      ? { name, table, columns, before, after }
      : undefined
  } catch {
    return undefined
  } finally {
    database.close()
  }
}

const schema = readFileSync(join(evidence, 'schema.sql'), 'utf8')
for (const query of slowQueries()) {
  const index = missingIndex(schema, query.sql)
  if (!index) continue
  const why = `-- ${query.count} slow queries compared ${index.columns.join(', ')}: ${index.before.join('; ')} becomes ${index.after.join('; ')}.\n`
  writeMigration(
    `index_${index.name}`,
    `${why}CREATE INDEX ${index.name} ON ${index.table} (${index.columns.join(', ')});\n`,
    `DROP INDEX ${index.name};\n`,
  )
  console.log(
    `index on ${index.table} (${index.columns.join(', ')}): ${query.count} slow queries took ${Math.round(query.ms)} ms; ${index.before.join('; ')} becomes ${index.after.join('; ')}`,
  )
  process.exit(0)
}
console.log('no slow query that an index would help')
