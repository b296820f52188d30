// A mission as a platform-neutral card: every figure and every sentence that a surface may show, and no layout.
import { readDiff, sizeOf } from '../candidate/diff.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Config } from '../config/config.ts'
import { canBeUndone, riskOf } from '../governance/risk.ts'
import { shortName } from '../kernel/ids.ts'
import { isAwaitingCandidate } from '../mission/mission.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import { selfApproved } from '../parliament/electorate.ts'
import { notVoted } from '../parliament/still-open.ts'
import { tally } from '../parliament/tally.ts'
import { counterfactual } from '../trust/counterfactual.ts'
import { kpiAmount, kpiName } from '../trust/holds.ts'
import { fromThousandths, type KpiResult, kpiVerdict, UNITS } from '../trust/kpi.ts'
import { percent, type Step } from '../trust/trust.ts'
import { buttonsOf } from './buttons.ts'
import { type Comparison, comparisonsOf } from './comparison.ts'
import { headlineOf } from './headline.ts'
import { stateOf } from './state.ts'
import { whyLines } from './why.ts'

export interface KpiLine {
  readonly kpi: string
  readonly name: string
  /** In the KPI's unit; null = no data. */
  readonly value: number | null
  readonly unit: string
  readonly interval: readonly [number, number] | null
  readonly verdict: ReturnType<typeof kpiVerdict>
  readonly claimed: string | null
  /** What today's code differed by from itself in the same run; null where that was not measured. */
  readonly noise: string | null
  /** What the figure rests on, or why there is none. */
  readonly note: string
}

/** Something to press. Its value names what it is about, and nothing else: state lives in the database. */
export interface Button {
  readonly action: 'approve' | 'reject' | 'abstain' | 'details' | 'revise' | 'rollback'
  /** Id of the session for votes, of the mission otherwise. */
  readonly about: string
  readonly label: string
  readonly style: 'primary' | 'danger' | 'plain'
  /** Asked before it counts, where the risk is high: what will run. */
  readonly confirm: string | null
}

export interface Card {
  /** Id of the mission. */
  readonly mission: string
  /** M-12 */
  readonly name: string
  readonly title: string
  readonly target: string
  readonly phase: string
  readonly outcome: string | null
  /** One line: where it stands, with its emoji. */
  readonly headline: string
  /** What it waits for, or how it ended. */
  readonly state: string
  /** Of the step that runs now, 0…1. */
  readonly progress: { readonly step: string; readonly done: number } | null
  /** The last word of the watch. */
  readonly live: string | null
  readonly why: readonly string[]
  readonly trust: {
    readonly shown: string
    readonly formula: string
    readonly threshold: string
    readonly reached: boolean
    /** Checks that keep it from unlocking whatever its trust. */
    readonly open: readonly string[]
    readonly waterfall: readonly Step[]
    readonly mends: readonly { readonly sentence: string; readonly trust: string }[]
  } | null
  /** What was measured last, while it is measured again; it decides nothing. */
  readonly before: {
    readonly revision: number
    readonly trust: string
    readonly kpis: readonly KpiLine[]
  } | null
  readonly holds: readonly string[]
  readonly kpis: readonly KpiLine[]
  readonly tests: { readonly passed: number; readonly failed: number } | null
  readonly checks: readonly {
    readonly title: string
    readonly family: string
    readonly verdict: string
    readonly reason: string
    readonly notYetChecked: readonly string[]
  }[]
  readonly isolation: { readonly level: string; readonly off: readonly string[] } | null
  /** Where the time of the measuring went. */
  readonly timeline: readonly { readonly step: string; readonly seconds: number }[]
  /** What to draw: measured on today's code and on the change. */
  readonly chart: readonly Comparison[]
  readonly change: {
    readonly revision: number
    readonly files: number
    readonly added: number
    readonly removed: number
    readonly risk: string
    readonly authors: readonly string[]
  } | null
  readonly vote: {
    readonly session: string
    readonly state: string
    readonly approvals: number
    readonly rejects: number
    readonly abstentions: number
    readonly votes: readonly {
      readonly name: string
      readonly vote: string
      readonly passkey: boolean
      readonly carried: boolean
    }[]
    readonly notVoted: readonly string[]
    readonly rule: string
    /** ISO 8601; a surface shows it in the reader's own time zone. */
    readonly deadline: string
    readonly selfApproved: boolean
    /** An approval by click alone does not count. */
    readonly needsPasskey: boolean
    readonly carried: readonly string[]
  } | null
  /** What is to be done after a rollback. */
  readonly capa: {
    /** CAPA-1 */
    readonly name: string
    readonly state: string
    readonly preventive: string
    /** ISO 8601. */
    readonly dueAt: string
  } | null
  readonly feedback: number
  readonly buttons: readonly Button[]
}

/** What to call it where only the author may vote; empty elsewhere. */
export const selfApproval = ({ selfApproved, approvals }: NonNullable<Card['vote']>): string =>
  selfApproved ? (approvals > 0 ? 'Self-approved' : 'Would be self-approved') : ''

export function kpiLine(row: KpiResult): KpiLine {
  const has = row.measured && row.lower !== null && row.upper !== null
  return {
    kpi: row.kpi,
    name: kpiName(row.kpi),
    value: has && row.raw !== null ? fromThousandths(row.raw) : null,
    unit: UNITS[row.kpi],
    interval: has ? [fromThousandths(row.lower!), fromThousandths(row.upper!)] : null,
    verdict: kpiVerdict(row),
    claimed: row.claim === null ? null : `at least ${kpiAmount(row.claim, row.kpi)}`,
    noise: row.resolution === null ? null : kpiAmount(row.resolution, row.kpi),
    note: row.note,
  }
}

