import type { Figures } from '../../src/health/health.ts'
import type { Db } from '../client.ts'
import { sql } from '../drizzle.ts'

export async function readFigures(db: Db): Promise<Figures> {
  const [row] = await db.execute<{ figures: Figures }>(sql`
    select jsonb_build_object(
      'missions', (select coalesce(jsonb_object_agg(phase, n), '{}') from
        (select phase, count(*) as n from grace.missions group by phase) p),
      'outcomes', (select coalesce(jsonb_object_agg(outcome, n), '{}') from
        (select outcome, count(*) as n from grace.missions where outcome is not null group by outcome) o),
      'sessionsOpen', (select count(*) from grace.sessions where state = 'open'),
      'due', due.n, 'oldestDueSeconds', due.oldest,
      'givenUp', (select count(*) from grace.outbox where given_up_at is not null),
      'clicksUntold', (select count(*) from grace.inbox where told_at is null),
      'ledgerSize', (select coalesce(max(size), 0) from grace.ledger_checkpoints),
      'ledgerWaiting', (select count(*) from grace.ledger_entries e
        left join grace.ledger_leaves l on l.entry = e.id where l.entry is null)) as figures
    from (select count(*) as n, coalesce(extract(epoch from grace.now() - min(not_before)), 0)::float as oldest
          from grace.outbox where done_at is null and given_up_at is null and not_before <= grace.now()
            and (leased_until is null or leased_until < grace.now())) due`)
  return row!.figures
}
