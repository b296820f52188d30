// Whatever a row says became of something, one entry of the ledger says too, and the other way round.
import { type Checking, group } from './checking.ts'
import type { Entry } from './records.ts'
import { basisPoints, holdsOf } from './trust.ts'

/** One entry for each row, by key; `differs` says in what a pair does not agree. */
function pair<Row>(
  c: Checking,
  rows: readonly Row[],
  kind: string,
  keyOfRow: (row: Row) => string,
  keyOfEntry: (entry: Entry) => string,
  differs: (
    row: Row,
    entry: Entry,
  ) => readonly (readonly [what: string, row: unknown, entry: unknown])[] = () => [],
): void {
  const entries = group(
    c.records.entries.filter((entry) => entry.kind === kind),
    keyOfEntry,
  )
  const grouped = group(rows, keyOfRow)
  for (const key of new Set([...grouped.keys(), ...entries.keys()])) {
    const [of, said] = [grouped.get(key) ?? [], entries.get(key) ?? []]
    if (of.length !== said.length) {
      c.report('history', `${kind} ${key}: ${of.length} rows, ${said.length} entries in the ledger`)
      continue
    }
    if (of.length !== 1) continue
    for (const [what, row, entry] of differs(of[0]!, said[0]!))
      if (JSON.stringify(row) !== JSON.stringify(entry))
        c.report(
          'history',
          `${kind} ${key}: ${what} is ${JSON.stringify(row)}, the ledger says ${JSON.stringify(entry)}`,
        )
  }
}

const fact = (name: string) => (entry: Entry) => String(entry.facts[name])
const iso = (moment: number): string => new Date(moment).toISOString()

export function checkHistory(c: Checking): void {
  const { records } = c
  const { candidates, sessions, executions, rollbacks, electors, checks } = records
  const digestOf = new Map(candidates.map((one) => [one.id, one.digest]))

  pair(
    c,
    candidates,
    'CandidateAttached',
    (row) => `${row.mission} revision ${row.revision}`,
    (entry) => `${entry.mission} revision ${entry.facts.revision}`,
    (row, { facts }) => [
      ['digest', row.digest, facts.digest],
      ['base', row.base_commit, facts.base_commit],
      ['tree', row.tree, facts.tree],
      ['patch id', row.patch_id, facts.patch_id],
      ['authors', names(row.authors), names(facts.authors as typeof row.authors)],
    ],
  )
  pair(
    c,
    records.evidence,
    'EvidenceRecorded',
    (row) => row.digest,
    fact('evidence'),
    (row, { facts }) => [
      ['candidate', digestOf.get(row.candidate), facts.candidate],
      ['isolation', row.isolation, facts.isolation],
      ['trust by the formula', formulaAtFirst(c, row.id), facts.formula],
      ['holds', holdsOf(records, row.id), [...(facts.holds as string[])].sort()],
    ],
  )
  pair(
    c,
    sessions,
    'SessionOpened',
    (row) => row.id,
    fact('session'),
    (row, { facts, mission }) => [
      ['mission', row.mission, mission],
      ['candidate', row.candidate_digest, facts.candidate],
      ['evidence', row.evidence_digest, facts.evidence],
      ['policy', row.policy_digest, facts.policy],
      ['electorate', row.electorate_digest, facts.electorate],
      ['deadline', iso(row.deadline), facts.deadline],
      [
        'electors',
        electors.flatMap((one) => (one.session === row.id ? [one.member] : [])).sort(),
        [...(facts.electors as string[])].sort(),
      ],
    ],
  )
  pair(
    c,
    sessions.filter((one) => one.result !== null),
    'SessionClosed',
    (row) => row.id,
    fact('session'),
    (row, entry) => [
      ['result', row.result, entry.facts.result],
      ['closing entry', row.closing_entry, entry.id],
    ],
  )
  pair(
    c,
    sessions.filter((one) => one.state === 'void'),
    'SessionVoided',
    (row) => row.id,
    fact('session'),
  )
  pair(
    c,
    executions,
    'MissionUnlocked',
    (row) => row.id,
    fact('execution'),
    (row, { facts, mission }) => [
      ['mission', row.mission, mission],
      ['session', row.session, facts.session],
      ['candidate', row.candidate_digest, facts.candidate],
      ['evidence', row.evidence_digest, facts.evidence],
      ['policy', row.policy_digest, facts.policy],
    ],
  )
  pair(c, rollbacks, 'RollbackBegun', (row) => row.execution, fact('execution'))
  pair(
    c,
    rollbacks.filter((one) => one.finished_at !== null),
    'RollbackEnded',
    (row) => row.execution,
    fact('execution'),
    (row, { facts }) => [['verified', row.verified, facts.verified]],
  )
  pair(
    c,
    records.capas,
    'CapaOpened',
    (row) => String(row.number),
    fact('capa'),
    (row, entry) => [['mission', row.mission, entry.mission]],
  )
  pair(
    c,
    records.outcomes,
    'OutcomeRecorded',
    (row) => row.mission,
    (entry) => String(entry.mission),
    (row, { facts }) => [
      ['outcome', row.outcome, facts.outcome],
      ['confirmed', row.confirmed, facts.confirmed],
    ],
  )
  const digestOfEvidence = new Map(records.evidence.map((one) => [one.id, one.digest]))
  pair(
    c,
    checks.filter((one) => one.verdict === 'attested'),
    'CheckAttested',
    (row) => `${row.check_id} of ${digestOfEvidence.get(row.evidence)} by ${row.attested_by}`,
    ({ facts, actor }) => `${facts.check} of ${facts.evidence} by ${actor.id}`,
  )
}

const names = (authors: readonly { kind: string; id: string }[]) =>
  authors.map(({ kind, id }) => `${kind} ${id}`)

/** As it was when the evidence was recorded: by the first answer of each check. */
function formulaAtFirst({ records }: Checking, evidence: string): number {
  const answers = records.checks.filter((one) => one.evidence === evidence)
  const first = [...group(answers, (one) => one.check_id).values()].map((given) =>
    given.reduce((a, b) => (a.number < b.number ? a : b)),
  )
  return basisPoints(
    records.kpi_results.filter((row) => row.evidence === evidence),
    first,
  )
}
