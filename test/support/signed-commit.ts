// Reads SSHSIG (OpenSSH's PROTOCOL.sshsig) by its own lights, where no ssh-keygen is.
import { createHash } from 'node:crypto'
import { verifies } from '../../src/keys/key.ts'

function* fields(blob: Buffer): Generator<Buffer> {
  for (let at = 0; at < blob.length; ) {
    const length = blob.readUInt32BE(at)
    yield blob.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
}
const field = (bytes: Buffer | string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(bytes as Buffer))
  return Buffer.concat([length, Buffer.from(bytes as Buffer)])
}

/** `text`: of `git cat-file commit`. Whether its signature is over the rest of it, by that key. */
export function isSignedCommit(text: string, publicKey: Uint8Array): boolean {
  const header = /^gpgsig -----BEGIN SSH SIGNATURE-----\n((?: .+\n)+?) -----END SSH SIGNATURE-----\n/m.exec(
    text,
  )
  if (!header) return false
  const blob = Buffer.from(header[1]!.replace(/\s/g, ''), 'base64')
  if (blob.subarray(0, 6).toString() !== 'SSHSIG' || blob.readUInt32BE(6) !== 1) return false
  const [key, namespace, reserved, hash, signature] = fields(blob.subarray(10))
  const [, raw] = fields(key!)
  const [, sig] = fields(signature!)
  if (!Buffer.from(publicKey).equals(raw!) || namespace!.toString() !== 'git') return false
  // The shell that read it took the last newline away.
  const signed = `${text.replace(header[0], '')}\n`
  const hashed = createHash(hash!.toString()).update(signed).digest()
  const message = Buffer.concat([
    Buffer.from('SSHSIG'),
    field(namespace!),
    field(reserved!),
    field(hash!),
    field(hashed),
  ])
  return verifies(publicKey, message, sig!)
}
