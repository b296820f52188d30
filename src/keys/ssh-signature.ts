// SSHSIG (OpenSSH's PROTOCOL.sshsig): how git signs commits without GnuPG.
import { createHash } from 'node:crypto'
import type { Signer } from './key.ts'

const MAGIC = Buffer.from('SSHSIG')
const NAMESPACE = 'git'
const HASH = 'sha512'
const TYPE = 'ssh-ed25519'
const LINE = 70

const string = (of: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(of)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const keyBlob = (publicKey: Uint8Array): Buffer => Buffer.concat([string(TYPE), string(publicKey)])

/** The public key as authorized_keys and git's allowed signers have it. */
export const sshPublicKey = (publicKey: Uint8Array): string =>
  `${TYPE} ${keyBlob(publicKey).toString('base64')}`

/** Armored, ending in a newline. */
export async function sshSign(message: string, signer: Signer): Promise<string> {
  const hashed = createHash(HASH).update(message).digest()
  const context = [string(NAMESPACE), string(''), string(HASH)]
  const signature = await signer.sign(Buffer.concat([MAGIC, ...context, string(hashed)]))
  const version = Buffer.from([0, 0, 0, 1])
  const blob = Buffer.concat([
    MAGIC,
    version,
    string(keyBlob(signer.publicKey)),
    ...context,
    string(Buffer.concat([string(TYPE), string(signature)])),
  ]).toString('base64')
  const lines = blob.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
}
