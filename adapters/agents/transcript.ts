// What a run of an agent leaves as evidence: a line of JSON for every request, and one for what the command printed.
import { FORMATS } from '../../src/hunter/secrets/formats.ts'
import { visible } from '../../src/kernel/text.ts'

const MOST_OF_A_TEXT = 16 * 1024
const MOST = 2 * 1024 ** 2
/** Of a text that is cut: how it began. A conversation is sent whole each time, and its end is what is new. */
const BEGINNING = 2 * 1024
/** For all looking for secrets: a text can be made to take long. */
const MOST_MS = 3_000

/** Looked through for secrets: more than is kept, so that none begins outside of it and ends within. */
const MARGIN = 8 * 1024

function kept(text: string): string {
  const middle = text.length - MOST_OF_A_TEXT
  if (middle <= 0) return withoutSecrets(text)
  const beginning = withoutSecrets(text.slice(0, BEGINNING + MARGIN))
  const end = withoutSecrets(text.slice(BEGINNING - MOST_OF_A_TEXT - MARGIN))
  return `${beginning.slice(0, BEGINNING)}\n… ${middle} characters …\n${end.slice(BEGINNING - MOST_OF_A_TEXT)}`
}

export const withoutSecrets = (text: string): string =>
  FORMATS.reduce(
    (clean, { pattern }) =>
      clean.replaceAll(pattern, (whole, secret: string) => whole.replaceAll(secret, '‹secret›')),
    text,
  )

export type Said = Readonly<Record<string, string | number | undefined>>

export class TranscriptLines {
  readonly #lines: string[] = []
  readonly #redacted: (text: string) => string
  #length = 0
  #left = 0
  #ms = 0

  /** `redacted` takes out what no transcript may hold: the key. */
  constructor(redacted: (text: string) => string) {
    this.#redacted = redacted
  }

  add(said: Said): void {
    if (this.#length >= MOST) this.#left += 1
    else {
      const line = this.#line(said)
      this.#length += line.length + 1
      this.#lines.push(line)
    }
  }

  /** The last line always finds room. */
  end(said: Said): string {
    this.#lines.push(this.#line(this.#left > 0 ? { ...said, left_out: this.#left } : said))
    return `${this.#lines.join('\n')}\n`
  }

  #line(said: Said): string {
    const shown = Object.entries(said).map(([name, value]) => [
      name,
      typeof value === 'string' ? this.#shown(value) : value,
    ])
    return JSON.stringify(Object.fromEntries(shown))
  }

  #shown(text: string): string {
    if (this.#ms > MOST_MS) return '‹not kept: looking for secrets in what went before took too long›'
    const begun = performance.now()
    const shown = kept(visible(this.#redacted(text)))
    this.#ms += performance.now() - begun
    return shown
  }
}
