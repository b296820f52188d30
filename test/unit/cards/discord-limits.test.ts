// Every limit of CHAT.md 2.1, at it and one past it; our checker and the stand-in's must say the same.
import { expect, test } from 'vitest'
import { checkMessage, checkModal, LIMITS } from '../../../adapters/discord/limits.ts'
import { checkMessage as standInMessage } from '../../support/discord/limits.ts'
import { checkModal as standInModal } from '../../support/discord/limits-forms.ts'
import { specification } from '../../support/discord/specification.ts'

type Json = Record<string, unknown>
type Payload = { readonly message: Json } | { readonly modal: Json }

interface Case {
  readonly name: string
  readonly limit: number
  /** What is refused below; 0 where nothing is. */
  readonly least?: number
  /** A body that reaches n of what is limited. */
  make(n: number): Payload
}

const x = (n: number): string => 'x'.repeat(n)
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))

const v1 = (body: Json): Payload => ({ message: body })
const v2 = (...components: Json[]): Payload => ({ message: { flags: LIMITS.flag, components } })
const embed = (one: Json): Payload => v1({ embeds: [one] })
const text = (content = 'x'): Json => ({ type: 10, content })
const button = (i: number | string = 0, more: Json = {}): Json => ({
  type: 2,
  style: 1,
  label: 'x',
  custom_id: `b${i}`,
  ...more,
})
const link = (more: Json = {}): Json => ({ type: 2, style: 5, label: 'x', url: 'https://x.test/', ...more })
const row = (...components: Json[]): Json => ({ type: 1, components })
const container = (components: Json[], more: Json = {}): Json => ({ type: 17, components, ...more })
const section = (components: Json[], accessory: Json = button()): Json => ({ type: 9, components, accessory })
const picture = (more: Json = {}): Json => ({ media: { url: 'attachment://chart.png' }, ...more })
const gallery = (...items: Json[]): Json => ({ type: 12, items })
const option = (i: number, more: Json = {}): Json => ({ label: 'x', value: `${i}`, ...more })
const select = (more: Json = {}): Json => ({ type: 3, custom_id: 's', options: [option(0)], ...more })
const input = (more: Json = {}): Json => ({ type: 4, custom_id: 'i', style: 1, ...more })
const label = (component: Json = input(), more: Json = {}): Json => ({
  type: 18,
  label: 'x',
  component,
  ...more,
})
const modal = (components: Json[] = [label()], more: Json = {}): Payload => ({
  modal: { custom_id: 'm', title: 'x', components, ...more },
})

