// WebAuthn by @simplewebauthn/server: what a browser is asked, and whether what it answers verifies.
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Authenticators, Passkey } from '../../src/parliament/passkey.ts'

/** Loaded with the first passkey: it has as many files as the rest of a start together. */
const webauthn = () => import('@simplewebauthn/server')

const base64url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(20_000)
/** The browser's own JSON (WebAuthn Level 3, PublicKeyCredential.toJSON); what else it has is passed on unread. */
const responseSchema = z.looseObject({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: base64url }),
})
const clientDataSchema = z.object({ challenge: base64url })

const refused = (why: string): Refusal =>
  new Refusal(
    'forbidden',
    'passkey_refused',
    `The passkey's answer does not verify: ${why.slice(0, 200)}.`,
    'Load the page again, and approve again.',
  )

/** Throws a refusal for whatever the library does not take. */
async function verified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refused((error as Error).message)
  }
}

const credentialOf = ({ id, publicKey, counter }: Passkey) => ({
  id,
  publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
  counter,
})

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'))

export const authenticators: Authenticators = {
  creationOptions: async (site, { id, name }, challenge) =>
    (await webauthn()).generateRegistrationOptions({
      rpName: 'Grace',
      rpID: site.id,
      userID: new TextEncoder().encode(id),
      userName: id,
      userDisplayName: name,
      challenge: bytes(challenge),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    }),

  async created(site, challenge, response) {
    const { verifyRegistrationResponse } = await webauthn()
    const { registrationInfo } = await verified(() =>
      verifyRegistrationResponse({
        response: responseSchema.parse(response) as unknown as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.id,
        requireUserVerification: true,
      }),
    )
    if (!registrationInfo) throw refused('it was not made for this page')
    const { id, publicKey, counter, transports } = registrationInfo.credential
    return {
      id,
      publicKey: Buffer.from(publicKey).toString('base64url'),
      counter,
      transports: transports ?? [],
    }
  },

  requestOptions: async (site, { id, transports }, challenge) =>
    (await webauthn()).generateAuthenticationOptions({
      rpID: site.id,
      allowCredentials: [{ id, transports: [...transports] }],
      challenge: bytes(challenge),
      userVerification: 'required',
    }),

  async asserted(site, passkey, challenge, response) {
    const given = await verified(
      async () => responseSchema.parse(response) as unknown as AuthenticationResponseJSON,
    )
    const { verifyAuthenticationResponse } = await webauthn()
    const found = await verified(() =>
      verifyAuthenticationResponse({
        response: given,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.id,
        credential: credentialOf(passkey),
        requireUserVerification: true,
      }),
    )
    if (!found.verified) throw refused('its signature is not by the passkey that is kept')
    const { clientDataJSON, authenticatorData, signature } = given.response
    return {
      counter: found.authenticationInfo.newCounter,
      credential: passkey.id,
      clientData: clientDataJSON,
      authenticatorData,
      signature,
    }
  },

  challengeIn(response) {
    const read = responseSchema.safeParse(response)
    if (!read.success) return undefined
    try {
      const text = Buffer.from(read.data.response.clientDataJSON, 'base64url').toString('utf8')
      return clientDataSchema.parse(JSON.parse(text)).challenge
    } catch {
      return undefined
    }
  },
}
