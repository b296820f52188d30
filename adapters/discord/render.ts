// A mission's card as a Discord message (components v2): ten seconds to judge, nothing to wrap on a phone.
import { type Button, type Card, selfApproval } from '../../src/cards/card.ts'
import { kpiLegend, kpiTable } from '../../src/cards/kpi-table.ts'
import { OPEN_VERDICTS } from '../../src/cards/trust-lines.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { fitMessage, type Message, type Part, type Press, type Words } from './fit.ts'
import { escaped, escapedCode, moment } from './markdown.ts'

export { renderForm, renderPost, renderReply } from './render-post.ts'

export interface CardOptions {
  /** The attachment's file name, and what it shows in words. */
  readonly chart?: { readonly name: string; readonly text: string }
  /** Address of the console. */
  readonly where?: string
}

/** Which words go first where there is no room for all. */
const RANK = {
  evidence: 1,
  why: 2,
  authors: 3,
  off: 4,
  live: 5,
  state: 6,
  holds: 7,
  names: 8,
  title: 9,
} as const

export function renderCard(card: Card, { chart, where }: CardOptions = {}): Message {
  return fitMessage({
    accent: accentOf(card),
    more: '… more in the thread',
    blocks: [
      { text: heading(card) },
      { line: 'thin' },
      { text: trust(card) },
      { text: why(card) },
      { text: kpis(card) },
      ...(chart ? [{ picture: chart.name, alt: chart.text }] : []),
      { text: facts(card, where) },
      ...(card.vote ? [{ line: 'thin' } as const] : []),
      { text: vote(card) },
      { text: footer(card) },
      { press: card.buttons.map(press) },
    ],
  })
}

const ACCENTS = {
  voting: 0x5865f2,
  held: 0xf0b232,
  good: 0x23a55a,
  bad: 0xf23f43,
  testing: 0x80848e,
} as const

/** The headline's emoji is the state's own: ✋ waits for people, ↩️ is on the way back. */
function accentOf({ headline, phase, outcome }: Card): number {
  if (headline.startsWith('✋')) return ACCENTS.held
  if (headline.startsWith('↩️') || outcome === 'failed' || outcome === 'rolled_back') return ACCENTS.bad
  if (outcome !== null) return outcome === 'succeeded' ? ACCENTS.good : ACCENTS.testing
  if (phase === 'discussion') return ACCENTS.voting
  return phase === 'detected' || phase === 'sandbox_testing' ? ACCENTS.testing : ACCENTS.good
}

const spaced = (name: string): string => name.replaceAll('_', ' ')
/** A short name from the mission, harmless. */
const named = (text: string): string => escaped(oneLine(text, 80))

/** Words that may be shortened; nothing where there are none. */
function words(texts: readonly string[], how: Omit<Words, 'items'>): Words[] {
  const items = texts.map((text) => oneLine(text, 2000)).filter((text) => text !== '')
  return items.length === 0 ? [] : [{ items, ...how }]
}

function heading({ name, title, headline, target, phase, outcome, state, live, progress }: Card): Part[] {
  return [
    `## ${named(name)} · `,
    ...words([title], { rank: RANK.title, most: 200 }),
    `\n**${named(headline)}** · ${named(target)} · ${named(spaced(outcome ?? phase))}`,
    ...(live !== null
      ? words([live], { before: '\nLive: ', rank: RANK.live, most: 300 })
      : words([state], { before: '\n', rank: RANK.state, most: 300 })),
    progress === null ? '' : `\n${bar(progress.done)} · ${named(progress.step)}`,
  ]
}

/** 0…1 in ten steps; full only when it is done. */
function bar(done: number): string {
  const share = Number.isFinite(done) ? Math.min(Math.max(done, 0), 1) : 0
  const full = Math.floor(share * 10)
  return `\`${'█'.repeat(full)}${'░'.repeat(10 - full)}\` ${Math.floor(share * 100)} %`
}

function trust({ trust: score, holds }: Card): Part[] {
  if (score === null) return []
  const capped = score.formula !== score.shown
  return [
    `## ${score.reached ? '✅' : '✋'} Trust ${named(score.shown)}`,
    `\n-# of ${named(score.threshold)} needed`,
    capped ? ` · ${named(score.formula)} by the formula, capped by what holds it back` : '',
    ...words(holds, { between: '\n✋ ', before: '\n✋ ', rank: RANK.holds, most: 400 }),
    ...words(score.open.map(spaced), {
      between: ', ',
      before: '\n🔎 Open checks: ',
      rank: RANK.holds,
      most: 160,
    }),
  ]
}

const why = ({ why: [first = '', ...evidence] }: Card): Part[] => [
  ...words([first], { before: '**Why** ', rank: RANK.why, most: 280 }),
  ...words(evidence, { between: '\n-# ', before: '\n-# ', rank: RANK.evidence, most: 280 }),
]

