// The ledger's entries about a mission, each as a line that a person reads.
import { oneLine } from '../kernel/text.ts'
import type { AuditEntry } from '../mission/audit-mission.ts'
import { percent } from '../trust/trust.ts'

type Says = (facts: Readonly<Record<string, unknown>>, words: AuditEntry['words']) => string

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value))
const because = (words: string | null | undefined): string =>
  words === undefined ? '' : words === null ? ' (its words were redacted)' : `: ${oneLine(words, 300)}`

const LINES: Readonly<Record<string, Says>> = {
  MissionOpened: (facts, words) => `Opened on ${text(facts.target)}${because(words.title)}`,
  MissionMoved: (facts, words) =>
    facts.outcome
      ? `Complete, ${text(facts.outcome)}${because(words.reason)}`
      : `${text(facts.from)} → ${text(facts.to)} (${text(facts.cause)})${because(words.reason)}`,
  CandidateAttached: (facts) =>
    `Revision ${text(facts.revision)} attached, on ${text(facts.base_commit).slice(0, 12)}`,
  EvidenceRecorded: (facts) =>
    `Measured: trust ${percent(Number(facts.trust))}${Array.isArray(facts.holds) && facts.holds.length > 0 ? `, ${facts.holds.length} ${facts.holds.length === 1 ? 'hold' : 'holds'}` : ''} (${text(facts.isolation)})`,
  MeasuredAgain: () => 'More rounds are measured',
  RevisionAsked: () => 'Asked for a revision',
  AgentAsked: (facts, words) =>
    `Worked on a change, ${text(facts.tokens)} tokens, transcript ${text(facts.transcript).slice(0, 19)}${because(words.ended)}`,
  SessionOpened: (facts) =>
    `A vote opened for ${Array.isArray(facts.electors) ? facts.electors.join(', ') : ''}, until ${text(facts.deadline).slice(0, 16)}Z${Array.isArray(facts.carried) && facts.carried.length > 0 ? `; carried over: ${facts.carried.join(', ')}` : ''}`,
  BallotCast: (facts, words) => `Voted ${text(facts.vote)} (${text(facts.via)})${because(words.reason)}`,
  BallotsVoided: (_facts, words) => `Votes voided${because(words.why)}`,
  CheckAttested: (facts, words) => `Attested ${text(facts.check)}${because(words.reason)}`,
  SessionClosed: (facts) =>
    `The vote closed, ${text(facts.result)}: ${text(facts.approvals)} approve, ${text(facts.rejects)} reject, ${text(facts.abstentions)} abstain`,
  SessionVoided: (_facts, words) => `The vote is void${because(words.reason)}`,
  MissionUnlocked: (facts) => `Unlocked, as execution ${text(facts.execution)}`,
  ExecutionStep: (facts) =>
    `${facts.step === 'merging' ? 'Merging' : `Deploying ${text(facts.revision).slice(0, 12)}`}`,
  ExecutionStopped: (_facts, words) => `Stopped${because(words.reason)}`,
  RollbackOrdered: (_facts, words) => `Ordered a rollback${because(words.reason)}`,
  RollbackBegun: (_facts, words) => `Rolling back${because(words.reason)}`,
  RollbackEnded: (facts, words) =>
    facts.verified === true
      ? 'Rolled back and verified'
      : `Rolled back, not verified${because(words.failure)}`,
  CapaOpened: (facts, words) => `CAPA-${text(facts.capa)} opened${because(words.cause)}`,
  CapaChanged: (facts, words) => `CAPA-${text(facts.capa)}: ${text(facts.field)}${because(words.value)}`,
  CapaClosed: (facts, words) =>
    `CAPA-${text(facts.capa)} closed, ${text(facts.requests)} requests seen live${because(words.why)}`,
  OutcomeRecorded: (_facts, words) => `Outcome kept${because(words.sentence)}`,
  FeedbackGiven: (facts, words) => `Said on ${text(facts.source)}${because(words.text)}`,
  FeedbackEdited: (_facts, words) => `Changed what was said${because(words.text)}`,
  FeedbackDeleted: () => 'Took back what was said',
}

export function historyLine({ kind, facts, words }: Pick<AuditEntry, 'kind' | 'facts' | 'words'>): string {
  const says = LINES[kind]
  return says ? says(facts, words) : kind
}
