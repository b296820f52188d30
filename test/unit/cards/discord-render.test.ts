import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Block, fitMessage, type Message } from '../../../adapters/discord/fit.ts'
import { checkMessage, checkModal } from '../../../adapters/discord/limits.ts'
import { escaped, escapedCode } from '../../../adapters/discord/markdown.ts'
import { renderCard, renderForm, renderPost, renderReply } from '../../../adapters/discord/render.ts'
import type { Card } from '../../../src/cards/card.ts'
import { TABLE_WIDTH as WIDTH } from '../../../src/cards/kpi-table.ts'
import type { Form, Reply } from '../../../src/cards/post.ts'
import { visible } from '../../../src/kernel/text.ts'
import { anyCard, anyText, riskyCard, sampleCards } from '../../support/cards.ts'
import { checkMessage as standInMessage } from '../../support/discord/limits.ts'
import { checkModal as standInModal } from '../../support/discord/limits-forms.ts'
import { specification } from '../../support/discord/specification.ts'

interface Node {
  readonly type: number
  readonly content?: string
  readonly custom_id?: string
  readonly label?: string
  readonly style?: number
  readonly accent_color?: number
  readonly components?: Node[]
}

const nodesOf = (message: Message): Node[] => {
  const nested = (node: Node): Node[] => [node, ...(node.components ?? []).flatMap(nested)]
  return (message.components as unknown as Node[]).flatMap(nested)
}
const textsOf = (message: Message): string[] =>
  nodesOf(message).flatMap(({ type, content }) => (type === 10 ? [content!] : []))
const textOf = (message: Message): string => textsOf(message).join('\n')
const buttonsOf = (message: Message): Node[] => nodesOf(message).filter(({ type }) => type === 2)

const FENCE = /```[a-z]*\n[\s\S]*?\n```/g
const tableOf = (text: string): string[] => text.match(FENCE)?.[0].split('\n').slice(1, -1) ?? []

