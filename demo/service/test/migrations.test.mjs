import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrate } from '../src/migrations.mjs'

const tables = (database) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations'")
    .all()
    .map((row) => row.name)

test('migrations are applied once, and taken back where the version does not have them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'migrations-'))
  const database = new DatabaseSync(':memory:')
  writeFileSync(join(directory, '001_a.sql'), 'CREATE TABLE a (x)')
  writeFileSync(join(directory, '001_a.down.sql'), 'DROP TABLE a')
  writeFileSync(join(directory, '002_b.sql'), 'CREATE TABLE b (x)')
  writeFileSync(join(directory, '002_b.down.sql'), 'DROP TABLE b')
  migrate(database, directory)
  migrate(database, directory)
  assert.deepEqual(tables(database), ['a', 'b'])
  rmSync(join(directory, '002_b.sql'))
  rmSync(join(directory, '002_b.down.sql'))
  migrate(database, directory)
  assert.deepEqual(tables(database), ['a'])
  rmSync(directory, { recursive: true })
})
