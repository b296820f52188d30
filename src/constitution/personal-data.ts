// Personal data in a line of text. Own validators: libraries flag ordinary lines (LIBRARIES.md).

const EMAIL = /[a-z0-9._%+-]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi
// RFC 2606 names and the addresses that tests and licences use.
const RESERVED = /(?:^|\.)(?:example|invalid|test|localhost)(?:\.(?:com|org|net))?$/i
const CARD = /\b(?:\d[ -]?){13,19}\b/g
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g

/** ISO/IEC 7812-1 check digit. */
export function luhn(digits: string): boolean {
  let total = 0
  for (let i = 0; i < digits.length; i++) {
    let d = Number(digits[digits.length - 1 - i])
    if (i % 2 === 1) d = d > 4 ? d * 2 - 9 : d * 2
    total += d
  }
  return total % 10 === 0
}

/** ISO 13616 (mod 97 = 1). */
export function validIban(text: string): boolean {
  const compact = text.replaceAll(' ', '')
  if (compact.length < 15 || compact.length > 34) return false
  const digits = [...(compact.slice(4) + compact.slice(0, 4))]
    .map((c) => Number.parseInt(c, 36).toString())
    .join('')
  return [...digits].reduce((rest, d) => (rest * 10 + Number(d)) % 97, 0) === 1
}

/** What kinds of personal data the line holds; the data themselves are not returned. */
export function personalData(line: string): string[] {
  const kinds: string[] = []
  if ([...line.matchAll(EMAIL)].some((m) => !RESERVED.test(m[1] ?? ''))) kinds.push('an e-mail address')
  for (const [text] of line.matchAll(CARD)) {
    const digits = text.replace(/\D/g, '')
    if (/^[3-6]/.test(digits) && luhn(digits)) kinds.push('a card number')
  }
  if ([...line.matchAll(IBAN)].some(([text]) => validIban(text))) kinds.push('an IBAN')
  return kinds
}
