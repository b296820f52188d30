// What somebody with root changes in the database of a mission that ended well, and how it is called.
import type { Rule } from './checker/checking.ts'

/** What is done, how it is undone, and the least that it is called. */
export const CHANGES: readonly (readonly [what: string, does: string, undoes: string, rule: Rule])[] = [
  [
    'how often a mission was revised',
    'update grace.missions set revisions = 2 where number = 1',
    'update grace.missions set revisions = 0',
    'revisions',
  ],
  [
    'how a mission ended',
    `update grace.missions set outcome = 'inconclusive' where number = 1`,
    `update grace.missions set outcome = 'succeeded' where number = 1`,
    'phases',
  ],
  [
    'an execution that goes on',
    'update grace.executions set finished_at = null',
    "update grace.executions set finished_at = watch_until + interval '1 second'",
    'rows',
  ],
  [
    'who may approve',
    `update grace.electors set may_approve = false where member = 'cem'`,
    'update grace.electors set may_approve = true',
    'electorate',
  ],
  [
    'a ballot',
    `update grace.ballots set vote = 'approve' where member = 'cem'`,
    `update grace.ballots set vote = 'abstain' where member = 'cem'`,
    'ballots',
  ],
  [
    'where a ballot comes from',
    `update grace.ballots set carried_from = 'session_of_old' where member = 'cem'`,
    'update grace.ballots set carried_from = null',
    'carried',
  ],
  [
    'who is who',
    `insert into grace.accounts (platform, account, name, member, source, since)
     values ('slack', 'T0HOME/U0BEN', 'ben', 'ada', 'link', (select min(opened_at) from grace.sessions))`,
    `delete from grace.accounts where source = 'link'`,
    'oneHuman',
  ],
  [
    'what became of a click',
    `update grace.inbox set outcome = 'not_counted' where vote = 'approve' and name = 'ben'`,
    `update grace.inbox set outcome = 'counted' where vote = 'approve' and name = 'ben'`,
    'receipts',
  ],
  [
    'the trust that was shown',
    `update grace.sessions set trust = trust - 1 where mission in (select mission from grace.executions)`,
    `update grace.sessions set trust = trust + 1 where mission in (select mission from grace.executions)`,
    'bound',
  ],
  [
    'an answer to a check',
    `update grace.checks set verdict = 'unknown' where check_id = 'safety'`,
    `update grace.checks set verdict = 'pass' where check_id = 'safety'`,
    'conditions',
  ],
  [
    'the time of a checkpoint',
    `update grace.ledger_checkpoints set at = at + interval '1 hour'`,
    `update grace.ledger_checkpoints set at = at - interval '1 hour'`,
    'checkpoint',
  ],
  [
    'a signature',
    `update grace.ledger_checkpoints set note = replace(note, '— ', '– ')`,
    `update grace.ledger_checkpoints set note = replace(note, '– ', '— ')`,
    'ledger',
  ],
  [
    'an entry of the ledger',
    `update grace.ledger_entries set leaf = replace(leaf, '"vote":"abstain"', '"vote":"approve_"')`,
    `update grace.ledger_entries set leaf = replace(leaf, '"vote":"approve_"', '"vote":"abstain"')`,
    'ledger',
  ],
  [
    'an outcome',
    'update grace.outcomes set confirmed = true',
    'update grace.outcomes set confirmed = null',
    'history',
  ],
  [
    'words that say a token',
    `update grace.ledger_texts set text = 'xoxb-1234567890 ' || text`,
    `update grace.ledger_texts set text = substring(text from 17)`,
    'secrets',
  ],
  [
    'what is still to be done',
    `insert into grace.outbox (kind, payload, not_before, created_at)
     values ('announce', '{}', grace.now() - interval '1 hour', grace.now())`,
    `delete from grace.outbox where payload = '{}'`,
    'outbox',
  ],
  [
    'a rollback that nobody began',
    `insert into grace.rollbacks (mission, execution, reason, verified, started_at, finished_at)
     select mission, id, '', true, grace.now(), grace.now() from grace.executions`,
    'delete from grace.rollbacks',
    'rollback',
  ],
  [
    'a change that was refused before',
    `update grace.candidates c set patch = o.patch from grace.candidates o
     where c.refused is not null and o.refused is null;
     update grace.candidates set created_at = created_at + interval '1 hour' where refused is null`,
    '',
    'refused',
  ],
]
