// What a Python string literal says (Language Reference 2.4.1).

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** `hidden`: ordinary letters are written as escapes. Bytes are read as Latin-1. */
export function readString(literal: string): { value: string; hidden: boolean } {
  const [, prefix = '', quote = ''] = /^([a-z]*)("""|'''|"|')/i.exec(literal) ?? []
  const body = literal.slice(
    prefix.length + quote.length,
    literal.endsWith(quote) ? literal.length - quote.length : undefined,
  )
  if (/r/i.test(prefix)) return { value: body, hidden: false }
  const value = body.replaceAll(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{1,3})|(\n)|(.))/gi,
    (_all, hex: string, short: string, long: string, octal: string, newline: string, other: string) => {
      const code = hex ?? short ?? long
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      if (newline !== undefined) return ''
      return ESCAPES[other] ?? `\\${other}`
    },
  )
  const escapes = body.match(/\\x[2-7][0-9a-f]|\\u00[2-7][0-9a-f]|\\1[0-7]{2}/gi)?.length ?? 0
  return { value, hidden: escapes >= 3 && escapes * 4 >= body.length * 0.4 }
}
