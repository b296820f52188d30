// Text from missions, people and tools, made harmless for Discord: no markup, no mention, no link, no emoji code.
import { visible } from '../../src/kernel/text.ts'

// A backslash before anything but a letter, a digit or white space makes it plain. `:` matters only before something
// (`:smile:`, `https://`), and the last two patterns only where a line begins.
const MARKS = /[\\*_~|`<>@#[\]]|:(?=\S)/g
const LINE_START = /^([ \t]*)-(?=\s|$)/gm
const LINE_NUMBER = /^([ \t]*\d+)\.(?=\s|$)/gm

/** The text as it is, wherever it stands outside a code block. */
export const escaped = (text: string): string =>
  visible(text)
    .toWellFormed()
    .replace(MARKS, '\\$&')
    .replace(LINE_START, '$1\\-')
    .replace(LINE_NUMBER, '$1\\.')

/** The text as it is, inside a code block: no backtick beside another, so that no fence can close it. */
export const escapedCode = (text: string): string =>
  visible(text)
    .toWellFormed()
    .replace(/`(?=`)/g, '`\u200b')

/** ISO 8601 as Discord shows it: in the reader's own time zone, and how far off. */
export function moment(iso: string): string {
  const unix = Math.floor(Date.parse(iso) / 1000)
  return Number.isFinite(unix) ? `<t:${unix}:f> (<t:${unix}:R>)` : escaped(iso)
}
