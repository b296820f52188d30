// How sure it is that it was the person: a click proves an account, a passkey the person who holds it.
export type Assurance = 'click' | 'passkey'

/** What the ledger keeps of an assertion: with the public key anybody can check it (WebAuthn section 7.2). */
export interface Assertion {
  readonly credential: string
  readonly nonce: string
  readonly clientData: string
  readonly authenticatorData: string
  readonly signature: string
}

/** Where passkeys work: the host that they belong to, and the origin of its pages (WebAuthn's RP ID and origin). */
export interface PasskeySite {
  readonly id: string
  readonly origin: string
}

/** Browsers have passkeys on pages of https, and of localhost, that are reached by a name. */
export function passkeySiteOf(url: string | undefined): PasskeySite | undefined {
  if (url === undefined) return undefined
  const { hostname, origin, protocol } = new URL(url)
  const isAddress = /^[\d.]+$|^\[/.test(hostname)
  return (protocol === 'https:' || hostname === 'localhost') && !isAddress
    ? { id: hostname, origin }
    : undefined
}

const LEVELS = ['low', 'medium', 'high', 'critical']
export const PASSKEY_FROM = ['low', 'medium', 'high', 'critical', 'never'] as const
export type PasskeyFrom = (typeof PASSKEY_FROM)[number]

/** What an approval needs at that risk; a risk that nobody knows is a high one. */
export function assuranceFor(site: PasskeySite | undefined, from: PasskeyFrom, risk: string): Assurance {
  if (!site || from === 'never') return 'click'
  const at = LEVELS.indexOf(risk)
  return (at < 0 ? LEVELS.length : at) >= LEVELS.indexOf(from) ? 'passkey' : 'click'
}
