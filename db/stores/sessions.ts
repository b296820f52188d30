import type { Assurance } from '../../src/access/assurance.ts'
import type { Session, Sessions } from '../../src/parliament/session.ts'
import type { Vote } from '../../src/parliament/tally.ts'
import type { Db } from '../client.ts'
import { and, eq, sql } from '../drizzle.ts'
import { ballots, electors, members, sessions, voters } from '../schema/index.ts'

const sessionOf = (row: typeof sessions.$inferSelect): Session => ({
  ...row,
  assurance: row.assurance as Assurance,
  state: row.state as Session['state'],
  result: row.result as Session['result'],
})

export function sessionsOn(db: Db): Sessions {
  const byId = (id: string) => db.select().from(sessions).where(eq(sessions.id, id))
  return {
    async find(id) {
      const [row] = await byId(id)
      return row && sessionOf(row)
    },
    async lock(id) {
      const [row] = await byId(id).for('update')
      return row && sessionOf(row)
    },
    async electors(session) {
      return db
        .select({
          member: electors.member,
          name: electors.name,
          mayApprove: electors.mayApprove,
          author: electors.author,
          active: sql<boolean>`${members.active} and ${voters.member} is not null`,
        })
        .from(electors)
        .innerJoin(sessions, eq(sessions.id, electors.session))
        .innerJoin(members, eq(members.id, electors.member))
        .leftJoin(voters, and(eq(voters.member, electors.member), eq(voters.target, sessions.target)))
        .where(eq(electors.session, session))
        .orderBy(electors.member)
    },
    async ballots(session) {
      const rows = await db
        .select({ ballot: ballots, name: electors.name })
        .from(ballots)
        .innerJoin(electors, and(eq(electors.session, ballots.session), eq(electors.member, ballots.member)))
        .where(eq(ballots.session, session))
        .orderBy(ballots.castAt)
      return rows.map(({ ballot, name }) => ({
        ...ballot,
        name,
        vote: ballot.vote as Vote,
        assurance: ballot.assurance as Assurance,
      }))
    },
    async open(session, who) {
      await db.insert(sessions).values({ ...session, owners: [...session.owners] })
      if (who.length > 0)
        await db.insert(electors).values(who.map((elector) => ({ ...elector, session: session.id })))
    },
    async end(session, end) {
      await db.update(sessions).set(end).where(eq(sessions.id, session))
    },
    async cast(session, { member, vote, reason, via, assurance, assertion, clickedAt, carriedFrom }) {
      const row = {
        vote,
        reason,
        via,
        assurance,
        assertion,
        clickedAt,
        carriedFrom,
        castAt: sql`grace.now()`,
      }
      await db
        .insert(ballots)
        .values({ session, member, ...row })
        .onConflictDoUpdate({ target: [ballots.session, ballots.member], set: row })
    },
  }
}
