import type { Transcripts } from '../../src/proposing/agent.ts'
import type { Db } from '../client.ts'
import { and, asc, eq, sql } from '../drizzle.ts'
import { transcripts } from '../schema/index.ts'

export const transcriptsOn = (db: Db): Transcripts => ({
  async insert(record) {
    await db.insert(transcripts).values({ ...record, at: sql`grace.now()` })
  },
  async of(mission) {
    return db
      .select({
        mission: transcripts.mission,
        agent: transcripts.agent,
        digest: transcripts.digest,
        ended: transcripts.ended,
        tokens: transcripts.tokens,
        requests: transcripts.requests,
        wallMs: transcripts.wallMs,
        at: transcripts.at,
      })
      .from(transcripts)
      .where(eq(transcripts.mission, mission))
      .orderBy(asc(transcripts.number))
  },
  async text(mission, digest) {
    const [row] = await db
      .select({ transcript: transcripts.transcript })
      .from(transcripts)
      .where(and(eq(transcripts.mission, mission), eq(transcripts.digest, digest)))
      .limit(1)
    return row?.transcript
  },
})
