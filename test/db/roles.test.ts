import { expect, inject, test } from 'vitest'
import { connect } from '../../db/login.ts'
import { ensureDatabase, ensureLogins } from '../../db/roles.ts'

test('several Graces of one server start at the same time, each on a database of its own', async () => {
  const admin = inject('admin')
  const names = Array.from({ length: 6 }, (_, i) => `roles_${process.pid}_${i}`)
  for (const name of names) await ensureDatabase(admin, name)
  const all = await Promise.all(
    names.flatMap((database) =>
      Array.from({ length: 3 }, () => ensureLogins({ ...admin, database }, inject('passwords'))),
    ),
  )
  for (const { app } of all) expect(app.user).toBe('grace_app')
  const sql = connect(admin, { name: 'test-roles' })
  for (const name of names) await sql.unsafe(`drop database ${name} with (force)`)
  await sql.end()
})
