import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitMessage } from '../../../adapters/slack/fit.ts'
import { checkMessage, checkView } from '../../../adapters/slack/limits.ts'
import {
  loadingView,
  renderCard,
  renderForm,
  renderPost,
  renderReply,
} from '../../../adapters/slack/render.ts'
import type { Card } from '../../../src/cards/card.ts'
import { TABLE_WIDTH } from '../../../src/cards/kpi-table.ts'
import type { Form, Post, Reply } from '../../../src/cards/post.ts'
import { anyCard, anyText, riskyCard, STATES, sampleCards } from '../../support/cards.ts'

const CARDS = 3_000

interface Texts {
  readonly mrkdwn: string[]
  readonly plain: string[]
  readonly unverbatim: number
}

/** Every text object of a payload, wherever it is. */
function textsOf(value: unknown, found: Texts = { mrkdwn: [], plain: [], unverbatim: 0 }): Texts {
  if (Array.isArray(value)) return value.reduce<Texts>((all, one) => textsOf(one, all), found)
  if (typeof value !== 'object' || value === null) return found
  const { type, text, verbatim, alt_text } = value as Record<string, unknown>
  if (typeof alt_text === 'string') found.plain.push(alt_text)
  if (typeof text === 'string' && type === 'mrkdwn') {
    found.mrkdwn.push(text)
    if (verbatim !== true) throw new Error('a text that Slack may make links and mentions of')
  }
  if (typeof text === 'string' && type === 'plain_text') found.plain.push(text)
  return Object.values(value).reduce<Texts>((all, one) => textsOf(one, all), found)
}

/** What Grace itself puts into angle brackets: a date, and the console's address. */
const OURS = /<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\dTZ:.-]+>|<https:\/\/grace\.example\/\|console>/g
const GROUP = /@(?:everyone|channel|here)/i

