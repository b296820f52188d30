import type { CapaRecord, Capas } from '../../src/execution/capa.ts'
import type { Db } from '../client.ts'
import { eq } from '../drizzle.ts'
import { capas } from '../schema/index.ts'

export function capasOn(db: Db): Capas {
  const one = (mission: string) => db.select().from(capas).where(eq(capas.mission, mission)).limit(1)
  const read = ({ openedAt: _, state, ...row }: typeof capas.$inferSelect): CapaRecord => ({
    ...row,
    state: state as CapaRecord['state'],
  })
  return {
    async of(mission) {
      const [row] = await one(mission)
      return row && read(row)
    },
    async lock(mission) {
      const [row] = await one(mission).for('update')
      return row && read(row)
    },
    async save({ id, owner, cause, corrective, preventive, state, dueAt }) {
      await db
        .update(capas)
        .set({ owner, cause, corrective, preventive, state, dueAt })
        .where(eq(capas.id, id))
    },
  }
}
