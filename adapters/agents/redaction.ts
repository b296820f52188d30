// Takes the key out of what comes back, whatever chunks it comes in: an API may echo it, in an error for instance.

/** Beyond ASCII on both sides: with what stands around it, no mark can become part of a key. */
const MARK = Buffer.from('‹key›').toString('latin1')

/** As it stands, as part of a URL, as base64, and in JSON as Go and PHP write it as well. */
const formsOf = (key: string): string[] => [
  ...new Set([
    key,
    encodeURIComponent(key),
    encodeURIComponent(key).replace(/%../g, (code) => code.toLowerCase()),
    JSON.stringify(key).slice(1, -1),
    JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/'),
    JSON.stringify(key)
      .slice(1, -1)
      .replace(/[&<>]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    Buffer.from(key).toString('base64').replace(/=+$/, ''),
    Buffer.from(key).toString('base64url'),
  ]),
]

/** Over bytes, each a character of Latin-1. */
export class Redaction {
  readonly #forms: readonly string[]
  #held = ''

  constructor(key: string | undefined) {
    // The longest first: a form that holds another one is taken whole.
    this.#forms = key === undefined ? [] : formsOf(key).sort((a, b) => b.length - a.length)
  }

  /** What may pass on: all but an end that could be the beginning of the key. */
  push(part: Uint8Array): Buffer {
    const text = this.#without(this.#held + Buffer.from(part).toString('latin1'))
    const kept = this.#beginningAtTheEndOf(text)
    this.#held = text.slice(text.length - kept)
    return Buffer.from(text.slice(0, text.length - kept), 'latin1')
  }

  end(): Buffer {
    const rest = Buffer.from(this.#held, 'latin1')
    this.#held = ''
    return rest
  }

  /** Of a whole text. */
  static of(key: string | undefined): (text: string) => string {
    return (text) => {
      const redaction = new Redaction(key)
      return Buffer.concat([redaction.push(Buffer.from(text)), redaction.end()]).toString('utf8')
    }
  }

  #without(text: string): string {
    return this.#forms.reduce((clean, form) => clean.replaceAll(form, MARK), text)
  }

  #beginningAtTheEndOf(text: string): number {
    let longest = 0
    for (const form of this.#forms)
      for (let n = Math.min(form.length - 1, text.length); n > longest; n--)
        if (text.endsWith(form.slice(0, n))) {
          longest = n
          break
        }
    return longest
  }
}
