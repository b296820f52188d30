// Text from people, repositories and tools is data: this is what is done to it before it is kept.
import { Refusal } from './refusal.ts'

// C0 and C1 controls but tab and newline, and every character that reorders or hides text
// (Unicode TR36: bidirectional controls, zero-width characters, tags).
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escape sequences begin with one
const ESCAPE_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g

/** Without terminal escapes, controls and invisible characters. */
export const visible = (text: string): string => text.replace(ESCAPE_SEQUENCE, '').replace(UNSEEN, '')

/** One line, cut to `limit` characters by code point, at a word where there is one near. */
export function oneLine(text: string, limit = 200): string {
  const line = visible(text).replace(/\s+/g, ' ').trim()
  const points = Array.from(line)
  if (points.length <= limit) return line
  const cut = points.slice(0, limit - 1).join('')
  return `${points[limit - 1] === ' ' ? cut : cut.replace(/ \S{0,20}$/, '')}…`
}

/** As a sentence that another may follow: what tools print rarely ends like one. */
export const sentence = (text: string): string =>
  /[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`

/** Lines as a block of Markdown in which nothing is markup, and nobody is mentioned. */
export const fenced = (lines: readonly string[]): string =>
  `~~~text\n${lines
    .flatMap((line) => visible(line).split('\n'))
    .map((line) => line.replace(/^\s*~~~/, ' ~ ~ ~'))
    .join('\n')}\n~~~`

export const LIMITS = {
  title: 200,
  description: 4_000,
  rationale: 4_000,
  feedback: 4_000,
  reason: 1_000,
  cause: 1_000,
  corrective: 1_000,
  preventive: 1_000,
} as const

/**
 * A field that a person wrote: cleaned, and refused where it is empty (unless optional) or too long.
 * Refuses rather than cuts, so that nobody's words are changed unseen.
 */
export function written(field: keyof typeof LIMITS, text: string | undefined, optional = false): string {
  const clean = visible(text ?? '').trim()
  const single = field === 'title' ? clean.replace(/\s+/g, ' ') : clean
  const length = Array.from(single).length
  if (length > LIMITS[field])
    throw new Refusal(
      'invalid',
      `${field}_too_long`,
      `The ${field} has ${length} characters; at most ${LIMITS[field]} are kept.`,
      'Shorten it and send it again.',
    )
  if (length === 0 && !optional)
    throw new Refusal('invalid', `${field}_missing`, `The ${field} is empty.`, `Say the ${field} in words.`)
  return single
}
