// A mission whose records show all six conditions: what every test of the gate takes one thing away from.
import { randomUUID } from 'node:crypto'
import { candidateDigest } from '../../src/candidate/candidate.ts'
import type { CheckResult } from '../../src/checks/ask.ts'
import { newMissionId } from '../../src/kernel/ids.ts'
import { keyIdOf, type Signer } from '../../src/keys/key.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { ALL_CHECKS, digestOfPolicy } from '../../src/mission/assess.ts'
import type { Mission } from '../../src/mission/mission.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { castVote } from '../../src/parliament/cast-vote.ts'
import { electorateDigest, electorateOf } from '../../src/parliament/electorate.ts'
import type { Vote } from '../../src/parliament/tally.ts'
import type { Hold } from '../../src/trust/holds.ts'
import { KPIS, type Kpi, type KpiResult } from '../../src/trust/kpi.ts'
import type { Verdict } from '../../src/trust/trust.ts'
import type { TestDatabase } from './database.ts'
import { member } from './people.ts'

/** Measured, unclaimed, no change: scores 1. */
export const kpiRow = (kpi: Kpi, over: Partial<KpiResult> = {}): KpiResult => ({
  kpi,
  measured: true,
  baselineMeasured: true,
  raw: 0,
  lower: 0,
  upper: 0,
  claim: null,
  margin: 2_000,
  resolution: null,
  note: '',
  ...over,
})
export const perfectReport = (): KpiResult[] => KPIS.map((kpi) => kpiRow(kpi))

export const answers = (over: Readonly<Record<string, Verdict>> = {}): CheckResult[] =>
  ALL_CHECKS.map(({ id, family, title, looksAt, notYetChecked }) => ({
    id,
    family,
    title,
    looksAt,
    notYetChecked,
    verdict: over[id] ?? 'pass',
    reason: 'as the test says',
    evidence: [],
    validUntil: null,
    facts: null,
    durationMs: 0,
  }))

export interface Wanted {
  readonly report?: readonly KpiResult[]
  readonly checks?: readonly CheckResult[]
  readonly holds?: readonly Hold[]
  readonly isolation?: 'contained' | 'demo'
  readonly authors?: readonly { kind: 'member' | 'grace'; id: string }[]
  readonly votes?: Readonly<Record<string, Vote>>
  /** More than the target's own, as the risk asks. */
  readonly minApprovals?: number
  readonly owners?: readonly string[]
  readonly assurance?: 'click' | 'passkey'
  /** Close the session and put a checkpoint over the closing; on unless false. */
  readonly close?: boolean
  readonly target?: string
}

export interface Ready {
  readonly mission: string
  readonly session: string
  readonly evidence: string
  readonly candidate: string
  /** The row that the unlock inserts. */
  readonly execution: {
    id: string
    mission: string
    session: string
    target: string
    candidate_digest: string
    evidence_digest: string
    policy_digest: string
    state: string
    unlocked_at: Date
  }
}

/** Of a registered key, over nothing: PostgreSQL asks whose it is, the executor what it says. */
const signatureBy = ({ publicKey }: Pick<Signer, 'publicKey'>) => ({
  payloadType: 'none',
  payload: '',
  signatures: [{ keyid: keyIdOf(publicKey), sig: '' }],
})

/** Discussed by ada, ben and cem; all approve unless `votes` says otherwise. */
export async function readyMission(db: TestDatabase, wanted: Wanted = {}): Promise<Ready> {
  const target = db.config.targets.get(wanted.target ?? 'shop')!
  const authors = wanted.authors ?? [{ kind: 'grace' as const, id: 'playbook:test' }]
  const patch = `diff ${randomUUID()}`
  const candidate = { baseCommit: '1'.repeat(40), tree: '2'.repeat(40), patch }
  const digest = candidateDigest(candidate)
  const ids = {
    mission: newMissionId(),
    candidate: randomUUID(),
    evidence: randomUUID(),
    session: `session_${randomUUID()}`,
  }
  const evidenceDigest = `sha256:${randomUUID()}`
  const electors = electorateOf(
    db.config.members.filter((m) => target.voters.includes(m.id)),
    authors,
  )
  await db.app.transact(async (stores) => {
    const made = await stores.missions.insert({
      id: ids.mission,
      target: target.name,
      title: 'A test',
      description: 'A test',
      rationale: 'Because',
      claims: [{ kind: 'no_harm' }],
      proposer: { kind: 'grace', id: 'test' },
      opportunity: null,
      phase: 'sandbox_testing',
    })
    await stores.candidates.insert({
      id: ids.candidate,
      mission: ids.mission,
      revision: 1,
      ...candidate,
      patchId: 'p',
      pullRequest: null,
      digest,
      authors,
    })
    await stores.evidence.insert(
      {
        id: ids.evidence,
        candidate: ids.candidate,
        digest: evidenceDigest,
        isolation: wanted.isolation ?? 'contained',
        body: { minutes: 1, limitsHit: [], not_isolated_against: [] },
        signature: signatureBy(db.keys.attestation.signer),
        report: wanted.report ?? perfectReport(),
        holds: wanted.holds ?? [],
      },
      wanted.checks ?? answers(),
    )
    const now = await stores.clock.now()
    await stores.sessions.open(
      {
        id: ids.session,
        mission: ids.mission,
        target: target.name,
        candidateDigest: digest,
        evidence: ids.evidence,
        evidenceDigest,
        policyDigest: digestOfPolicy(db.config, target),
        electorateDigest: electorateDigest(electors),
        minApprovals: wanted.minApprovals ?? target.parliament.min_approvals,
        owners: wanted.owners ?? [],
        assurance: wanted.assurance ?? 'click',
        share: target.parliament.share,
        dwellMs: target.parliament.dwell,
        trust: 10_000,
        threshold: 9_500,
        openedAt: now,
        deadline: new Date(now.getTime() + target.parliament.deadline),
        state: 'open',
        result: null,
        closedAt: null,
        closingEntry: null,
        reason: '',
      },
      electors,
    )
    const discussed: Mission = {
      ...made,
      phase: 'discussion',
      candidate: ids.candidate,
      evidence: ids.evidence,
      session: ids.session,
    }
    await stores.missions.save(discussed)
    await stores.ledger.append([
      { kind: 'TestBegan', actor: { kind: 'grace', id: 'test' }, mission: ids.mission, facts: {} },
    ])
  })
  const votes = wanted.votes ?? Object.fromEntries(electors.map((e) => [e.member, 'approve' as const]))
  for (const [who, vote] of Object.entries(votes))
    await castVote(db.app, member(who), { session: ids.session, vote })
  if (wanted.close !== false) {
    await settleSession(db.app, ids.session)
    await sequence({ transact: db.app.transact, keys: db.keys })
  }
  return {
    mission: ids.mission,
    session: ids.session,
    evidence: ids.evidence,
    candidate: ids.candidate,
    execution: {
      id: randomUUID(),
      mission: ids.mission,
      session: ids.session,
      target: target.name,
      candidate_digest: digest,
      evidence_digest: evidenceDigest,
      policy_digest: digestOfPolicy(db.config, target),
      state: 'unlocked',
      unlocked_at: new Date(),
    },
  }
}