export function cardOf(story: MissionStory, config: Config): Card {
  const { mission, candidate, measured } = story
  const target = config.targets.get(mission.target)
  const threshold = target?.policy.trust_threshold ?? 9_500
  const counter =
    measured && counterfactual(measured.evidence.report, measured.checks, measured.evidence.holds, threshold)
  const change = candidate && target ? changeOf(candidate, target, measured?.checks) : null
  return {
    mission: mission.id,
    name: shortName(mission.number),
    title: mission.title,
    target: mission.target,
    phase: mission.phase,
    outcome: mission.outcome,
    state: stateOf(story),
    headline: headlineOf(story, Boolean(counter && (!counter.reached || counter.open.length > 0))),
    progress: mission.phase === 'sandbox_testing' && !isAwaitingCandidate(mission) ? story.progress : null,
    live: mission.phase === 'monitoring' && mission.reason !== '' ? mission.reason : null,
    why: whyLines(story, target),
    trust:
      measured && counter
        ? {
            shown: percent(measured.trust.shown),
            formula: percent(measured.trust.formula),
            threshold: percent(threshold),
            reached: counter.reached,
            open: counter.open,
            waterfall: measured.trust.waterfall,
            mends: counter.mends.map((mend) => ({ sentence: mend.sentence, trust: percent(mend.trust) })),
          }
        : null,
    before: story.before
      ? {
          revision: story.before.revision,
          trust: percent(story.before.trust.shown),
          kpis: story.before.evidence.report.map(kpiLine),
        }
      : null,
    holds: counter?.holds ?? [],
    kpis: measured?.evidence.report.map(kpiLine) ?? [],
    tests: testsOf(measured?.evidence.body),
    checks:
      measured?.checks.map(({ title, family, verdict, reason, notYetChecked }) => ({
        title,
        family,
        verdict,
        reason,
        notYetChecked,
      })) ?? [],
    isolation: measured ? { level: measured.evidence.isolation, off: offOf(measured.evidence.body) } : null,
    timeline: measured ? timelineOf(measured.evidence.body) : [],
    chart: measured ? comparisonsOf(measured.evidence.body) : [],
    change,
    vote: voteOf(story),
    capa: story.capa
      ? {
          name: `CAPA-${story.capa.number}`,
          state: story.capa.state,
          preventive: story.capa.preventive,
          dueAt: story.capa.dueAt.toISOString(),
        }
      : null,
    feedback: story.feedback.length,
    buttons: buttonsOf(story, change, target),
  }
}

const testsOf = (body: unknown) => {
  const tests = (body as { tests?: { candidate?: { passed: number; failed: number } } } | undefined)?.tests
    ?.candidate
  return tests ? { passed: tests.passed, failed: tests.failed } : null
}
const timelineOf = (body: unknown) =>
  ((body as { timeline?: { step: string; ms: number }[] } | undefined)?.timeline ?? []).map(
    ({ step, ms }) => ({ step, seconds: Math.round(ms / 100) / 10 }),
  )
const offOf = (body: unknown) =>
  (body as { not_isolated_against?: string[] } | undefined)?.not_isolated_against ?? []

function changeOf(
  candidate: NonNullable<MissionStory['candidate']>,
  target: { deploy?: { rollback?: unknown } | undefined },
  checks: readonly CheckResult[] = [],
) {
  const changes = readDiff(candidate.patch)
  // As it was decided, with what was known beside the change; before that, by the change alone.
  const decided = checks.find(({ id }) => id === 'risk_assessment')?.facts?.risk
  const level = typeof decided === 'string' ? decided : riskOf(changes, canBeUndone(target)).level
  return {
    revision: candidate.revision,
    ...sizeOf(changes),
    risk: level,
    authors: candidate.authors.map((author) => author.id),
  }
}

function voteOf({ vote }: MissionStory): Card['vote'] {
  if (!vote) return null
  const { session, electors, ballots } = vote
  const count = tally(
    electors.filter((e) => e.active),
    ballots,
    session,
  )
  return {
    session: session.id,
    state: session.state === 'closed' ? `closed: ${session.result}` : session.state,
    approvals: count.approvals,
    rejects: count.rejects,
    abstentions: count.abstentions,
    votes: ballots
      .filter((b) => b.vote !== 'withdrawn')
      .map((b) => ({
        name: b.name,
        vote: b.vote,
        passkey: b.assurance === 'passkey',
        carried: b.carriedFrom !== null,
      })),
    notVoted: notVoted(electors, ballots).map((e) => e.name),
    rule: `${session.minApprovals} ${session.minApprovals === 1 ? 'approval' : 'approvals'}${session.owners.length > 0 ? `, one by ${session.owners.join(' or ')},` : ''} and ${percent(session.share)} of approvals and rejects${session.assurance === 'passkey' ? '; approvals with a passkey' : ''}`,
    deadline: session.deadline.toISOString(),
    selfApproved: selfApproved(electors),
    needsPasskey: session.assurance === 'passkey',
    carried: ballots.filter((b) => b.carriedFrom !== null).map((b) => b.name),
  }
}
