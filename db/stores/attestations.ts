import type { AttestationRecords } from '../../src/mission/context.ts'
import type { Db } from '../client.ts'
import { eq, sql } from '../drizzle.ts'
import { attestations } from '../schema/index.ts'

export function attestationsOn(db: Db): AttestationRecords {
  return {
    async insert(execution, { envelopes, proof }) {
      await db.insert(attestations).values({ execution, envelopes, proof, at: sql`grace.now()` })
    },
    async of(execution) {
      const [row] = await db.select().from(attestations).where(eq(attestations.execution, execution))
      return row && { envelopes: row.envelopes, proof: row.proof }
    },
  }
}
