// The next numbered migration and its way back, as the missing-index playbooks leave them. False where one of that name is there.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function writeMigration(name, up, down) {
  const directory = process.env.MIGRATIONS_DIR ?? 'migrations'
  const there = readdirSync(directory)
  if (there.some((file) => file.replace(/^\d+_/, '') === `${name}.sql`)) return false
  const numbers = there.map((file) => Number(/^(\d+)_/.exec(file)?.[1] ?? 0))
  const file = `${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}_${name}`
  writeFileSync(join(directory, `${file}.sql`), up)
  writeFileSync(join(directory, `${file}.down.sql`), down)
  return true
}