/** Why it could ping somebody or lead somewhere; undefined where it can't. */
function reaches({ text, blocks }: { text: string; blocks: readonly unknown[] }): string | undefined {
  const { mrkdwn, plain } = textsOf(blocks)
  for (const one of [text, ...mrkdwn]) if (/[<>]/.test(one.replace(OURS, ''))) return one
  for (const one of plain) if (/<[!@#]/.test(one)) return one
  return [text, ...mrkdwn, ...plain].find((one) => GROUP.test(one))
}

const UNIT: Readonly<Record<string, string>> = { points: 'pt' }
const all = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`

/** Every figure of the card as a reader must find it. */
function figuresOf({ kpis, vote, trust, tests, change }: Card): string[] {
  return [
    ...kpis.flatMap(({ value, unit }) => (value === null ? [] : [` ${value + 0}${UNIT[unit] ?? unit} `])),
    ...kpis.flatMap(({ claimed }) => claimed ?? []),
    ...kpis.flatMap(({ name, noise }) => (noise === null ? [] : [`${name} ${noise}`])),
    ...(trust ? [`Trust ${trust.shown} of ${trust.threshold} needed`] : []),
    ...(trust && trust.formula !== trust.shown ? [`formula says ${trust.formula}`] : []),
    ...(tests ? [`${tests.passed} passed, ${tests.failed} failed`] : []),
    ...(change ? [`+${change.added} −${change.removed} in ${all(change.files, 'file')}`] : []),
    ...(vote
      ? [
          `${all(vote.approvals, 'approval')} · ${all(vote.rejects, 'reject')} · ${all(vote.abstentions, 'abstention')}`,
          `Needs ${vote.rule}`,
          `<!date^${Math.floor(Date.parse(vote.deadline) / 1000)}^`,
        ]
      : []),
  ]
}

test(`any of ${CARDS} cards is within every limit, has every figure and reaches nobody`, () => {
  fc.assert(
    fc.property(anyCard, fc.boolean(), (card, charted) => {
      const message = renderCard(card, {
        ...(charted ? { chartFileId: 'F0123456789' } : {}),
        where: 'https://grace.example/',
      })
      const wrong = checkMessage(message)
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
      const reached = reaches(message)
      if (reached !== undefined) throw new Error(`reaches somebody: ${reached}`)
      const shown = textsOf(message.blocks)
      const said = [...shown.mrkdwn, ...shown.plain].join('\n')
      for (const figure of figuresOf(card)) if (!said.includes(figure)) throw new Error(`lost: ${figure}`)
      const pressed = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
      const values = pressed.map((one) => ('value' in one ? one.value : undefined))
      if (values.join() !== card.buttons.map(({ about }) => `1:${about}`).join())
        throw new Error('a button is missing')
      if (message.text.trim() === '' || !message.text.includes(card.name)) throw new Error('no fallback')
      if (charted !== message.blocks.some(({ type }) => type === 'image')) throw new Error('no chart')
    }),
    { numRuns: CARDS },
  )
}, 60_000)

describe('a card that people really get', () => {
  const codeOf = (card: Card): string[] =>
    textsOf(renderCard(card).blocks)
      .mrkdwn.filter((text) => text.startsWith('```'))
      .flatMap((text) => text.split('\n').slice(1, -1))

  test.each(STATES)('%s: needs no shortening and wraps no table on a phone', (state) => {
    const card = sampleCards()[state]
    const message = renderCard(card, { chartFileId: 'F1', where: 'https://grace.example/' })
    expect(checkMessage(message)).toEqual([])
    expect(JSON.stringify(message)).not.toContain('more in the thread')
    const rows = codeOf(card)
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(TABLE_WIDTH)
    // One line for each KPI, under its heading.
    expect(rows.length).toBe(card.kpis.length === 0 ? 0 : card.kpis.length + 1)
    expect(message.metadata).toEqual({
      event_type: 'grace_mission',
      event_payload: { mission: card.mission },
    })
  })

  test('says in one sentence what a notification needs', () => {
    expect(renderCard(sampleCards().voting).text).toBe(
      '🗳️ Awaiting your vote: M-12 Add the missing index on users(email) (shop-api). Trust 97.40 % of 95.00 % needed. 1 approval · 0 rejects · 0 abstentions; 2 can still vote.',
    )
  })

  test('asks before a risky approval counts, and only then', () => {
    const buttonsOf = (card: Card) =>
      renderCard(card).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))
    const [approve, reject] = buttonsOf(riskyCard())
    expect(approve).toMatchObject({
      action_id: 'vote:approve',
      style: 'primary',
      confirm: {
        title: { text: 'Approve?' },
        text: { text: expect.stringContaining('./deploy.sh production') },
      },
    })
    expect(reject).not.toHaveProperty('confirm')
    expect(buttonsOf(sampleCards().voting).some((one) => 'confirm' in one)).toBe(false)
  })

  test('says what is not isolated, who approved alone, what was carried over', () => {
    const said = (card: Card) => JSON.stringify(renderCard(card).blocks)
    expect(said(riskyCard())).toContain('Tested without containment')
    expect(said(sampleCards().voting)).not.toContain('containment')
    expect(said(sampleCards().succeeded)).toContain('Self-approved')
    const voting = sampleCards().voting
    const alone = { ...voting, vote: { ...voting.vote!, approvals: 0, selfApproved: true } }
    expect(said(alone)).toContain('Would be self-approved')
    expect(said(sampleCards()['approved-held'])).toContain('Ada Lovelace (carried over)')
    expect(said(sampleCards().voting)).toContain('Can still vote: Grace Hopper, Linus')
  })

  test('shows how far the running step is, and what the watch sees', () => {
    const said = (card: Card) => textsOf(renderCard(card).blocks).mrkdwn.join('\n')
    expect(said(sampleCards().testing)).toContain('▓▓▓▓░░░░░░  *42 %*  load')
    expect(said(sampleCards().watching).match(/p95 1\.3 ms/g)).toHaveLength(1)
  })

  test('a hold is said once', () => {
    const said = JSON.stringify(renderCard(sampleCards().held).blocks)
    expect(said.split('between 2.1 ms and 6.3 ms').length).toBe(2)
  })

  test('forty holds become five and a count, and no figure is lost', () => {
    const card: Card = { ...sampleCards().held, holds: Array(40).fill('"<&>" '.repeat(400)) }
    const message = renderCard(card, { chartFileId: 'F1' })
    expect(checkMessage(message)).toEqual([])
    const said = JSON.stringify(message.blocks)
    expect(said).toContain('… 35 more in the thread')
    expect(said).toContain('92.254%')
    expect(said).toContain('Trust 88.31 % of 95.00 % needed')
  })
})

