// A mission's card as a Slack message of classic blocks: ten seconds to judge, nothing to wrap on a phone.
import type { types } from '@slack/bolt'
import { type Button, type Card, selfApproval } from '../../src/cards/card.ts'
import { kpiLegend, kpiTable } from '../../src/cards/kpi-table.ts'
import { OPEN_VERDICTS } from '../../src/cards/trust-lines.ts'
import { AWAITING_CANDIDATE } from '../../src/mission/mission.ts'
import { chartText } from '../chart/chart-text.ts'
import { fitMessage, WHOLE } from './fit.ts'
import { escaped, escapedCode, link, moment, plain } from './mrkdwn.ts'
import { context, counted, DIVIDER, header, joined, type Part, RANK, section, spaced } from './parts.ts'

export { loadingView, renderForm, renderPost, renderReply } from './render-post.ts'

type KnownBlock = types.KnownBlock

export interface SlackCard {
  readonly text: string
  readonly blocks: KnownBlock[]
  readonly metadata: {
    readonly event_type: 'grace_mission'
    readonly event_payload: { readonly mission: string }
  }
}

/** `where`: address of the console. */
export function renderCard(card: Card, options: { chartFileId?: string; where?: string } = {}): SlackCard {
  const parts = [
    ...heading(card),
    ...trust(card),
    ...why(card),
    ...kpis(card),
    ...chart(card, options.chartFileId),
    ...facts(card),
    ...vote(card),
    ...footer(card, options.where),
    ...press(card.buttons),
  ]
  const { text, blocks } = fitMessage(
    { text: sentence(card), blocks: parts.map(({ block }) => block) },
    parts.map(({ rank }) => rank),
  )
  return { text, blocks, metadata: { event_type: 'grace_mission', event_payload: { mission: card.mission } } }
}

/** For a notification and for who listens to it: where it stands, and what it is about. */
function sentence({ name, title, target, headline, trust: score, vote: session }: Card): string {
  return joined(
    [
      `${escaped(headline, 80)}: ${escaped(name, 20)} ${escaped(title, 200)} (${escaped(target, 60)}).`,
      score ? `Trust ${score.shown} of ${score.threshold} needed.` : '',
      session
        ? `${tally(session)}${session.state === 'open' ? `; ${session.notVoted.length} can still vote` : ''}.`
        : '',
    ],
    ' ',
  )
}

function heading(card: Card): Part[] {
  const { name, title, target, phase, outcome, headline, live, progress } = card
  const state = stateOf(card)
  return [
    header(joined([plain(name, 20), plain(title, 120)], ' · ')),
    section(
      joined(
        [`*${escaped(headline, 80)}*`, escaped(target, 60), escaped(spaced(outcome ?? phase), 40)],
        '  ·  ',
      ),
    ),
    ...(progress ? [section(`${bar(progress.done)}  ${escaped(progress.step, 60)}`)] : []),
    ...(live === null || escaped(live, 300) === ''
      ? state === ''
        ? []
        : [section(escaped(state, 600), RANK.state)]
      : [section(`📈 *Now:* ${escaped(live, 300)}`, RANK.state)]),
  ]
}