const CASES: readonly Case[] = [
  // A message of the old kind.
  { name: 'content', limit: 2000, make: (n) => v1({ content: x(n) }) },
  { name: 'content in code points', limit: 2000, make: (n) => v1({ content: '🧪'.repeat(n) }) },
  { name: 'embeds', limit: 10, make: (n) => v1({ embeds: many(n, () => ({ title: 'x' })) }) },
  { name: 'embed title', limit: 256, make: (n) => embed({ title: x(n) }) },
  { name: 'embed description', limit: 4096, make: (n) => embed({ description: x(n) }) },
  { name: 'embed footer', limit: 2048, make: (n) => embed({ footer: { text: x(n) } }) },
  { name: 'embed author', limit: 256, make: (n) => embed({ author: { name: x(n) } }) },
  {
    name: 'embed fields',
    limit: 25,
    make: (n) => embed({ fields: many(n, () => ({ name: 'x', value: 'x' })) }),
  },
  {
    name: 'embed field name',
    limit: 256,
    least: 1,
    make: (n) => embed({ fields: [{ name: x(n), value: 'x' }] }),
  },
  {
    name: 'embed field value',
    limit: 1024,
    least: 1,
    make: (n) => embed({ fields: [{ name: 'x', value: x(n) }] }),
  },
  {
    name: 'text of all embeds',
    limit: 6000,
    make: (n) => v1({ embeds: [{ description: x(4000) }, { description: x(Math.max(n - 4000, 0)) }] }),
  },
  { name: 'rows', limit: 5, make: (n) => v1({ content: 'x', components: many(n, (i) => row(button(i))) }) },
  { name: 'nonce', limit: 25, make: (n) => v1({ content: 'x', nonce: x(n) }) },
  {
    name: 'attachments',
    limit: 10,
    make: (n) => v1({ content: 'x', attachments: many(n, (i) => ({ id: `${i}` })) }),
  },
  {
    name: 'attachment description',
    limit: 1024,
    make: (n) => v1({ content: 'x', attachments: [{ id: '0', description: x(n) }] }),
  },
  // Components v2.
  { name: 'components at the top', limit: 40, make: (n) => v2(...many(n, () => text())) },
  { name: 'components in a container', limit: 40, make: (n) => v2(container(many(n - 1, () => text()))) },
  {
    name: 'components in rows in a container',
    limit: 40,
    make: (n) =>
      v2(
        container([
          ...many(6, (i) => row(...many(5, (j) => button(`${i}.${j}`)))),
          ...many(n - 37, () => text()),
        ]),
      ),
  },
  {
    name: 'components with accessories',
    limit: 40,
    make: (n) => v2(...many(12, (i) => section([text()], button(i))), ...many(n - 36, () => text())),
  },
  {
    name: 'no content beside v2',
    limit: 0,
    make: (n) => ({ message: { flags: LIMITS.flag, content: x(n), components: [text()] } }),
  },
  {
    name: 'no embeds beside v2',
    limit: 0,
    make: (n) => ({
      message: { flags: LIMITS.flag, embeds: many(n, () => ({ title: 'x' })), components: [text()] },
    }),
  },
  { name: 'a text display', limit: 4000, least: 1, make: (n) => v2(text(x(n))) },
  { name: 'text over displays', limit: 4000, make: (n) => v2(text(x(3000)), text(x(n - 3000))) },
  {
    name: 'text over containers and sections',
    limit: 4000,
    make: (n) => v2(container([text(x(1000)), section([text(x(1000)), text(x(1000))])]), text(x(n - 3000))),
  },
  { name: 'text in code points', limit: 4000, make: (n) => v2(text('🧪'.repeat(1500) + x(n - 1500))) },
  { name: 'text with a code block', limit: 4000, make: (n) => v2(text(`\`\`\`\n${x(n - 8)}\n\`\`\``)) },
  { name: 'texts of a section', limit: 3, least: 1, make: (n) => v2(section(many(n, () => text()))) },
  {
    name: 'pictures of a gallery',
    limit: 10,
    least: 1,
    make: (n) => v2(gallery(...many(n, () => picture()))),
  },
  { name: 'alt text in a gallery', limit: 1024, make: (n) => v2(gallery(picture({ description: x(n) }))) },
  {
    name: 'alt text of a thumbnail',
    limit: 1024,
    make: (n) => v2(section([text()], { type: 11, ...picture({ description: x(n) }) })),
  },
  {
    name: 'url of a picture',
    limit: 2048,
    make: (n) => v2(gallery({ media: { url: `https://x.test/${x(n - 15)}` } })),
  },
  {
    name: 'url of a thumbnail',
    limit: 2048,
    make: (n) => v2(section([text()], { type: 11, media: { url: `https://x.test/${x(n - 15)}` } })),
  },
  { name: 'accent colour', limit: 0xffffff, make: (n) => v2(container([text()], { accent_color: n })) },
  { name: 'buttons of a row', limit: 5, least: 1, make: (n) => v2(row(...many(n, button))) },
  {
    name: 'buttons of a row in a container',
    limit: 5,
    least: 1,
    make: (n) => v2(container([row(...many(n, button))])),
  },
  {
    name: 'selects of a row',
    limit: 1,
    least: 1,
    make: (n) => v2(row(...many(n, (i) => select({ custom_id: `s${i}` })))),
  },
  {
    name: 'custom id of a button',
    limit: 100,
    least: 1,
    make: (n) => v2(row(button(0, { custom_id: x(n) }))),
  },
  {
    name: 'custom id of an accessory',
    limit: 100,
    least: 1,
    make: (n) => v2(section([text()], button(0, { custom_id: x(n) }))),
  },
  { name: 'one custom id', limit: 1, make: (n) => v2(row(...many(n, () => button(0)))) },
  {
    name: 'one custom id over rows and accessories',
    limit: 1,
    make: (n) => v2(section([text()], button(0)), ...many(n - 1, () => container([row(button(0))]))),
  },
  { name: 'label', limit: 80, least: 1, make: (n) => v2(row(button(0, { label: x(n) }))) },
  {
    name: 'label beside an emoji',
    limit: 80,
    make: (n) => v2(row(button(0, { label: x(n), emoji: { name: '🧪' } }))),
  },
  { name: 'url of a button', limit: 512, make: (n) => v2(row(link({ url: `https://x.test/${x(n - 15)}` }))) },
  {
    name: 'no custom id on a link',
    limit: 0,
    make: (n) => v2(row(link(n === 0 ? {} : { custom_id: 'c' }))),
  },
  {
    name: 'no url on a button',
    limit: 0,
    make: (n) => v2(row(button(0, n === 0 ? {} : { url: 'https://x.test/' }))),
  },
  { name: 'no label in a message', limit: 0, make: (n) => v2(text(), ...many(n, () => label())) },
  {
    name: 'no container in a container',
    limit: 0,
    make: (n) => v2(container([text(), ...many(n, () => container([text()]))])),
  },
  { name: 'no text in a row', limit: 0, make: (n) => v2(row(button(), ...many(n, () => text()))) },
  {
    name: 'options of a select',
    limit: 25,
    least: 1,
    make: (n) => v2(row(select({ options: many(n, option) }))),
  },
  {
    name: 'option label',
    limit: 100,
    least: 1,
    make: (n) => v2(row(select({ options: [option(0, { label: x(n) })] }))),
  },
  {
    name: 'option value',
    limit: 100,
    least: 1,
    make: (n) => v2(row(select({ options: [option(0, { value: x(n) })] }))),
  },
  {
    name: 'option description',
    limit: 100,
    make: (n) => v2(row(select({ options: [option(0, { description: x(n) })] }))),
  },
  { name: 'one option value', limit: 1, make: (n) => v2(row(select({ options: many(n, () => option(0)) }))) },
  { name: 'placeholder of a select', limit: 150, make: (n) => v2(row(select({ placeholder: x(n) }))) },
  { name: 'custom id of a select', limit: 100, least: 1, make: (n) => v2(row(select({ custom_id: x(n) }))) },
  { name: 'least chosen', limit: 25, make: (n) => v2(row(select({ min_values: n }))) },
  { name: 'most chosen', limit: 25, least: 1, make: (n) => v2(row(select({ max_values: n }))) },
  // Modals.
  { name: 'modal custom id', limit: 100, least: 1, make: (n) => modal(undefined, { custom_id: x(n) }) },
  { name: 'modal title', limit: 45, least: 1, make: (n) => modal(undefined, { title: x(n) }) },
  {
    name: 'modal fields',
    limit: 5,
    least: 1,
    make: (n) => modal(many(n, (i) => label(input({ custom_id: `i${i}` })))),
  },
  { name: 'modal label', limit: 45, least: 1, make: (n) => modal([label(undefined, { label: x(n) })]) },
  { name: 'modal description', limit: 100, make: (n) => modal([label(undefined, { description: x(n) })]) },
  { name: 'modal text', limit: 4000, least: 1, make: (n) => modal([text(x(n)), label()]) },
  { name: 'input custom id', limit: 100, least: 1, make: (n) => modal([label(input({ custom_id: x(n) }))]) },
  { name: 'input placeholder', limit: 100, make: (n) => modal([label(input({ placeholder: x(n) }))]) },
  { name: 'input value', limit: 4000, make: (n) => modal([label(input({ value: x(n) }))]) },
  { name: 'input least length', limit: 4000, make: (n) => modal([label(input({ min_length: n }))]) },
  { name: 'input most length', limit: 4000, least: 1, make: (n) => modal([label(input({ max_length: n }))]) },
  { name: 'input style', limit: 2, least: 1, make: (n) => modal([label(input({ style: n }))]) },
  {
    name: 'one input custom id',
    limit: 1,
    make: (n) => modal(many(n, () => label())),
  },
  { name: 'no button in a modal', limit: 0, make: (n) => modal([label(), ...many(n, () => row(button()))]) },
  {
    name: 'modal options',
    limit: 25,
    least: 1,
    make: (n) => modal([label(select({ options: many(n, option) }))]),
  },
  {
    name: 'modal option label',
    limit: 100,
    least: 1,
    make: (n) => modal([label(select({ options: [option(0, { label: x(n) })] }))]),
  },
  {
    name: 'modal option value',
    limit: 100,
    least: 1,
    make: (n) => modal([label(select({ options: [option(0, { value: x(n) })] }))]),
  },
  {
    name: 'modal option description',
    limit: 100,
    make: (n) => modal([label(select({ options: [option(0, { description: x(n) })] }))]),
  },
  {
    name: 'modal select placeholder',
    limit: 150,
    make: (n) => modal([label(select({ placeholder: x(n) }))]),
  },
  {
    name: 'modal select custom id',
    limit: 100,
    least: 1,
    make: (n) => modal([label(select({ custom_id: x(n) }))]),
  },
]