test('where everything is too long, the warning, the figures and the buttons stay', () => {
  const long = (n: number) => '"<&>'.repeat(n)
  const card = riskyCard()
  const message = renderCard(
    {
      ...card,
      title: long(2_000),
      state: long(2_000),
      why: [long(2_000), long(2_000)],
      holds: Array(40).fill(long(1_000)),
      isolation: { level: 'demo', off: Array(10).fill(long(1_000)) },
      change: { ...card.change!, authors: Array(40).fill(long(100)) },
      vote: {
        ...card.vote!,
        approvals: 30,
        votes: Array(30).fill({ name: long(100), vote: 'approve', carried: true }),
        notVoted: Array(30).fill(long(100)),
      },
      buttons: card.buttons.map((one) => ({ ...one, confirm: long(500) })),
    },
    { chartFileId: 'F1' },
  )
  expect(checkMessage(message)).toEqual([])
  const said = JSON.stringify(message.blocks)
  for (const kept of [
    '… more in the thread',
    'Tested without containment',
    '30 approvals',
    '92.254%',
    '97.40 %',
  ])
    expect(said).toContain(kept)
  expect(message.blocks.at(-1)).toMatchObject({ type: 'actions', elements: { length: 5 } })
}, 10_000)

describe('posts, answers and forms', () => {
  const fine = (message: { text: string; blocks: readonly unknown[] }) => {
    const wrong = checkMessage(message)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    const reached = reaches(message)
    if (reached !== undefined) throw new Error(`reaches somebody: ${reached}`)
  }
  const anyPost: fc.Arbitrary<Post> = fc
    .record({
      title: anyText,
      lines: fc.array(anyText, { maxLength: 40 }),
      code: fc.option(fc.array(anyText, { maxLength: 30 }), { nil: undefined }),
    })
    .map(({ code, ...post }) =>
      code ? { ...post, code: { language: 'diff', text: code.join('\n') } } : post,
    )
  const anyReply: fc.Arbitrary<Reply> = fc
    .tuple(
      anyPost,
      fc.array(
        fc.record({
          action: fc.constantFrom('vote:withdraw', 'list:next', 'list:open', 'link:confirm'),
          about: fc.uuid(),
          label: anyText,
          style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
        }),
        { maxLength: 30 },
      ),
    )
    .map(([post, buttons]) => ({ ...post, buttons }))
  const anyForm: fc.Arbitrary<Form> = fc.record({
    id: fc.constantFrom('propose', 'reject', 'revise'),
    about: fc.uuid(),
    title: anyText,
    submit: anyText,
    fields: fc.uniqueArray(
      fc.record(
        {
          id: fc.stringMatching(/^[a-z]{1,12}$/),
          label: anyText,
          hint: anyText,
          kind: fc.constantFrom('line' as const, 'text' as const, 'choice' as const),
          required: fc.boolean(),
          limit: fc.integer({ min: 1, max: 5_000 }),
          initial: anyText,
          options: fc.array(fc.record({ value: fc.uuid(), label: anyText }), { maxLength: 120 }),
        },
        { requiredKeys: ['id', 'label', 'kind', 'required'] },
      ),
      { maxLength: 6, selector: ({ id }) => id },
    ),
  })

  test('any post and any answer is within every limit and reaches nobody', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        fine(renderPost(reply))
        fine(renderReply(reply))
      }),
      { numRuns: 1_000 },
    )
  }, 60_000)

  test('any form is one that Slack opens', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        const wrong = checkView(renderForm(form))
        if (wrong.length > 0) throw new Error(wrong.join('\n'))
        if (checkView(loadingView(form.title)).length > 0) throw new Error('loading')
      }),
      { numRuns: 1_000 },
    )
  }, 60_000)

  test('a form brings back which form it is and what it is about', () => {
    const view = renderForm({
      id: 'reject',
      about: 'session-1',
      title: 'Reject',
      submit: 'Reject',
      fields: [{ id: 'reason', label: 'Why?', kind: 'text', required: true, limit: 1_000 }],
    })
    expect(view).toMatchObject({
      callback_id: 'form:reject',
      blocks: [{ type: 'input', block_id: 'reason', optional: false, element: { action_id: 'value' } }],
    })
    expect(JSON.parse(view.private_metadata!)).toEqual({ form: 'reject', about: 'session-1' })
  })

  test('a long diff is cut by whole lines, and says how many are left', () => {
    const { blocks } = renderPost({
      title: 'The change',
      lines: [],
      code: {
        language: 'diff',
        text: Array.from({ length: 2_000 }, (_, i) => `+line ${i} & "more"`).join('\n'),
      },
    })
    expect(checkMessage({ text: 'x', blocks })).toEqual([])
    const { mrkdwn } = textsOf(blocks)
    const shown = mrkdwn.join('\n').match(/\+line /g)!.length
    expect(mrkdwn.at(-1)).toBe(`… ${2_000 - shown} more lines, in the console and through the API`)
    expect(mrkdwn.filter((text) => text.split('```').length % 2 === 0)).toEqual([])
  })

  test('buttons of one kind each have their row, as an id is unique in its block', () => {
    const open = (about: string) => ({ action: 'list:open', about, label: about, style: 'plain' as const })
    const { blocks } = renderReply({ title: 'Missions', lines: [], buttons: [open('a'), open('b')] })
    expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(2)
  })
})

