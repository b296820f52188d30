// From Grace's nouns to the API's JSON.
import type { z } from 'zod'
import { cardOf } from '../../src/cards/card.ts'
import type { Config } from '../../src/config/config.ts'
import { shortName } from '../../src/kernel/ids.ts'
import type { Learned } from '../../src/learning/read-learning.ts'
import type { TrackRecord } from '../../src/learning/track-record.ts'
import type { MissionRow } from '../../src/mission/list-missions.ts'
import type { MissionStory, Vote } from '../../src/mission/read-mission.ts'
import { tally } from '../../src/parliament/tally.ts'
import { fromThousandths, KPIS, type KpiResult, kpiFamilyScore, measuredWeight } from '../../src/trust/kpi.ts'
import { asHundred, asUnit } from '../../src/trust/trust.ts'
import type * as shapes from './shapes.ts'

const kpiScoreOf = (report: readonly KpiResult[]): number | null =>
  measuredWeight(report) === 0 ? null : asHundred(kpiFamilyScore(report))

export function renderRow({
  mission,
  trust,
  report,
}: Pick<MissionRow, 'mission' | 'trust' | 'report'>): z.input<typeof shapes.missionList>['missions'][number] {
  return {
    mission_id: mission.id,
    name: shortName(mission.number),
    title: mission.title,
    target: mission.target,
    phase: mission.phase,
    outcome: mission.outcome,
    trust_score: trust === null ? null : asUnit(trust),
    kpi_score: kpiScoreOf(report),
    parliament_session_id: mission.session,
    reason: mission.reason,
    created_at: mission.createdAt.toISOString(),
  }
}

const kpiMetricsOf = (report: readonly KpiResult[]) => {
  const raw = (kpi: string) => {
    const row = report.find((one) => one.kpi === kpi)
    return row?.measured && row.raw !== null ? fromThousandths(row.raw) : null
  }
  const metrics = Object.fromEntries(KPIS.map((kpi) => [kpi, raw(kpi)])) as Record<
    (typeof KPIS)[number],
    number | null
  >
  return { ...metrics, overall_score: kpiScoreOf(report) }
}

export function renderMission(story: MissionStory, config: Config): z.input<typeof shapes.missionDetail> {
  const { mission, candidate, measured, execution, feedback } = story
  const card = cardOf(story, config)
  const report = measured?.evidence.report ?? []
  return {
    ...renderRow({ mission, trust: measured?.trust.shown ?? null, report }),
    description: mission.description,
    rationale: mission.rationale,
    holds: [...card.holds],
    held_by: [...mission.heldBy],
    claims: mission.claims.flatMap(
      (claim): shapes.Claims =>
        claim.kind === 'kpi'
          ? [{ kpi: claim.kpi, at_least: claim.atLeast, ...(claim.bench ? { bench: claim.bench } : {}) }]
          : claim.kind === 'tests'
            ? [{ tests: [...claim.names] }]
            : [],
    ),
    kpi_metrics: kpiMetricsOf(report),
    sandbox_results: measured
      ? {
          success: card.tests !== null && card.tests.failed === 0,
          tests_passed: card.tests?.passed ?? 0,
          tests_failed: card.tests?.failed ?? 0,
          isolation: measured.evidence.isolation,
          not_isolated_against: [...(card.isolation?.off ?? [])],
        }
      : null,
    user_feedback: feedback.map(({ author, text, source, permalink, at, editedAt }) => ({
      author: author.name,
      text,
      source,
      permalink,
      at: at.toISOString(),
      edited_at: editedAt?.toISOString() ?? null,
    })),
    candidate: candidate
      ? {
          revision: candidate.revision,
          base_commit: candidate.baseCommit,
          digest: candidate.digest,
          patch: candidate.patch,
          authors: candidate.authors.map((author) => author.id),
        }
      : null,
    checks: (measured?.checks ?? []).map((check) => ({
      id: check.id,
      family: check.family,
      title: check.title,
      verdict: check.verdict,
      reason: check.reason,
      not_yet_checked: [...check.notYetChecked],
      valid_until: check.validUntil?.toISOString() ?? null,
    })),
    execution: execution
      ? {
          id: execution.id,
          state: execution.state,
          revision: execution.revision,
          watch_until: execution.watchUntil?.toISOString() ?? null,
        }
      : null,
    card,
  }
}

export function renderSession({ session, electors, ballots }: Vote): z.input<typeof shapes.sessionAnswer> {
  const count = tally(
    electors.filter((elector) => elector.active),
    ballots,
    session,
  )
  return {
    session_id: session.id,
    mission_id: session.mission,
    state: session.state,
    result: session.result,
    reason: session.reason,
    trust_score: asUnit(session.trust),
    threshold: asUnit(session.threshold),
    approvals: count.approvals,
    rejects: count.rejects,
    abstentions: count.abstentions,
    not_voted: count.notVoted,
    min_approvals: session.minApprovals,
    share: asUnit(session.share),
    opened_at: session.openedAt.toISOString(),
    deadline: session.deadline.toISOString(),
    electors: electors.map(({ member, name, mayApprove }) => ({
      member_id: member,
      name,
      may_approve: mayApprove,
    })),
    votes: ballots.map((ballot) => ({
      member_id: ballot.member,
      vote: ballot.vote,
      reason: ballot.reason,
      via: ballot.via,
      cast_at: ballot.castAt.toISOString(),
      assurance: ballot.assurance,
      carried: ballot.carriedFrom !== null,
    })),
    candidate_digest: session.candidateDigest,
    evidence_digest: session.evidenceDigest,
    policy_digest: session.policyDigest,
  }
}

const renderRecord = ({ succeeded, rolledBack, inconclusive, expected, interval }: TrackRecord) => ({
  succeeded,
  rolled_back: rolledBack,
  inconclusive,
  expected,
  interval: [...interval] as [number, number],
})

export const renderLearned = ({ calibration, records }: Learned) => ({
  count: calibration.count,
  brier: calibration.brier,
  reliability: calibration.bins.map(({ from, to, meanTrust, record }) => ({
    from: from / 10_000,
    to: to / 10_000,
    mean_trust: meanTrust,
    ...renderRecord(record),
  })),
  track_records: records.map((record) => ({ of: record.kind, name: record.name, ...renderRecord(record) })),
})
