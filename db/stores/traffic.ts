// Live traffic, as it was read and as it was.
import type { Histories } from '../../src/monitoring/history.ts'
import type { Samples, Scrapes } from '../../src/monitoring/samples.ts'
import type { Db } from '../client.ts'
import { and, desc, eq, gt, lt, lte } from '../drizzle.ts'
import { history, samples, scrapes } from '../schema/index.ts'

export function samplesOn(db: Db): Samples {
  return {
    async add(target, sample) {
      await db
        .insert(samples)
        .values({ target, ...sample })
        .onConflictDoNothing()
    },
    async until(target) {
      const [row] = await db
        .select({ at: samples.at })
        .from(samples)
        .where(eq(samples.target, target))
        .orderBy(desc(samples.at))
        .limit(1)
      return row?.at
    },
    async between(target, from, to) {
      return db
        .select()
        .from(samples)
        .where(and(eq(samples.target, target), gt(samples.at, from), lte(samples.at, to)))
        .orderBy(samples.at)
    },
    async prune(before) {
      await db.delete(samples).where(lt(samples.at, before))
    },
  }
}

export function scrapesOn(db: Db): Scrapes {
  return {
    async last(target) {
      const [row] = await db.select().from(scrapes).where(eq(scrapes.target, target)).for('update')
      return row
    },
    async keep(target, at, counters) {
      await db
        .insert(scrapes)
        .values({ target, at, counters })
        .onConflictDoUpdate({ target: scrapes.target, set: { at, counters } })
    },
  }
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const AT_ONCE = 1_000

export function historyOn(db: Db): Histories {
  return {
    async until(target) {
      const [row] = await db
        .select({ at: history.at })
        .from(history)
        .where(eq(history.target, target))
        .orderBy(desc(history.at))
        .limit(1)
      return row?.at
    },
    async add(target, windows) {
      for (let i = 0; i < windows.length; i += AT_ONCE)
        await db
          .insert(history)
          .values(windows.slice(i, i + AT_ONCE).map((window) => ({ target, ...window })))
          .onConflictDoNothing()
    },
    async between(target, from, to) {
      return db
        .select()
        .from(history)
        .where(and(eq(history.target, target), gt(history.at, from), lte(history.at, to)))
        .orderBy(history.at)
    },
    async prune(before) {
      await db.delete(history).where(lt(history.at, before))
    },
  }
}