test('whatever the blocks, what is fitted is within the limits', () => {
  const text = fc.oneof(
    anyText,
    anyText.map((one) => '&amp;'.repeat(one.length)),
  )
  const block = fc.oneof(
    text.map((one) => ({ type: 'header', text: { type: 'plain_text', text: one } })),
    text.map((one) => ({ type: 'section', text: { type: 'mrkdwn', text: one, verbatim: true } })),
    fc.array(text, { maxLength: 14 }).map((texts) => ({
      type: 'context',
      elements: texts.map((one) => ({ type: 'mrkdwn', text: one })),
    })),
    fc.array(fc.tuple(text, text), { maxLength: 30 }).map((buttons) => ({
      type: 'actions',
      elements: buttons.map(([label, value]) => ({
        type: 'button',
        action_id: value.slice(0, 300),
        text: { type: 'plain_text', text: label },
        value,
        confirm: { title: { type: 'plain_text', text: label }, text: { type: 'plain_text', text: value } },
      })),
    })),
    fc.constant({ type: 'divider' }),
    text.map((id) => ({ type: 'divider', block_id: id })),
    text.map((alt_text) => ({ type: 'image', alt_text, slack_file: { id: 'F1' } })),
  )
  fc.assert(
    fc.property(text, fc.array(block, { maxLength: 70 }), (said, blocks) => {
      const wrong = checkMessage(fitMessage({ text: said, blocks: blocks as never[] }))
      if (wrong.length > 0) throw new Error(wrong.join('\n'))
    }),
    { numRuns: 500 },
  )
}, 60_000)
