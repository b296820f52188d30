// What the checker reads of PostgreSQL: every table that it needs, in one snapshot, as plain rows.
import type postgres from 'postgres'

/** Milliseconds since the epoch; PostgreSQL's microseconds are its fraction. */
export type Moment = number

export interface ActorRef {
  readonly kind: string
  readonly id: string
}
interface Policy {
  readonly digest: string
  readonly target: string
  readonly current: boolean
  readonly threshold: number
  readonly min_approvals: number
  readonly share: number
  readonly dwell_ms: number
  readonly deadline_ms: number
  readonly required_checks: readonly string[]
  readonly demo: boolean
  readonly body: { readonly policy?: { readonly watch?: number; readonly max_executions_per_day?: number } }
}
interface Account {
  readonly platform: string
  readonly account: string
  readonly member: string
  readonly source: string
  readonly since: Moment
  readonly until: Moment | null
}
export interface Mission {
  readonly id: string
  readonly number: number
  readonly target: string
  readonly phase: string
  readonly outcome: string | null
  readonly reason: string
  readonly held_by: readonly string[]
  readonly claims: readonly { readonly kind: string }[]
  readonly proposer: ActorRef
  readonly opportunity: string | null
  readonly candidate: string | null
  readonly evidence: string | null
  readonly session: string | null
  readonly revisions: number
  readonly completed_at: Moment | null
}
export interface Candidate {
  readonly id: string
  readonly mission: string
  readonly revision: number
  readonly base_commit: string
  readonly tree: string
  readonly patch: string
  readonly patch_id: string
  readonly digest: string
  readonly authors: readonly ActorRef[]
  readonly refused: string | null
  readonly created_at: Moment
}
export interface Evidence {
  readonly id: string
  readonly candidate: string
  readonly digest: string
  readonly isolation: string
  readonly body: unknown
  readonly signature: {
    readonly payloadType: string
    readonly payload: string
    readonly signatures: readonly { readonly sig: string }[]
  }
  readonly created_at: Moment
}
export interface KpiResult {
  readonly evidence: string
  readonly kpi: string
  readonly measured: boolean
  readonly baseline_measured: boolean
  readonly raw: number | null
  readonly lower: number | null
  readonly claim: number | null
  readonly margin: number
}
export interface Check {
  readonly number: number
  readonly evidence: string
  readonly check_id: string
  readonly family: string
  readonly verdict: string
  readonly valid_until: Moment | null
  readonly attested_by: string | null
  readonly asked_at: Moment
}
export interface Session {
  readonly id: string
  readonly mission: string
  readonly target: string
  readonly candidate_digest: string
  readonly evidence: string
  readonly evidence_digest: string
  readonly policy_digest: string
  readonly electorate_digest: string
  readonly min_approvals: number
  readonly share: number
  readonly dwell_ms: number
  readonly trust: number
  readonly threshold: number
  readonly opened_at: Moment
  readonly deadline: Moment
  readonly state: string
  readonly result: string | null
  readonly closed_at: Moment | null
  readonly closing_entry: string | null
}
export interface Elector {
  readonly session: string
  readonly member: string
  readonly may_approve: boolean
  readonly author: boolean
}
export interface Ballot {
  readonly session: string
  readonly member: string
  readonly vote: string
  readonly via: string
  readonly clicked_at: Moment
  readonly cast_at: Moment
  readonly carried_from: string | null
}
export interface Click {
  readonly key: string
  readonly platform: string
  readonly account: string
  readonly session: string
  readonly vote: string
  readonly clicked_at: Moment
  readonly outcome: string | null
  readonly sentence: string | null
  readonly settled_at: Moment | null
  readonly told_at: Moment | null
}
interface Card {
  readonly mission: string
  readonly platform: string
  readonly channel: string
  readonly message: string | null
  readonly trouble: string | null
}
export interface Execution {
  readonly id: string
  readonly mission: string
  readonly session: string
  readonly target: string
  readonly candidate_digest: string
  readonly evidence_digest: string
  readonly policy_digest: string
  readonly state: string
  readonly previous_revision: string | null
  readonly revision: string | null
  readonly unlocked_at: Moment
  readonly deployed_at: Moment | null
  readonly watch_until: Moment | null
  readonly finished_at: Moment | null
}
interface Rollback {
  readonly mission: string
  readonly execution: string
  readonly verified: boolean | null
  readonly finished_at: Moment | null
}
export interface Effect {
  readonly id: number
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly not_before: Moment
  readonly attempts: number
  readonly last_error: string | null
  readonly done_at: Moment | null
  readonly given_up_at: Moment | null
}
/** A leaf as it was read back; `facts` is empty where the leaf can't be read, which the ledger's own check reports. */
export interface Entry {
  readonly id: string
  readonly appended: number
  readonly mission: string | null
  readonly leaf: string
  readonly kind: string
  readonly actor: ActorRef
  readonly at: Moment
  readonly facts: Readonly<Record<string, unknown>>
}

