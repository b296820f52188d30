import type { Surveys } from '../../src/trigger-mesh/survey.ts'
import type { Db } from '../client.ts'
import { eq, sql } from '../drizzle.ts'
import { surveys } from '../schema/index.ts'

export function surveysOn(db: Db): Surveys {
  return {
    async keep({ target, detector, commit, findings }) {
      const looked = { commit, findings: [...findings], at: sql`grace.now()` }
      await db
        .insert(surveys)
        .values({ target, detector, ...looked })
        .onConflictDoUpdate({ target: [surveys.target, surveys.detector], set: looked })
    },
    async of(target) {
      return db.select().from(surveys).where(eq(surveys.target, target)).orderBy(surveys.detector)
    },
  }
}
