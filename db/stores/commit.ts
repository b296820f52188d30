// Ledger and outbox: what a verb writes beside its own nouns.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock, Ledger, Outbox } from '../../src/kernel/work.ts'
import { leafOf } from '../../src/ledger/leaf.ts'
import { type Db, databaseNow } from '../client.ts'
import { sql } from '../drizzle.ts'
import { ledgerEntries, ledgerTexts, outbox } from '../schema/index.ts'
import { ahead } from './time.ts'

export const clockOn = (db: Db): Clock => ({ now: () => databaseNow(db) })

export const ledgerOn = (db: Db): Ledger => ({
  async append(entries) {
    if (entries.length === 0) return []
    const at = await databaseNow(db)
    const leaves = entries.map((entry) => {
      const id = randomUUID()
      return {
        id,
        mission: entry.mission ?? null,
        ...leafOf(entry, id, at, () => randomBytes(32).toString('hex')),
      }
    })
    await db.insert(ledgerEntries).values(leaves.map(({ id, mission, leaf }) => ({ id, mission, leaf })))
    const texts = leaves.flatMap((leaf) => leaf.texts.map((text) => ({ ...text, entry: leaf.id })))
    if (texts.length > 0) await db.insert(ledgerTexts).values(texts)
    return leaves.map((leaf) => leaf.id)
  },
})

export const outboxOn = (db: Db): Outbox => ({
  async add(effects) {
    if (effects.length === 0) return
    const now = sql`grace.now()`
    await db
      .insert(outbox)
      .values(
        effects.map(({ kind, payload, key, afterMs }) => ({
          kind,
          payload,
          key: key ?? null,
          notBefore: ahead(afterMs ?? 0),
          createdAt: now,
        })),
      )
      .onConflictDoNothing()
  },
})