/** What Discord would still read as markup, once escapes, code, our own moments and our own headings are gone. */
function markupIn(text: string): string[] {
  const bare = text
    .replace(FENCE, '')
    .replace(/\\[^0-9A-Za-z\s]/g, 'x')
    .replace(/`[█░]{10}`/g, '')
    .replace(/<t:\d+:[fR]>/g, '')
    .replace(/^(?:##|###|-#) /gm, '')
    .replace(/\*\*[^*\n]*\*\*/g, '')
  return bare.match(/[@<`|~_*[\]#\\]|:[\w/]|^\s*(?:>|[-*+]\s|\d+\.\s)/gm) ?? []
}

const chart = { name: 'chart.png', text: 'p95 latency 14.2 ms → 1.1 ms' }

describe('any card', () => {
  test('is within every limit, has every number, and nothing in it mentions, links or marks up', () => {
    fc.assert(
      fc.property(anyCard, fc.boolean(), (card, drawn) => {
        const message = renderCard(card, drawn ? { chart } : {})
        const text = textOf(message)
        expect(checkMessage(message)).toEqual([])
        expect(missingNumbers(card, text)).toEqual([])
        expect(markupIn(text)).toEqual([])
        expect(message.allowed_mentions).toEqual({ parse: [] })
      }),
      { numRuns: 3_000 },
    )
  }, 60_000)

  test('is legal in Discord’s own specification', ({ skip }) => {
    const spec = specification()
    if (!spec) return skip('Not run here: discord-openapi.json is not beside the repository')
    for (const card of fc.sample(anyCard, { numRuns: 300, seed: 1 })) {
      const message = renderCard(card, { chart })
      expect(spec.faultsOfRequest('POST /channels/{channel_id}/messages', message)).toEqual([])
      expect(spec.faultsOfRequest('PATCH /channels/{channel_id}/messages/{message_id}', message)).toEqual([])
      expect(standInMessage({ ...message }, ['chart.png'])).toEqual([])
    }
  })
})

const SHORT: Readonly<Record<string, string>> = { points: 'pt' }

/** Figures of the card that its text does not have, each in its own place. */
function missingNumbers(card: Card, text: string): string[] {
  const table = tableOf(text)
  const kpis = card.kpis.map(({ name, value, unit }) => {
    const row = table.find((line) => line.startsWith(name) || line.startsWith(name.split(' ').at(-1)!))
    const figure = value === null ? '–' : `${value}${SHORT[unit] ?? unit}`
    return { figure, found: row?.split(/\s+/).includes(figure) ?? false }
  })
  const { trust, vote, tests, change, feedback } = card
  const plain = text.replaceAll('\\', '')
  const said = [
    ...card.kpis.flatMap(({ name, noise }) => (noise === null ? [] : [`${name} ${noise}`])),
    ...(trust ? [`Trust ${trust.shown}\n`, `of ${trust.threshold} needed`] : []),
    ...(vote
      ? [`${vote.approvals} approval`, `${vote.rejects} reject`, `${vote.abstentions} abstention`]
      : []),
    ...(vote ? [`<t:${Math.floor(Date.parse(vote.deadline) / 1000)}:R>`, `Needs ${vote.rule}`] : []),
    ...(tests ? [`${tests.passed} passed, ${tests.failed} failed`] : []),
    ...(change ? [`+${change.added} −${change.removed}`, `${change.files} file`] : []),
    ...(feedback > 0 ? [`Feedback in the thread: ${feedback}`] : []),
  ].map((figure) => ({ figure, found: plain.includes(figure) }))
  return [...kpis, ...said].filter(({ found }) => !found).map(({ figure }) => figure)
}

describe('a card', () => {
  const cards = Object.entries({ ...sampleCards(), risky: riskyCard() })

  test.each(cards)('%s shows no row that wraps on a phone, and cuts nothing', (_state, card) => {
    const text = textOf(renderCard(card, { chart }))
    expect(tableOf(text).filter((line) => Array.from(line).length > WIDTH)).toEqual([])
    expect(text).not.toContain('more in the thread')
  })

  test('says things in the order in which they are judged', () => {
    const message = renderCard(
      { ...riskyCard(), holds: ['Not sure.'], trust: { ...riskyCard().trust!, open: ['safety'] } },
      { chart },
    )
    const body = JSON.stringify(message.components)
    const order = [
      'M-12 · Add the missing index on users(email)',
      '🗳️ Awaiting your vote',
      'Trust 97.40 %',
      'Not sure.',
      'Open checks: safety',
      '**Why** Users of shop-api',
      'its objective is 3 ms',
      'latency',
      '★ latency',
      'attachment://chart.png',
      'Tests: 212 passed, 0 failed',
      'Checks: 16 pass',
      '+9 −1',
      '1 approval · 0 rejects · 0 abstentions',
      '👍 Ada Lovelace',
      'May still vote: Grace Hopper, Linus',
      'Tested without containment',
      'Feedback in the thread: 2',
      '1:ask:approve:',
    ].map((said) => body.indexOf(said))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('says where the diff can be read', () => {
    const read = (where?: string) =>
      textOf(renderCard(sampleCards().voting, where === undefined ? {} : { where }))
    expect(read()).toContain('-# Read it: Details, or the thread')
    expect(read('https://grace.example')).toContain('Read it: Details, the thread, or https://grace.example')
    expect(read('<@1> @everyone')).toContain('-# Read it: Details, or the thread')
  })

  test('marks what was claimed, and says how much', () => {
    const text = textOf(renderCard(sampleCards().voting))
    expect(tableOf(text).filter((line) => line.endsWith('★'))).toHaveLength(1)
    expect(text).toContain('★ latency: at least 10 ms claimed')
  })

  test('has buttons that say what they are about; a risky approval is asked first', () => {
    const ids = (card: Card) => buttonsOf(renderCard(card)).map(({ custom_id }) => custom_id)
    const session = sampleCards().voting.vote!.session
    const { mission } = sampleCards().voting
    expect(ids(sampleCards().voting)).toEqual([
      `1:vote:approve:${session}`,
      `1:vote:reject:${session}`,
      `1:vote:abstain:${session}`,
      `1:details:${mission}`,
      `1:revise:${mission}`,
    ])
    expect(ids(riskyCard())[0]).toBe(`1:ask:approve:${session}`)
  })

  test('wears the colour of its state', () => {
    const colour = (card: Card) => nodesOf(renderCard(card))[0]!.accent_color!.toString(16)
    const samples = sampleCards()
    expect(Object.entries(samples).map(([state, card]) => `${state} ${colour(card)}`)).toEqual([
      'detected 80848e',
      'awaiting-change f0b232',
      'testing 80848e',
      'held f0b232',
      'voting 5865f2',
      'approved-held f0b232',
      'executing 23a55a',
      'watching 23a55a',
      'succeeded 23a55a',
      'rolled-back f23f43',
      'rejected 80848e',
    ])
  })

  test('says who voted by themselves, whose vote was carried over, and how far a test is', () => {
    expect(textOf(renderCard(sampleCards().succeeded))).toContain('**Self-approved**')
    expect(textOf(renderCard(sampleCards().watching))).toContain('Ada Lovelace (carried over), Grace Hopper')
    expect(textOf(renderCard(sampleCards().testing))).toContain('`████░░░░░░` 42 % · load')
  })

  test('with far too many words keeps its figures, and says where the rest is', () => {
    const card: Card = {
      ...sampleCards().held,
      title: '語'.repeat(5000),
      state: '*'.repeat(5000),
      why: ['_'.repeat(5000), '語'.repeat(5000)],
      holds: Array.from({ length: 90 }, () => '@'.repeat(5000)),
      vote: { ...sampleCards().voting.vote!, notVoted: Array.from({ length: 500 }, (_, i) => `Voter ${i}`) },
    }
    const message = renderCard(card)
    expect(checkMessage(message)).toEqual([])
    expect(textOf(message)).toContain('-# … more in the thread')
    expect(textOf(message)).toMatch(/Voter 0, Voter 1, .*… \d+ more/)
    expect(missingNumbers({ ...card, feedback: 0 }, textOf(message))).toEqual([])
  })
})

describe('fitting', () => {
  const words = (rank: number, text: string) => ({ items: [text], rank })
  const draft = (blocks: Block[]) => fitMessage({ accent: 1, blocks, more: 'MORE' })

  test('shortens the lowest rank first, and only as far as it must', () => {
    const [first, second] = textsOf(
      draft([{ text: [words(2, 'a'.repeat(3000))] }, { text: [words(1, 'b'.repeat(3000))] }]),
    )
    expect(first).toBe('a'.repeat(3000))
    expect(second).toMatch(/^b{900,}…\n-# MORE$/)
    expect(first!.length + second!.length).toBeGreaterThan(3990)
  })

  test('gives any draft a legal message', () => {
    const part = fc.oneof(
      anyText.map((text) => text.slice(0, 30)),
      fc.record({
        items: fc.array(anyText, { maxLength: 20 }),
        rank: fc.nat(9),
        between: fc.constantFrom(', ', '\n'),
      }),
    )
    const press = fc.record({
      customId: fc.oneof(fc.string({ maxLength: 120 }), fc.constant('same')),
      label: anyText,
      style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
    })
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({ text: fc.array(part, { maxLength: 5 }) }),
      fc.constant({ line: 'thin' as const }),
      fc.record({ picture: fc.constant('chart.png'), alt: anyText }),
      fc.record({ press: fc.array(press, { maxLength: 30 }) }),
    )
    const blocks = fc.array(block, { maxLength: 60 })
    fc.assert(
      fc.property(blocks, (some) => {
        const message = draft([{ text: ['whole'] }, ...some])
        expect(checkMessage(message)).toEqual([])
        expect(textOf(message)).toContain('whole')
      }),
      { numRuns: 500 },
    )
  })
})

describe('escaping', () => {
  test.each([
    ['@everyone', '\\@everyone'],
    ['<@1> <@&2> <#3>', '\\<\\@1\\> \\<\\@&2\\> \\<\\#3\\>'],
    ['<:x:1> <t:1:R>', '\\<\\:x\\:1\\> \\<t\\:1\\:R\\>'],
    ['https://evil.example', 'https\\://evil.example'],
    ['[Approve](https://evil)', '\\[Approve\\](https\\://evil)'],
    ['# heading', '\\# heading'],
    ['-# small', '-\\# small'],
    ['||spoiler||', '\\|\\|spoiler\\|\\|'],
    ['> quote', '\\> quote'],
    ['- item\n1. item', '\\- item\n1\\. item'],
    ['**b** _i_ ~~s~~ `c`', '\\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\`'],
    ['\\', '\\\\'],
    ['99.5 % at 12: fine', '99.5 % at 12: fine'],
  ])('%s', (text, safe) => {
    expect(escaped(text)).toBe(safe)
    expect(markupIn(safe)).toEqual([])
  })

  test('changes nothing that is read', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = escaped(text).replace(/\\([^0-9A-Za-z\s])/g, '$1')
        expect(read).toBe(visible(text).toWellFormed())
        expect(escapedCode(text)).not.toContain('``')
      }),
    )
  })
})

const anyReply: fc.Arbitrary<Reply> = fc.record({
  title: anyText,
  lines: fc.array(anyText, { maxLength: 40 }),
  code: fc.option(fc.record({ language: fc.constantFrom('diff' as const, 'text' as const), text: anyText }), {
    nil: undefined as never,
  }),
  buttons: fc.array(
    fc.record({
      action: fc.constantFrom('vote:withdraw', 'list:next', 'link:confirm'),
      about: fc.uuid(),
      label: anyText,
      style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
    }),
    { maxLength: 7 },
  ),
})

const anyForm: fc.Arbitrary<Form> = fc.record({
  id: fc.constantFrom('propose', 'reject', 'revise'),
  about: fc.oneof(fc.constant(''), fc.uuid()),
  title: anyText,
  submit: anyText,
  fields: fc
    .array(
      fc.record(
        {
          label: anyText,
          hint: anyText,
          kind: fc.constantFrom('line' as const, 'text' as const, 'choice' as const),
          required: fc.boolean(),
          limit: fc.integer({ min: 1, max: 9000 }),
          initial: anyText,
          options: fc
            .array(anyText, { minLength: 1, maxLength: 40 })
            .map((labels) => labels.map((label, i) => ({ value: `v${i}`, label }))),
        },
        { requiredKeys: ['label', 'kind', 'required', 'options'] },
      ),
      { minLength: 1, maxLength: 7 },
    )
    .map((fields) => fields.map((field, i) => ({ id: `field${i}`, ...field }))),
})

describe('posts, replies and forms', () => {
  test('any post and any reply is legal, closes its code block once, and mentions nobody', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        for (const message of [renderPost(reply), renderReply(reply)]) {
          const text = textOf(message)
          expect(checkMessage(message)).toEqual([])
          expect(text.split('```')).toHaveLength(text.includes('```') ? 3 : 1)
          expect(markupIn(text)).toEqual([])
          expect(message.allowed_mentions).toEqual({ parse: [] })
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('a reply names its buttons’ actions and what they are about', () => {
    const reply = renderReply({
      title: 'Sure?',
      lines: ['It runs ./deploy.sh'],
      buttons: [{ action: 'vote:approve', about: 's-1', label: 'Approve', style: 'primary' }],
    })
    expect(buttonsOf(reply)).toMatchObject([{ custom_id: '1:vote:approve:s-1', label: 'Approve', style: 3 }])
    expect(textsOf(reply)).toEqual(['**Sure?**\nIt runs ./deploy.sh'])
  })

  test('any form is a legal modal', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        const data = renderForm(form)
        expect(checkModal(data)).toEqual([])
        expect(standInModal({ ...data })).toEqual([])
        expect(data.custom_id).toBe(`1:form:${form.id}:${form.about}`)
      }),
      { numRuns: 1_000 },
    )
  })

  test('they are legal in Discord’s own specification', ({ skip }) => {
    const spec = specification()
    if (!spec) return skip('Not run here: discord-openapi.json is not beside the repository')
    const callback = 'POST /interactions/{interaction_id}/{interaction_token}/callback'
    for (const form of fc.sample(anyForm, { numRuns: 200, seed: 2 }))
      expect(spec.faultsOfRequest(callback, { type: 9, data: renderForm(form) })).toEqual([])
    for (const reply of fc.sample(anyReply, { numRuns: 200, seed: 3 })) {
      expect(spec.faultsOfRequest(callback, { type: 4, data: renderReply(reply) })).toEqual([])
      expect(spec.faultsOfRequest('POST /channels/{channel_id}/messages', renderPost(reply))).toEqual([])
    }
  })
})
