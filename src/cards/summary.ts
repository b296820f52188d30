// A mission as a private answer: what a card says, in lines.
import type { Kpi } from '../trust/kpi.ts'
import { type Card, selfApproval } from './card.ts'
import type { Reply } from './post.ts'
import { openCheckLines } from './trust-lines.ts'

const MARK = { better: '▲', same: '=', worse: '▼', 'no data': '–' } as const

/** A score is the change's own, of 100; the other figures are what it brings. */
const amountOf = ({ kpi, value, unit }: Card['kpis'][number]): string =>
  SCORES.has(kpi) ? `${value} of 100 ${unit}` : `${(value ?? 0) > 0 ? '+' : ''}${value} ${unit}`
const SCORES: ReadonlySet<string> = new Set<Kpi>(['code_quality_score', 'test_coverage', 'security_score'])

export function summaryOf(card: Card): Reply {
  const { trust, vote, change, tests } = card
  const count = (verdict: string) => card.checks.filter((check) => check.verdict === verdict).length
  const lines = [
    `${card.headline} · ${card.target} · ${card.outcome ?? card.phase}`,
    card.state,
    ...card.why,
    trust ? `Trust ${trust.shown} of ${trust.threshold} needed` : '',
    card.before
      ? `Before this, revision ${card.before.revision} was measured: trust ${card.before.trust}`
      : '',
    ...card.holds.map((hold) => `✋ ${hold}`),
    ...openCheckLines(card.checks),
    ...card.kpis.map((row) =>
      row.value === null
        ? `– ${row.name}: no data (${row.note})`
        : `${MARK[row.verdict]} ${row.name}: ${amountOf(row)}${row.claimed ? ` ★ claimed ${row.claimed}${row.verdict === 'better' ? '' : ', which it is not for sure'}` : ''}`,
    ),
    tests ? `Tests: ${tests.passed} passed, ${tests.failed} failed` : '',
    card.checks.length > 0
      ? `Checks: ${count('pass') + count('attested')} pass, ${count('fail')} fail, ${count('unknown')} unknown, ${count('needs_human')} wait for a person, ${count('not_applicable')} not applicable`
      : '',
    change
      ? `Change: revision ${change.revision}, ${change.files} ${change.files === 1 ? 'file' : 'files'}, +${change.added} −${change.removed}, risk ${change.risk}, by ${change.authors.join(', ')}`
      : '',
    vote
      ? `Vote (${vote.state}): ${vote.approvals} approve, ${vote.rejects} reject, ${vote.abstentions} abstain; not voted: ${vote.notVoted.join(', ') || 'nobody'}${vote.carried.length > 0 ? `; carried over, for only the base moved: ${vote.carried.join(', ')}` : ''}`
      : '',
    vote?.selfApproved ? `${selfApproval(vote)}: only its author may vote.` : '',
    card.capa
      ? `${card.capa.name} (${card.capa.state}), due ${card.capa.dueAt.slice(0, 10)}: ${card.capa.preventive}`
      : '',
    card.feedback > 0 ? `Feedback: ${card.feedback}` : '',
  ]
  return {
    title: `${card.name} ${card.title}`,
    lines: lines.filter(Boolean),
    buttons: votingButtons(card),
  }
}

/** The vote buttons of a card, for a private answer. */
export const votingButtons = (card: Card): Reply['buttons'] =>
  card.buttons
    .filter(({ action }) => action === 'approve' || action === 'reject' || action === 'abstain')
    .map(({ action, about, label, style, confirm }) => ({
      action: action === 'approve' && confirm ? 'ask:approve' : `vote:${action}`,
      about,
      label,
      style,
    }))