/** Without what the holds say already. */
function stateOf({ state, holds }: Card): string {
  const bare = state.startsWith(`${AWAITING_CANDIDATE}: `)
    ? state.slice(AWAITING_CANDIDATE.length + 2)
    : state
  const rest = holds.reduce((left, hold) => left.replace(`held by: ${hold}`, ''), bare).trim()
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** 0…1 in ten steps; full only when it is done. */
function bar(done: number): string {
  const share = Number.isFinite(done) ? Math.min(Math.max(done, 0), 1) : 0
  const full = Math.floor(share * 10)
  return `${'▓'.repeat(full)}${'░'.repeat(10 - full)}  *${Math.floor(share * 100)} %*`
}

/** So many holds are read in ten seconds; the rest is in the thread. */
const HOLDS = 5

function trust({ trust: score, holds }: Card): Part[] {
  if (!score) return []
  const { shown, threshold, formula, open, reached } = score
  const more = holds.length - HOLDS
  const held = holds.slice(0, HOLDS).map((hold) => `✋ ${escaped(hold, 300)}`)
  const lines = [
    more > 0 ? `… ${more} more in the thread` : '',
    open.length > 0 ? `🔎 Open: ${open.map((check) => escaped(spaced(check), 60)).join(', ')}` : '',
    formula === shown ? '' : `The formula says ${formula}; what holds it back caps it.`,
  ]
  return [
    header(`${reached && open.length === 0 ? '✅' : '✋'} Trust ${shown} of ${threshold} needed`),
    ...(held.length > 0 ? [section(held.join('\n'), RANK.holds)] : []),
    ...(lines.some(Boolean) ? [context(joined(lines, '  ·  '))] : []),
  ]
}

function why({ why: [reason = '', ...evidence] }: Card): Part[] {
  const [said, seen] = [
    escaped(reason, 600),
    joined(
      evidence.map((one) => escaped(one, 600)),
      '\n',
    ),
  ]
  return [
    ...(said ? [section(`*Why*  ${said}`, RANK.why)] : []),
    ...(seen ? [context(`🔍 ${seen}`, RANK.evidence)] : []),
  ]
}

function kpis({ kpis: rows }: Card): Part[] {
  const table = kpiTable(rows)
  if (table.length === 0) return []
  const claims = rows
    .filter(({ claimed }) => claimed !== null)
    .map(({ name, claimed }) => `★ ${escaped(name, 40)}: ${escaped(claimed!, 40)} claimed`)
  return [
    section(`\`\`\`\n${table.map(escapedCode).join('\n')}\n\`\`\``),
    context(joined([...claims, escaped(kpiLegend(rows), 500)], '  ·  ')),
  ]
}

function chart({ chart: drawn }: Card, file: string | undefined): Part[] {
  if (!file) return []
  const alt = drawn.length > 0 ? `Before and after: ${plain(chartText(drawn), 1_500)}` : 'Before and after'
  return [{ block: { type: 'image', slack_file: { id: file }, alt_text: alt }, rank: WHOLE }]
}

const VERDICTS = [...OPEN_VERDICTS, 'pass', 'attested', 'not_applicable']

function facts(card: Card): Part[] {
  const { tests, checks, change } = card
  const lines = [
    tests
      ? `${tests.failed === 0 ? '✅' : '❌'} *Tests*  ${tests.passed} passed, ${tests.failed} failed`
      : '',
    checks.length > 0 ? checksLine(checks) : '',
    change
      ? `📝 *Change*  +${change.added} −${change.removed} in ${counted(change.files, 'file')}, ${riskOf(change.risk)}${
          change.authors.length > 0 ? `, by ${names(change.authors, 120)}` : ''
        }${change.revision > 1 ? ` (revision ${change.revision})` : ''}`
      : '',
  ]
  return [...(lines.some(Boolean) ? [section(joined(lines, '\n'))] : []), ...isolated(card)]
}

/** Said only where the tests could have touched the machine. */
function isolated({ isolation }: Card): Part[] {
  if (!isolation || isolation.level === 'contained') return []
  const off = escaped(isolation.off.join('; '), 300)
  return [context(`⚠️ *Tested without containment* (${escaped(isolation.level, 20)})${off ? `\n${off}` : ''}`)]
}

/** Bold where approving asks twice. */
const riskOf = (risk: string): string =>
  risk === 'high' || risk === 'critical' ? `*${risk} risk*` : `${escaped(risk, 20)} risk`

function checksLine(checks: Card['checks']): string {
  const count = (verdict: string) => checks.filter((check) => check.verdict === verdict).length
  const said = VERDICTS.filter((verdict) => count(verdict) > 0).map(
    (verdict) => `${count(verdict)} ${spaced(verdict)}`,
  )
  const attention = checks.some(({ verdict }) => OPEN_VERDICTS.includes(verdict))
  return `${attention ? '🔎' : '✅'} *Checks*  ${said.join(', ')}`
}

/** As many names as fit; the count of the others is never lost. */
function names(all: readonly string[], room: number): string {
  const shown: string[] = []
  let length = 0
  for (const name of all) {
    const one = escaped(name, 40) || '–'
    if (shown.length > 0 && length + one.length + 2 > room) break
    shown.push(one)
    length += one.length + 2
  }
  const others = all.length - shown.length
  return others > 0 ? `${shown.join(', ')} and ${others} more` : shown.join(', ')
}

const tally = ({ approvals, rejects, abstentions }: NonNullable<Card['vote']>): string =>
  `${counted(approvals, 'approval')} · ${counted(rejects, 'reject')} · ${counted(abstentions, 'abstention')}`

const VOTES = [
  ['approve', '👍'],
  ['reject', '👎'],
  ['abstain', '🤷'],
] as const

function vote({ vote: session }: Card): Part[] {
  if (!session) return []
  const { votes, notVoted, state, rule, deadline } = session
  const open = state === 'open'
  const alone = selfApproval(session)
  const voters = VOTES.map(([kind, sign]) => {
    const whose = votes.filter((one) => one.vote === kind)
    const said = whose.map(
      ({ name, passkey, carried }) =>
        `${cutName(name)}${passkey ? ' (passkey)' : ''}${carried ? ' (carried over)' : ''}`,
    )
    return said.length > 0 ? `${sign} ${names(said, 300)}` : ''
  })
  const lines = [
    `*🗳️ ${tally(session)}*${open ? '' : `  ·  ${escaped(spaced(state), 40)}`}`,
    ...voters,
    open && notVoted.length > 0 ? `⏳ Can still vote: ${names(notVoted, 300)}` : '',
    alone ? `⚠️ *${alone}:* the only person who may vote wrote it` : '',
  ]
  return [
    DIVIDER,
    section(joined(lines, '\n')),
    context(`Needs ${escaped(rule, 120)}  ·  ${open ? 'open until' : 'deadline was'} ${moment(deadline)}`),
  ]
}

const cutName = (name: string): string => {
  const points = Array.from(name.slice(0, 60))
  return points.length > 24 ? `${points.slice(0, 23).join('')}…` : points.join('')
}

function footer({ feedback, trust: score, change, capa }: Card, where: string | undefined): Part[] {
  const console_ = where ? link(where, 'console') : ''
  const read = score
    ? 'Evidence and diff: *Details*, or the thread'
    : change
      ? 'The diff: *Details*, or the thread'
      : ''
  const said = joined([feedback > 0 ? `💬 Feedback in the thread: ${feedback}` : '', read, console_], '  ·  ')
  const repair = capa
    ? context(
        `🩹 *${escaped(capa.name, 20)}* (${escaped(capa.state, 20)}), due ${moment(capa.dueAt)}: ${escaped(capa.preventive, 200)}`,
      )
    : undefined
  return [...(repair ? [repair] : []), ...(said ? [context(said)] : [])]
}

function press(buttons: readonly Button[]): Part[] {
  if (buttons.length === 0) return []
  return [{ block: { type: 'actions', elements: buttons.map(button) }, rank: WHOLE }]
}

const ACTIONS = {
  approve: 'vote:approve',
  reject: 'vote:reject',
  abstain: 'vote:abstain',
  details: 'details',
  revise: 'revise',
  rollback: 'rollback',
} as const

const button = ({ action, about, label, style, confirm }: Button): types.Button => ({
  type: 'button',
  action_id: ACTIONS[action],
  text: { type: 'plain_text', text: plain(label, 60) || ACTIONS[action], emoji: true },
  value: `1:${about}`,
  ...(style === 'plain' ? {} : { style }),
  ...(confirm === null
    ? {}
    : {
        confirm: {
          title: { type: 'plain_text', text: `${plain(label, 60)}?` },
          text: { type: 'plain_text', text: plain(confirm, 290) || 'The risk is high.' },
          confirm: { type: 'plain_text', text: plain(label, 28) },
          deny: { type: 'plain_text', text: 'Not yet' },
          style: 'danger',
        },
      }),
})