const ours = (payload: Payload): string[] =>
  'modal' in payload ? checkModal(payload.modal) : checkMessage(payload.message)
const theirs = (payload: Payload): unknown[] =>
  'modal' in payload ? standInModal(payload.modal) : standInMessage(payload.message, ['chart.png'])

const payloads = CASES.flatMap(({ name, limit, least = 0, make }) => [
  { name: `${name}: ${limit}`, payload: make(limit), allowed: true },
  { name: `${name}: ${limit + 1}`, payload: make(limit + 1), allowed: false },
  ...(least > 0 ? [{ name: `${name}: ${least - 1}`, payload: make(least - 1), allowed: false }] : []),
])

test('there are more than a hundred payloads at a limit or past it', () => {
  expect(payloads.length).toBeGreaterThan(100)
})

test.each(payloads)('$name', ({ payload, allowed }) => {
  expect({ ours: ours(payload).length === 0, said: ours(payload) }).toMatchObject({ ours: allowed })
  expect({ theirs: theirs(payload).length === 0, said: theirs(payload) }).toMatchObject({ theirs: allowed })
})

test('what is at a limit is legal in Discord’s own specification', ({ skip }) => {
  const spec = specification()
  if (!spec) return skip('Not run here: discord-openapi.json is not beside the repository')
  for (const { name, payload, allowed } of payloads) {
    if (!allowed) continue
    const faults =
      'modal' in payload
        ? spec.faultsOfRequest('POST /interactions/{interaction_id}/{interaction_token}/callback', {
            type: 9,
            data: payload.modal,
          })
        : spec.faultsOfRequest('POST /channels/{channel_id}/messages', payload.message)
    expect(faults, name).toEqual([])
  }
})

test('past 10,170 bytes of text Discord fails, within 4,000 characters or not', () => {
  const bytes = (n: number) => v2(text('語'.repeat(3300)), text(x(n - 9900 - 2 * 12)))
  expect(ours(bytes(10_170))).toEqual([])
  expect(ours(bytes(10_171))).toHaveLength(1)
})
