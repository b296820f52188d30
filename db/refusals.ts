// What the database refuses, as refusals of Grace's own. By SQLSTATE, never by message text.
import { Refusal } from '../src/kernel/refusal.ts'

interface PgError {
  code: string
  message: string
  constraint_name?: string
}

function pgError(error: unknown): PgError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code))
      return at as unknown as PgError
  return undefined
}

/** SQLSTATE of a database error, however deep it was wrapped. */
export const sqlStateOf = (error: unknown): string | undefined => pgError(error)?.code

const LOOK = 'The mission is held until this is mended.'
/** SQLSTATEs of the gate and its guards (db/migrations). */
const CODES: Readonly<Record<string, readonly [code: string, next: string]>> = {
  GR001: ['isolation_refused', 'Use READ COMMITTED.'],
  GR010: ['session_not_found', 'List missions to see what is open.'],
  GR011: ['session_not_open', 'See the mission for what became of it.'],
  GR012: ['deadline_passed', 'See the mission for what became of it.'],
  GR013: ['not_an_elector', 'Only the session’s electorate votes.'],
  GR014: ['not_active', 'Ask to be a voter of the target again.'],
  GR015: ['author_may_not_approve', 'You may reject or abstain.'],
  GR017: ['older_click', 'Your newer vote stands.'],
  GR018: ['passkey_needed', 'Approve it in the console, with your passkey.'],
  GR020: ['session_refused', LOOK],
  GR021: ['session_terminal', 'Terminal is terminal.'],
  GR031: ['mission_complete', 'Open a new mission.'],
  GR100: ['gate_no_approval', LOOK],
  GR101: ['gate_session_not_passed', LOOK],
  GR102: ['gate_not_trusted', LOOK],
  GR103: ['gate_governance', LOOK],
  GR104: ['gate_constitution', LOOK],
  GR105: ['gate_security', LOOK],
  GR106: ['gate_not_what_was_seen', LOOK],
  GR107: ['gate_no_checkpoint', LOOK],
  GR108: ['gate_frozen', 'Resume the target: grace resume <target>.'],
  GR109: ['gate_stopped', 'People lift a stop by a vote: /grace lift.'],
  GR110: ['not_lifted_yet', 'The others say it with: /grace lift.'],
  GR112: ['gate_key_not_valid', 'Measure the change again: it is signed anew with a key that is valid.'],
  GR113: [
    'gate_ledger_inconsistent',
    'Run: grace ledger verify. It names the first entry that is not what it was.',
  ],
}

/** The refusal that a database error stands for; the error itself where it is a fault. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const pg = pgError(error)
  if (!pg) return error
  const known = CODES[pg.code]
  if (known)
    return new Refusal(
      'conflict',
      known[0],
      `${pg.message[0]?.toUpperCase()}${pg.message.slice(1)}.`,
      known[1],
    )
  if (pg.code === '23505' && pg.constraint_name === 'executions_live')
    return new Refusal(
      'conflict',
      'target_busy',
      'Another execution is live on this target.',
      'It waits for that one to end.',
    )
  if (pg.code === '23505' && pg.constraint_name === 'executions_session_unique')
    return new Refusal(
      'conflict',
      'unlock_consumed',
      'This session was executed already.',
      'An unlock is consumed once.',
    )
  return error
}
