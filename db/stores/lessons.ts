import { CONCLUDED, type Concluded, type Lessons, nameOf } from '../../src/learning/lesson.ts'
import type { Db } from '../client.ts'
import { and, asc, eq, inArray } from '../drizzle.ts'
import { candidates, missions, outcomes, sessions } from '../schema/index.ts'

export const lessonsOn = (db: Db): Lessons => ({
  async of(target) {
    const rows = await db
      .select({
        mission: missions.id,
        target: missions.target,
        proposer: missions.proposer,
        authors: candidates.authors,
        trust: sessions.trust,
        outcome: outcomes.outcome,
        confirmed: outcomes.confirmed,
      })
      .from(outcomes)
      .innerJoin(missions, eq(missions.id, outcomes.mission))
      .innerJoin(candidates, eq(candidates.id, missions.candidate))
      .innerJoin(sessions, eq(sessions.id, missions.session))
      .where(
        and(
          inArray(outcomes.outcome, [...CONCLUDED]),
          target === undefined ? undefined : eq(missions.target, target),
        ),
      )
      .orderBy(asc(missions.number))
    return rows.map(({ proposer, authors, outcome, ...row }) => ({
      ...row,
      proposer: nameOf(proposer),
      authors: authors.map(nameOf),
      outcome: outcome as Concluded,
    }))
  },
})
