// What is said of a mission is said in order, whoever carries it out.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outstandingOn } from '../../db/stores/outstanding.ts'
import type { Effect } from '../../src/kernel/work.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeEach(async () => {
  db = await freshDatabase()
})
afterEach(() => db.drop())

const add = (...effects: Effect[]) => db.app.transact(({ outbox }) => outbox.add(effects))
const line = (mission: string, n: number, channel = 'C1'): Effect => ({
  kind: 'say:slack',
  payload: { mission, channel, key: `${mission}-${channel}-${n}`, line: `${n}` },
})
const dueKeys = async () => {
  const effects = outstandingOn(db.app.db)
  const due = await effects.due(50)
  const grouped = await effects.dueOfEach([['say:slack', 'announce', 'test-candidate']], 50)
  expect(grouped.map((one) => one.id).sort()).toEqual(due.map((one) => one.id).sort())
  return (
    await db.superuser`select payload->>'key' as key from grace.outbox where id in ${db.superuser([
      0,
      ...due.map((one) => one.id),
    ])} order by id`
  ).map((row) => row.key)
}

test('a line waits for the one before it, of the same mission and channel only', async () => {
  await add(line('a', 1), line('a', 2), line('b', 1), line('a', 1, 'C2'))
  expect(await dueKeys()).toEqual(['a-C1-1', 'b-C1-1', 'a-C2-1'])
  const effects = outstandingOn(db.app.db)
  const rows = await db.superuser<{ id: string; key: string }[]>`
    select id, payload->>'key' as key from grace.outbox order by id`
  const [first, second] = rows.map((row) => Number(row.id))
  expect(await effects.lease(second!, 'me', 10_000), 'nor is it leased out of its turn').toBeUndefined()
  expect(await effects.lease(first!, 'me', 10_000)).toBeDefined()
  expect(await dueKeys()).toEqual(['b-C1-1', 'a-C2-1'])
  await effects.done(first!, 'me')
  expect(await dueKeys()).toEqual(['a-C1-2', 'b-C1-1', 'a-C2-1'])
})

test('one that fails again and again holds the others up for minutes, not for ever', async () => {
  await add(line('a', 1), line('a', 2))
  await db.superuser`update grace.outbox set attempts = 19, not_before = grace.now() + interval '1 min' where payload->>'key' = 'a-C1-1'`
  expect(await dueKeys()).toEqual([])
  await db.superuser`update grace.outbox set attempts = 20 where payload->>'key' = 'a-C1-1'`
  expect(await dueKeys()).toEqual(['a-C1-2'])
})

test('what is not said is done in any order', async () => {
  await add(
    { kind: 'test-candidate', payload: { mission: 'a' } },
    { kind: 'test-candidate', payload: { mission: 'a' } },
  )
  expect(await outstandingOn(db.app.db).due(50)).toHaveLength(2)
})
