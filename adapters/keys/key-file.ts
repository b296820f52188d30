// Grace's signing key on disk: mode 0600, encrypted with age where a passphrase is given.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Decrypter, Encrypter } from 'age-encryption'
import type { Secret } from '../../src/config/secret.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { type Signer, signerOf } from '../../src/keys/key.ts'
import { readOrMake } from '../state/directories.ts'

export interface KeyFile {
  readonly signer: Signer
  readonly encrypted: boolean
  readonly path: string
}

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined

/** A file that is there whole or not at all, and never takes the place of another. */
async function writeWhole(path: string, data: Uint8Array): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  await writeFile(fresh, data, { mode: 0o600 })
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(fresh, { force: true })
}

async function encrypt(pem: string, passphrase: Secret): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase.reveal())
  return encrypter.encrypt(pem)
}

async function decrypt(path: string, passphrase: Secret): Promise<string> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase.reveal())
  return decrypter.decrypt(new Uint8Array(await readFile(path)), 'text').catch(() => {
    throw new Refusal(
      'unavailable',
      'key_locked',
      `${path} can't be opened with this passphrase.`,
      'Check GRACE_KEY_PASSPHRASE or GRACE_KEY_PASSPHRASE_FILE.',
    )
  })
}

/** Opens the key, or makes it at first start. A key that lies open is encrypted once a passphrase is given. */
export async function openKey(
  directory: string,
  name: string,
  passphrase: Secret | undefined,
): Promise<KeyFile> {
  const plain = join(directory, 'signing.pem')
  const sealed = `${plain}.age`
  if (await exists(sealed)) {
    if (!passphrase)
      throw new Refusal(
        'unavailable',
        'key_locked',
        `${sealed} is encrypted and no passphrase is given.`,
        'Set GRACE_KEY_PASSPHRASE or GRACE_KEY_PASSPHRASE_FILE.',
      )
    return {
      signer: signerOf(name, createPrivateKey(await decrypt(sealed, passphrase))),
      encrypted: true,
      path: sealed,
    }
  }
  const make = () => pemOf(generateKeyPairSync('ed25519').privateKey)
  if (!passphrase)
    return {
      signer: signerOf(name, createPrivateKey(await readOrMake(plain, make))),
      encrypted: false,
      path: plain,
    }
  const pem = (await exists(plain)) ? await readFile(plain, 'utf8') : make()
  await writeWhole(sealed, await encrypt(pem, passphrase))
  await rm(plain, { force: true })
  // Read back: of several processes that begin at the same time one has made it.
  return openKey(directory, name, passphrase)
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
