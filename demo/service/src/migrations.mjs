// Applies migrations/NNN_name.sql in order, and takes back those that this version does not have.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The way back is kept with each migration, so that an older version can undo what a newer one did. */
export function migrate(database, directory) {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, down TEXT NOT NULL)')
  const files = readdirSync(directory)
  const wanted = files.filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql')).sort()
  const applied = database.prepare('SELECT name, down FROM migrations ORDER BY name DESC').all()
  for (const { name, down } of applied) {
    if (wanted.includes(name)) continue
    database.exec(down)
    database.prepare('DELETE FROM migrations WHERE name = ?').run(name)
  }
  const done = new Set(applied.map((row) => row.name))
  for (const name of wanted) {
    if (done.has(name)) continue
    const way = name.replace(/\.sql$/, '.down.sql')
    const down = files.includes(way) ? readFileSync(join(directory, way), 'utf8') : ''
    database.exec(readFileSync(join(directory, name), 'utf8'))
    database.prepare('INSERT INTO migrations (name, down) VALUES (?, ?)').run(name, down)
  }
}