type Raw = Readonly<Record<string, unknown>>
const TABLES = {
  members: {} as { readonly id: string; readonly active: boolean },
  voters: {} as { readonly target: string; readonly member: string },
  policies: {} as Policy,
  accounts: {} as Account,
  keys: {} as {
    readonly id: string
    readonly purpose: string
    readonly public_key: string
    readonly revoked_at: Moment | null
  },
  missions: {} as Mission,
  opportunities: {} as { readonly id: string; readonly closed_at: Moment | null },
  candidates: {} as Candidate,
  evidence: {} as Evidence,
  kpi_results: {} as KpiResult,
  holds: {} as { readonly evidence: string; readonly code: string; readonly subject: string },
  checks: {} as Check,
  sessions: {} as Session,
  electors: {} as Elector,
  ballots: {} as Ballot,
  inbox: {} as Click,
  cards: {} as Card,
  executions: {} as Execution,
  rollbacks: {} as Rollback,
  capas: {} as { readonly mission: string; readonly number: number },
  outcomes: {} as {
    readonly mission: string
    readonly outcome: string
    readonly confirmed: boolean | null
    readonly predicted: Readonly<Record<string, number | null>>
  },
  outbox: {} as Effect,
  ledger_entries: {} as { id: string; appended: number; mission: string | null; leaf: string },
  ledger_texts: {} as { commitment: string; entry: string; salt: string; text: string | null },
  ledger_leaves: {} as { seq: number; entry: string; hash: string; chain: string },
  ledger_checkpoints: {} as {
    size: number
    root: string
    roots: readonly string[]
    chain: string
    note: string
    at: Moment
  },
}
type Tables = { readonly [T in keyof typeof TABLES]: readonly (typeof TABLES)[T][] }

export interface Records extends Tables {
  readonly now: Moment
  /** In the order in which they were appended. */
  readonly entries: readonly Entry[]
}

export const momentOf = (text: string): Moment => {
  const [, micros = ''] = /\.\d{3}(\d{1,3})/.exec(text) ?? []
  return Date.parse(text) + Number(`0.${micros || '0'}`)
}

const TIME = /^(?:.*_at|at|since|until|deadline|valid_until|watch_until|not_before)$/
const revived = (row: Raw): Raw =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      TIME.test(column) && typeof value === 'string' ? momentOf(value) : value,
    ]),
  )

const read = (text: string): Raw | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Raw) : undefined
  } catch {
    return undefined
  }
}

function entryOf({ id, appended, mission, leaf }: Tables['ledger_entries'][number]): Entry {
  const said = read(leaf) ?? {}
  const { kind, actor, at, facts } = said as Partial<Entry> & { at?: unknown }
  return {
    id,
    appended,
    mission,
    leaf,
    kind: String(kind),
    actor: actor ?? { kind: '', id: '' },
    at: momentOf(String(at)),
    facts: facts ?? {},
  }
}

/** One snapshot: whatever is under way beside it, what belongs together is seen together. */
export async function readRecords(sql: postgres.Sql): Promise<Records> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    await tx`set local timezone to 'UTC'`
    const tables: Record<string, readonly Raw[]> = {}
    for (const table of Object.keys(TABLES)) {
      const rows = await tx.unsafe<{ row: Raw }[]>(`select to_jsonb(t) as row from grace.${table} t`)
      tables[table] = rows.map(({ row }) => revived(row))
    }
    const [clock] = await tx<{ now: string }[]>`select to_jsonb(grace.now()) #>> '{}' as now`
    const read = tables as unknown as Tables
    return {
      ...read,
      now: momentOf(clock!.now),
      entries: read.ledger_entries.map(entryOf).sort((a, b) => a.appended - b.appended),
    }
  }) as Promise<Records>
}
