// What a superuser does to the ledger is named by its verification.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import { spoken } from '../../src/kernel/work.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { verifyLedger } from '../../src/ledger/verify.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

const ENTRIES = 40
let db: TestDatabase

beforeEach(async () => {
  db = await freshDatabase()
  // Ten checkpoints over four entries each.
  for (let i = 0; i < ENTRIES; i += 4) {
    await db.app.transact(({ ledger }) =>
      ledger.append(
        [0, 1, 2, 3].map((j) => ({
          kind: 'Tested',
          actor: { kind: 'grace', id: 'test' },
          mission: 'm',
          facts: { i: i + j, said: spoken(`words ${i + j}`) },
        })),
      ),
    )
    await sequence({ transact: db.app.transact, keys: db.keys })
  }
})
afterEach(() => db.drop())

const verify = () => verifyLedger(ledgerPagesOn(db.app.db), db.keys.ledger.known)
/** As somebody who holds root would. */
const tamper = (statement: string) =>
  db.superuser.begin(async (sql) => {
    await sql.unsafe("set local session_replication_role = 'replica'")
    await sql.unsafe(statement)
  })
const entryOf = '(select entry from grace.ledger_leaves where seq = 17)'

test('a ledger that nobody touched is whole', async () => {
  expect(await verify()).toEqual({ ok: true, size: ENTRIES, waiting: 0, redacted: 0 })
})

describe('is named', () => {
  test.each([
    [
      'a flipped byte of an entry',
      `update grace.ledger_entries set leaf = replace(leaf, 'Tested', 'Tasted') where id = ${entryOf}`,
    ],
    [
      'a flipped byte of a hash',
      'update grace.ledger_leaves set hash = set_byte(hash, 5, get_byte(hash, 5) # 1) where seq = 17',
    ],
    [
      'a flipped byte of the chain',
      'update grace.ledger_leaves set chain = set_byte(chain, 5, get_byte(chain, 5) # 1) where seq = 17',
    ],
    ['a dropped leaf', 'delete from grace.ledger_leaves where seq = 17'],
    ['a dropped entry', `delete from grace.ledger_entries where id = ${entryOf}`],
    [
      'words that were changed',
      `update grace.ledger_texts set text = 'other words' where entry = ${entryOf}`,
    ],
    [
      'a swapped pair of leaves',
      'update grace.ledger_leaves set seq = -1 where seq = 17; update grace.ledger_leaves set seq = 17 where seq = 18; update grace.ledger_leaves set seq = 18 where seq = -1',
    ],
    [
      'a swapped pair of entries',
      `with a as (select e.id, e.leaf from grace.ledger_entries e join grace.ledger_leaves l on l.entry = e.id where l.seq = 17),
            b as (select e.id, e.leaf from grace.ledger_entries e join grace.ledger_leaves l on l.entry = e.id where l.seq = 18)
       update grace.ledger_entries e set leaf = case when e.id = a.id then b.leaf else a.leaf end from a, b where e.id in (a.id, b.id)`,
    ],
  ])('%s', async (_what, statement) => {
    await tamper(statement)
    expect(await verify()).toMatchObject({ ok: false, seq: 17 })
  })

  test('an entry that was rewritten with everything that follows from it, by the checkpoint that says another tree', async () => {
    // Whoever can rewrite entry, hash and chain of all that comes after still lacks the key.
    await tamper(`update grace.ledger_entries set leaf = replace(leaf, 'Tested', 'Tasted') where id = ${entryOf};
      update grace.ledger_leaves l set hash = sha256('\\x00'::bytea || convert_to(e.leaf, 'UTF8')) from grace.ledger_entries e where e.id = l.entry and l.seq = 17;
      do $$ declare r record; c bytea; begin
        select chain into c from grace.ledger_leaves where seq = 16;
        for r in select seq, hash from grace.ledger_leaves where seq >= 17 order by seq loop
          c := sha256(c || r.hash);
          update grace.ledger_leaves set chain = c where seq = r.seq;
        end loop;
      end $$`)
    const result = await verify()
    expect(result).toMatchObject({ ok: false, seq: 19 })
    expect(result.ok === false && result.why).toMatch(/checkpoint/)
  })

  test('a checkpoint that was forged', async () => {
    await tamper(
      "update grace.ledger_checkpoints set note = replace(note, E'\\n20\\n', E'\\n21\\n') where size = 20",
    )
    expect(await verify()).toMatchObject({ ok: false, seq: 19 })
  })

  test('an end that was cut off below a checkpoint', async () => {
    await tamper('delete from grace.ledger_leaves where seq >= 30')
    expect(await verify()).toMatchObject({ ok: false, seq: 30 })
  })
})

test('words can be redacted, and the ledger stays whole', async () => {
  await tamper(`update grace.ledger_texts set text = null where entry = ${entryOf}`)
  expect(await verify()).toMatchObject({ ok: true, redacted: 1 })
})

test('what is appended in a transaction that rolls back is not in the ledger', async () => {
  await db.app
    .transact(async ({ ledger }) => {
      await ledger.append([{ kind: 'Never', actor: { kind: 'grace', id: 'test' }, facts: {} }])
      throw new Error('rolled back')
    })
    .catch(() => {})
  await sequence({ transact: db.app.transact, keys: db.keys })
  expect(await verify()).toMatchObject({ ok: true, size: ENTRIES })
})

test('two sequencers at once number each entry once', async () => {
  await db.app.transact(({ ledger }) =>
    ledger.append(
      Array.from({ length: 100 }, (_, i) => ({
        kind: 'Tested',
        actor: { kind: 'grace' as const, id: 'test' },
        facts: { i },
      })),
    ),
  )
  const counts = await Promise.all(
    [1, 2, 3].map(() => sequence({ transact: db.app.transact, keys: db.keys })),
  )
  expect(counts.reduce((a, b) => a + b)).toBe(100)
  expect(await verify()).toMatchObject({ ok: true, size: ENTRIES + 100 })
})
