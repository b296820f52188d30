// Crypto Key Manager: Ed25519 keys, what they sign, and how a signature is checked.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { dsse } from '@sigstore/core'

/** Signs; whoever holds one never sees the private key. A KMS can stand behind it. */
export interface Signer {
  /** Name in signed notes, such as `grace/ledger`. */
  readonly name: string
  /** 32 bytes, as RFC 8032 has it. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** A key signs for one purpose only: checkpoints of the ledger, statements about a change, commits of an execution. */
export const PURPOSES = ['ledger', 'attestation', 'execution'] as const
export type Purpose = (typeof PURPOSES)[number]

/** The keys of one purpose. */
export interface Ring {
  readonly signer: Signer
  /** Public keys whose signatures are believed: today's, and those before it. */
  readonly known: readonly Uint8Array[]
}

/** As the database knows it. */
export interface KeyRecord {
  readonly id: string
  /** `any`: of the one key that there was before there were purposes. */
  readonly purpose: Purpose | 'any'
  readonly publicKey: Uint8Array
  readonly since: Date
  readonly notAfter: Date
  readonly revokedAt: Date | null
}

/** Only the worker holds one. */
export type Keyring = Readonly<Record<Purpose, Ring>>

export const ringOf = (signer: Signer, retired: readonly Uint8Array[] = []): Ring => ({
  signer,
  known: [signer.publicKey, ...retired],
})

/** Name of a purpose's keys in signed notes. */
export const keyName = (purpose: Purpose): string => `grace/${purpose}`

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export const rawPublicKey = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length))

const keyObject = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })

export const signerOf = (name: string, privateKey: KeyObject): Signer => ({
  name,
  publicKey: rawPublicKey(createPublicKey(privateKey)),
  sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
})

export const verifies = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  publicKey.length === 32 && signature.length === 64 && verify(null, message, keyObject(publicKey), signature)

/** First 16 hexadecimal digits of the public key's SHA-256. */
export const keyIdOf = (publicKey: Uint8Array): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 16)

/** DSSE envelope (secure-systems-lab/dsse v1). */
export interface Envelope {
  readonly payloadType: string
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

const IN_TOTO = 'application/vnd.in-toto+json'

export async function seal(statement: object, signer: Signer): Promise<Envelope> {
  const payload = Buffer.from(JSON.stringify(statement))
  const sig = await signer.sign(dsse.preAuthEncoding(IN_TOTO, payload))
  return {
    payloadType: IN_TOTO,
    payload: payload.toString('base64'),
    signatures: [{ keyid: keyIdOf(signer.publicKey), sig: Buffer.from(sig).toString('base64') }],
  }
}

export interface Unsealed {
  readonly statement: unknown
  /** Of the key that signed it. */
  readonly keyId: string
}

/** The statement, if one of its signatures is by one of those keys; undefined otherwise. */
export function unseal(envelope: Envelope, known: readonly Uint8Array[]): Unsealed | undefined {
  if (envelope.payloadType !== IN_TOTO) return undefined
  const payload = Buffer.from(envelope.payload, 'base64')
  const message = dsse.preAuthEncoding(IN_TOTO, payload)
  const by = known.find((key) =>
    envelope.signatures.some(({ sig }) => verifies(key, message, Buffer.from(sig, 'base64'))),
  )
  return by && { statement: JSON.parse(payload.toString('utf8')), keyId: keyIdOf(by) }
}
