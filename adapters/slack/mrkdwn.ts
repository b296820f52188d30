// Text from missions, people and tools, made harmless for Slack: no markup, no mention, no link, no emoji code. Slack
// has no escape for its markup, so what could become markup is parted by a character that nobody sees, or looks alike.
import { visible } from '../../src/kernel/text.ts'

/** U+2060, word joiner: no width, no break. */
const JOINER = '\u2060'
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/** Not the one inside an address, unless a group's name follows. */
const AT = /(?<!\w)@(?=\w)|@(?=everyone|channel|here)/gi

/** At most three marks on a letter: more of them paint over the lines above and below. */
const STACKED = /(\p{M}{3})\p{M}+/gu

/** One line without controls, of at most `limit` UTF-16 units: what Slack may count, and never less than it counts. */
export function line(text: string, limit: number): string {
  const clean = visible(text.slice(0, limit * 4))
    .toWellFormed()
    .replace(STACKED, '$1')
    .replace(/\s+/g, ' ')
    .trim()
  return clean.length <= limit ? clean : `${cut(clean, limit - 1)}…`
}

/** The first `limit` UTF-16 units, and no half of a surrogate pair. */
export const cut = (text: string, limit: number): string => {
  const end = Math.max(0, limit)
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end)
}

/** Words of the other direction must not move the figures beside them. */
const isolated = (text: string): string => (RTL.test(text) ? `\u2068${text}\u2069` : text)

const parted = (text: string): string =>
  text
    .replace(/<(?=[!@#])/g, `<${JOINER}`)
    .replace(AT, `@${JOINER}`)
    .replace(/:(?=[\w+'-]+:)/g, `:${JOINER}`)

/** For a plain_text object, which has no markup; still nothing in it looks like a mention to anybody. */
export function plain(text: string, limit: number): string {
  for (let room = limit; ; ) {
    const safe = isolated(parted(line(text, room)))
    if (safe.length <= limit) return safe
    room -= safe.length - limit
  }
}

const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ', _: 'ˍ' }

/** Only what Slack asks for: inside code, and around text that is harmless already. */
export const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** For mrkdwn and for a message's `text`. An underscore inside a word is no markup and stays. */
export const escaped = (text: string, limit: number): string =>
  isolated(
    entities(
      parted(line(text, limit))
        .replace(/:(?=\/\/)/g, `:${JOINER}`)
        .replace(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (mark) => LOOKALIKES[mark]!)
        .replace(/^>/, `${JOINER}>`),
    ),
  )

/** Lines of a code block: no backtick beside another, so that no fence can close it. */
export const escapedCode = (text: string): string =>
  entities(
    visible(text)
      .toWellFormed()
      .replace(STACKED, '$1')
      .replace(/`(?=`)/g, `\`${JOINER}`)
      .replace(/<(?=[!@#])/g, `<${JOINER}`)
      .replace(AT, `@${JOINER}`),
  )

/** ISO 8601 as Slack shows it: in the reader's own time zone. */
export function moment(iso: string): string {
  const unix = Math.floor(Date.parse(iso) / 1000)
  return Number.isFinite(unix)
    ? `<!date^${unix}^{date_short_pretty} {time}|${new Date(unix * 1000).toISOString()}>`
    : escaped(iso, 40)
}

/** A link of ours; nothing where the address is not one for a browser. */
export function link(url: string, label: string): string {
  if (!URL.canParse(url)) return ''
  const { protocol, href } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return ''
  return `<${entities(href).replaceAll('|', '%7C')}|${escaped(label, 60)}>`
}
