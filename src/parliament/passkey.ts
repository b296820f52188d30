// A passkey of a member, and what is asked of it: one session, shown as it stands, and an approval.
import { createHash, randomBytes } from 'node:crypto'
import type { Assertion, PasskeySite } from '../access/assurance.ts'
import { canonical } from '../kernel/digest.ts'
import type { Session } from './session.ts'

export interface Passkey {
  /** Credential id, base64url. */
  readonly id: string
  readonly member: string
  /** COSE key (RFC 9052), base64url. */
  readonly publicKey: string
  /** Signature counter; stays 0 where the authenticator has none. */
  readonly counter: number
  readonly transports: readonly string[]
  /** Host that it was made for. */
  readonly site: string
}

export interface Challenge {
  /** 32 bytes, base64url. */
  readonly challenge: string
  readonly member: string
  /** Null where a passkey is made. */
  readonly session: string | null
  readonly nonce: string
}

export interface Passkeys {
  of(member: string): Promise<Passkey | undefined>
  /** False where the member has one already. */
  insert(passkey: Passkey): Promise<boolean>
  used(id: string, counter: number): Promise<void>
  /** `lifeMs`: how long it may be answered. */
  ask(challenge: Challenge, lifeMs: number): Promise<void>
  /** Once; undefined where it was answered before, is too old, or never was. */
  answered(challenge: string): Promise<Challenge | undefined>
}

/** WebAuthn's formats; the responses are the browser's JSON. Refuses (passkey_refused) what does not verify. */
export interface Authenticators {
  creationOptions(site: PasskeySite, member: { id: string; name: string }, challenge: string): Promise<object>
  created(
    site: PasskeySite,
    challenge: string,
    response: unknown,
  ): Promise<Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports'>>
  requestOptions(site: PasskeySite, passkey: Passkey, challenge: string): Promise<object>
  asserted(
    site: PasskeySite,
    passkey: Passkey,
    challenge: string,
    response: unknown,
  ): Promise<{ readonly counter: number } & Omit<Assertion, 'nonce'>>
  /** The challenge that a response answers; undefined where it is no response. */
  challengeIn(response: unknown): string | undefined
}

/** What the browser answered, as far as it is kept. */
export const responseOf = ({ credential, clientData, authenticatorData, signature }: Assertion): object => ({
  id: credential,
  rawId: credential,
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: clientData, authenticatorData, signature },
})

export const newNonce = (): string => randomBytes(16).toString('base64url')

/** SHA-256 of what is being approved, by whom, and a nonce: the passkey signs exactly this session. */
export const challengeOf = (
  session: Pick<Session, 'id' | 'candidateDigest' | 'evidenceDigest' | 'policyDigest' | 'electorateDigest'>,
  member: string,
  nonce: string,
): string =>
  createHash('sha256')
    .update(
      canonical({
        purpose: 'grace approval',
        session: session.id,
        candidate: session.candidateDigest,
        evidence: session.evidenceDigest,
        policy: session.policyDigest,
        electorate: session.electorateDigest,
        member,
        nonce,
      }),
    )
    .digest('base64url')
