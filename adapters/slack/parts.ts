// What a card is put together from: classic blocks, each with what it matters.
import type { types } from '@slack/bolt'
import { WHOLE } from './fit.ts'

export interface Part {
  readonly block: types.KnownBlock
  readonly rank: number
}

/** Which blocks are shortened where there is no room for all, the highest first. */
export const RANK = { evidence: 4, why: 3, state: 2, holds: 1 } as const

export const header = (text: string): Part => ({
  block: { type: 'header', text: { type: 'plain_text', text, emoji: true } },
  rank: WHOLE,
})

/** `verbatim`: Slack makes no link and no mention of its own from what is written. */
export const section = (text: string, rank: number = WHOLE): Part => ({
  block: { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
  rank,
})

export const context = (text: string, rank: number = WHOLE): Part => ({
  block: { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] },
  rank,
})

export const DIVIDER: Part = { block: { type: 'divider' }, rank: WHOLE }

export const spaced = (name: string): string => name.replaceAll('_', ' ')
export const counted = (n: number, of: string): string => `${n} ${n === 1 ? of : `${of}s`}`
export const joined = (parts: readonly string[], between: string): string =>
  parts.filter((part) => part !== '').join(between)
