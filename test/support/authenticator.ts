// An authenticator in software (WebAuthn, ES256): answers as a browser's passkey does, or wrongly where a test says so.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

interface Asked {
  readonly challenge: string
}
export interface Wrongly {
  readonly origin?: string
  readonly site?: string
  readonly challenge?: string
  /** The person was not verified (no PIN, no fingerprint). */
  readonly unverified?: boolean
  readonly type?: string
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()
const base64url = (data: string | Uint8Array): string => Buffer.from(data as Uint8Array).toString('base64url')
const text = (word: string): Buffer => Buffer.concat([Buffer.of(0x60 | word.length), Buffer.from(word)])
const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

export class Authenticator {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #id = randomBytes(16)
  readonly #site: string
  readonly #origin: string
  #counter = 0

  constructor(site: { readonly id: string; readonly origin: string }) {
    this.#site = site.id
    this.#origin = site.origin
  }

  #clientData(type: string, challenge: string, wrongly: Wrongly): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: wrongly.type ?? type,
        challenge: wrongly.challenge ?? challenge,
        origin: wrongly.origin ?? this.#origin,
      }),
    )
  }

  #authenticatorData(flags: number, wrongly: Wrongly, more = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(++this.#counter)
    const verified = wrongly.unverified ? 0 : VERIFIED
    return Buffer.concat([
      sha256(wrongly.site ?? this.#site),
      Buffer.of(PRESENT | verified | flags),
      counter,
      more,
    ])
  }

  make({ challenge }: Asked, wrongly: Wrongly = {}): object {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' })
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x!, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y!, 'base64url'),
    ])
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, this.#id.length), this.#id, cose])
    const data = this.#authenticatorData(ATTESTED, wrongly, attested)
    const attestationObject = Buffer.concat([
      Buffer.of(0xa3),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.of(0xa0),
      text('authData'),
      Buffer.of(0x58, data.length),
      data,
    ])
    return this.#answer({
      clientDataJSON: base64url(this.#clientData('webauthn.create', challenge, wrongly)),
      attestationObject: base64url(attestationObject),
      transports: ['internal'],
    })
  }

  get({ challenge }: Asked, wrongly: Wrongly = {}): object {
    const clientData = this.#clientData('webauthn.get', challenge, wrongly)
    const data = this.#authenticatorData(0, wrongly)
    return this.#answer({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#keys.privateKey)),
    })
  }

  #answer(response: object): object {
    const id = base64url(this.#id)
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }
}
