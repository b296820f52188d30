// What is said in a card's thread, privately, and asked in a form, as Discord's JSON.
import type { APILabelComponent, APIModalInteractionResponseCallbackData } from 'discord.js'
import type { Field, Form, Post, Reply } from '../../src/cards/post.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { type Block, cut, fitMessage, type Message } from './fit.ts'
import { LIMITS } from './limits.ts'

const MORE = '… shortened'

const blocksOf = ({ title, lines, code }: Post): Block[] => [
  {
    text: [
      ...[oneLine(title, 500)]
        .filter((line) => line !== '')
        .map((line) => ({ items: [line], before: '**', after: '**\n', rank: 3 })),
      { items: lines, between: '\n', rank: 2 },
    ],
  },
  ...(code
    ? [
        {
          text: [
            {
              items: code.text.split('\n'),
              between: '\n',
              before: `\`\`\`${code.language === 'diff' ? 'diff' : ''}\n`,
              after: '\n```',
              rank: 1,
              code: true,
            },
          ],
        },
      ]
    : []),
]

/** A message in the card's thread. */
export const renderPost = (post: Post): Message => fitMessage({ blocks: blocksOf(post), more: MORE })

/** A private answer. Whether it is private is said with the acknowledgement, not here: an edit can't say it. */
export const renderReply = (reply: Reply): Message =>
  fitMessage({
    blocks: [
      ...blocksOf(reply),
      {
        press: reply.buttons.map(({ action, about, label, style }) => ({
          customId: `1:${action}:${about}`,
          label,
          style,
        })),
      },
    ],
    more: MORE,
  })

/** The data of a modal; Discord words the submit button itself. */
export function renderForm({ id, about, title, fields }: Form): APIModalInteractionResponseCallbackData {
  return {
    custom_id: cut(`1:form:${id}:${about}`, LIMITS.customId),
    title: line(title, LIMITS.modal.title),
    components: fields.slice(0, LIMITS.modal.fields).map(fieldOf),
  }
}

const line = (text: string, most: number): string => oneLine(text.toWellFormed(), most) || '…'

const fieldOf = (field: Field): APILabelComponent => ({
  type: 18,
  label: line(field.label, LIMITS.modal.label),
  ...(field.hint ? { description: line(field.hint, LIMITS.modal.description) } : {}),
  component: inputOf(field),
})

function inputOf(field: Field): APILabelComponent['component'] {
  const { id, kind, required, limit, initial, options = [] } = field
  if (kind === 'choice')
    return {
      type: 3,
      custom_id: id,
      required,
      options: options.slice(0, LIMITS.select.options).map(({ value, label }) => ({
        value,
        label: line(label, LIMITS.select.label),
        ...(value === initial ? { default: true } : {}),
      })),
    }
  const most = Math.min(Math.max(Math.floor(limit ?? LIMITS.modal.text), 1), LIMITS.modal.text)
  return {
    type: 4,
    custom_id: id,
    style: kind === 'line' ? 1 : 2,
    required,
    max_length: most,
    ...(initial === undefined ? {} : { value: cut(initial, most) }),
  }
}
