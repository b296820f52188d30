import { type Processes, SILENT_MS } from '../../src/health/processes.ts'
import type { Db } from '../client.ts'
import { asc, eq, gt, lt } from '../drizzle.ts'
import { processes } from '../schema/index.ts'
import { ahead, now } from './time.ts'

const FORGOTTEN_MS = 86_400_000

export const processesOn = (db: Db): Processes => ({
  async beat(self) {
    await db
      .insert(processes)
      .values({ ...self, startedAt: now, seenAt: now })
      .onConflictDoUpdate({ target: processes.id, set: { parts: self.parts, seenAt: now } })
  },
  living: () =>
    db
      .select()
      .from(processes)
      .where(gt(processes.seenAt, ahead(-SILENT_MS)))
      .orderBy(asc(processes.startedAt)),
  async leave(id) {
    await db.delete(processes).where(eq(processes.id, id))
    await db.delete(processes).where(lt(processes.seenAt, ahead(-FORGOTTEN_MS)))
  },
})