function kpis({ kpis: lines }: Card): Part[] {
  const table = kpiTable(lines).map(escapedCode)
  if (table.length === 0) return []
  const claims = lines.flatMap(({ name, claimed }) =>
    claimed === null ? [] : [`★ ${named(name)}: ${named(claimed)} claimed`],
  )
  return [`\`\`\`\n${table.join('\n')}\n\`\`\``, `\n-# ${[...claims, escaped(kpiLegend(lines))].join(' · ')}`]
}

/** What wants attention comes first, and is counted as open. */
const VERDICTS = [...OPEN_VERDICTS, 'pass', 'attested', 'not_applicable']

function facts({ tests, checks, change }: Card, where: string | undefined): Part[] {
  const lines: Part[][] = []
  if (tests !== null)
    lines.push([`${tests.failed === 0 ? '✅' : '❌'} Tests: ${tests.passed} passed, ${tests.failed} failed`])
  if (checks.length > 0) lines.push([checksLine(checks)])
  if (change !== null) {
    const { added, removed, files, risk, authors } = change
    lines.push([
      `📝 **+${added} −${removed}** in ${counted(files, 'file')}, ${riskWords(risk)}`,
      ...words(authors, { between: ', ', before: ', by ', rank: RANK.authors, most: 80 }),
      `\n-# Read it: ${placesOf(where)}`,
    ])
  }
  return lines.flatMap((line, i) => (i === 0 ? line : ['\n', ...line]))
}

/** The address is from grace.yaml, and shown as it is only where it is nothing but an address. */
const placesOf = (where: string | undefined): string =>
  where !== undefined && /^https?:\/\/[^\s<>()[\]`*|]{1,200}$/.test(where)
    ? `Details, the thread, or ${where}`
    : 'Details, or the thread'

const riskWords = (risk: string): string =>
  risk === 'low' || risk === 'medium' ? `${risk} risk` : `⚠️ **${named(risk)} risk**`

function checksLine(checks: Card['checks']): string {
  const counts = new Map<string, number>(VERDICTS.map((verdict) => [verdict, 0]))
  for (const { verdict } of checks) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const said = [...counts]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${named(spaced(kind))}`)
  return `${checks.some(({ verdict }) => OPEN_VERDICTS.includes(verdict)) ? '🔎' : '✅'} Checks: ${said.join(', ')}`
}

const VOTES = [
  ['approve', '👍'],
  ['reject', '👎'],
  ['abstain', '🤷'],
] as const

function vote({ vote: session }: Card): Part[] {
  if (session === null) return []
  const { approvals, rejects, abstentions, votes, notVoted, state, rule, deadline } = session
  const open = state === 'open'
  const alone = selfApproval(session)
  const voters = VOTES.map(([kind, sign]) => ({
    sign,
    names: votes
      .filter((one) => one.vote === kind)
      .map(
        ({ name, passkey, carried }) =>
          `${oneLine(name, 60)}${passkey ? ' (passkey)' : ''}${carried ? ' (carried over)' : ''}`,
      ),
  })).filter(({ names }) => names.length > 0)
  const list = (names: readonly string[], before: string) =>
    words(names, { between: ', ', before, rank: RANK.names, most: 200 })
  return [
    `### ${counted(approvals, 'approval')} · ${counted(rejects, 'reject')} · ${counted(abstentions, 'abstention')}`,
    ...voters.flatMap(({ sign, names }, i) => list(names, `${i === 0 ? '\n' : ' · '}${sign} `)),
    ...(open ? list(notVoted, '\n⏳ May still vote: ') : []),
    alone ? `\n⚠️ **${alone}**: the only person who may vote wrote it` : '',
    open ? `\nOpen until ${moment(deadline)}` : `\nVote ${named(state)} · deadline ${moment(deadline)}`,
    `\n-# Needs ${named(rule)}`,
  ]
}

const counted = (n: number, of: string): string => `${n} ${n === 1 ? of : `${of}s`}`

function footer({ feedback, isolation, capa }: Card): Part[] {
  return [
    ...(isolation === null || isolation.level === 'contained'
      ? []
      : [
          `⚠️ **Tested without containment** (${named(isolation.level)})\n`,
          ...words(isolation.off, { between: ', ', before: '-# ', after: '\n', rank: RANK.off, most: 160 }),
        ]),
    capa === null
      ? ''
      : `🩹 **${named(capa.name)}** (${named(capa.state)}), due ${moment(capa.dueAt)}: ${named(capa.preventive)}\n`,
    feedback > 0 ? `-# 💬 Feedback in the thread: ${feedback}` : '',
  ]
}

/** Discord has no confirm dialog: `ask` is answered by a private message with the warning and a second button. */
function press({ action, about, label, style, confirm }: Button): Press {
  const isVote = action === 'approve' || action === 'reject' || action === 'abstain'
  const verb = isVote ? `${confirm === null ? 'vote' : 'ask'}:${action}` : action
  return { customId: `1:${verb}:${about}`, label, style }
}
