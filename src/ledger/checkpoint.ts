// C2SP tlog-checkpoint: a signed note that says how large the tree is and what its root is.
import { createHash } from 'node:crypto'
import { keyIdOf, type Signer, verifies } from '../keys/key.ts'
import type { Hash } from './merkle.ts'

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

const ED25519 = 1

/** C2SP signed-note: the first four bytes of SHA-256(name, newline, 0x01, public key). */
function noteKeyId(name: string, publicKey: Uint8Array): Buffer {
  const hash = createHash('sha256').update(name).update('\n').update(Uint8Array.of(ED25519)).update(publicKey)
  return hash.digest().subarray(0, 4)
}

/** C2SP signed-note verifier key: what somebody needs to check a note, `name+hash+base64`. */
export const verifierKey = (name: string, publicKey: Uint8Array): string =>
  `${name}+${noteKeyId(name, publicKey).toString('hex')}+${Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64')}`

const body = (of: Checkpoint): string =>
  `${of.origin}\n${of.size}\n${Buffer.from(of.root).toString('base64')}\n`

export async function signCheckpoint(of: Checkpoint, signer: Signer): Promise<string> {
  const text = body(of)
  const signature = await signer.sign(Buffer.from(text))
  const blob = Buffer.concat([noteKeyId(signer.name, signer.publicKey), signature]).toString('base64')
  return `${text}\n— ${signer.name} ${blob}\n`
}

/** With the key that signed it. */
export interface Opened extends Checkpoint {
  readonly keyId: string
}

/** The checkpoint that a note says, if it is signed by one of those keys; undefined otherwise. */
export function openCheckpoint(note: string, name: string, known: readonly Uint8Array[]): Opened | undefined {
  const end = note.indexOf('\n\n')
  if (end < 0) return undefined
  const text = note.slice(0, end + 1)
  const [origin, size, root, ...rest] = text.slice(0, -1).split('\n')
  if (!origin || !size || !/^(?:0|[1-9]\d*)$/.test(size) || !root || rest.length > 0) return undefined
  const [by] = note
    .slice(end + 2)
    .split('\n')
    .filter((line) => line.startsWith(`— ${name} `))
    .flatMap((line) => {
      const blob = Buffer.from(line.slice(`— ${name} `.length), 'base64')
      return known.filter(
        (key) =>
          blob.subarray(0, 4).equals(noteKeyId(name, key)) &&
          verifies(key, Buffer.from(text), blob.subarray(4)),
      )
    })
  return (
    by && {
      origin,
      size: Number(size),
      root: new Uint8Array(Buffer.from(root, 'base64')),
      keyId: keyIdOf(by),
    }
  )
}
