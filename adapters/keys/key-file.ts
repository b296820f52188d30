// Grace's keys on disk: one file of mode 0600, encrypted with age where a passphrase is given. A KMS would stand in its
// place: all that the rest of Grace sees of a key is a Signer and public keys.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Decrypter, Encrypter } from 'age-encryption'
import { z } from 'zod'
import type { Secret } from '../../src/config/secret.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { type Keyring, keyName, type Purpose, rawPublicKey, ringOf, signerOf } from '../../src/keys/key.ts'
import { readOrMake } from '../state/directories.ts'

export interface KeyFile {
  readonly keys: Keyring
  readonly encrypted: boolean
  readonly path: string
}

const PLAIN = 'keys.json'
const ringSchema = z.strictObject({
  /** PKCS #8 as PEM. */
  key: z.string(),
  /** Public keys that were used before, base64 of 32 bytes, the last one first. */
  retired: z.array(z.string()),
})
const fileSchema = z.strictObject({ ledger: ringSchema, attestation: ringSchema, execution: ringSchema })
type Contents = z.output<typeof fileSchema>

const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined

const madeKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Before there was one key for each purpose, this one signed everything. */
const ONLY_KEY = 'signing.pem'

/**
 * `only`: that key, which goes on as the ledger's and for statements, until it is rotated: an older Grace that still runs
 * knows no other, and would take what another one signed for forged.
 */
const madeUp = (only: string | undefined): Contents => ({
  ledger: { key: only ?? madeKey(), retired: [] },
  attestation: { key: only ?? madeKey(), retired: [] },
  execution: { key: madeKey(), retired: [] },
})

/** Of a private key, base64 of 32 bytes. */
const publicHalf = (key: string): string =>
  Buffer.from(rawPublicKey(createPublicKey(createPrivateKey(key)))).toString('base64')

const written = (contents: Contents): string => `${JSON.stringify(contents, null, 2)}\n`

async function encrypt(text: string, passphrase: Secret): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase.reveal())
  return encrypter.encrypt(text)
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

function contentsOf(path: string, text: string): Contents {
  const read = fileSchema.safeParse(parsed(text))
  if (read.success) return read.data
  throw new Refusal(
    'unavailable',
    'key_unreadable',
    `${path} is not what Grace wrote there.`,
    'Put it back from a backup (grace restore). Without it nothing that was signed can be gone on with.',
  )
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function keyringOf(contents: Contents): Keyring {
  const ring = (purpose: Purpose) =>
    ringOf(
      signerOf(keyName(purpose), createPrivateKey(contents[purpose].key)),
      contents[purpose].retired.map((key) => new Uint8Array(Buffer.from(key, 'base64'))),
    )
  return { ledger: ring('ledger'), attestation: ring('attestation'), execution: ring('execution') }
}

/** A file that is there whole or not at all. `replace`: it may take the place of another. */
async function writeWhole(path: string, data: Uint8Array | string, replace = false): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  await writeFile(fresh, data, { mode: 0o600 })
  if (replace) return rename(fresh, path)
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(fresh, { force: true })
}

const locked = (path: string): Refusal =>
  new Refusal(
    'unavailable',
    'key_locked',
    `${path} is encrypted and no passphrase is given.`,
    'Set GRACE_KEY_PASSPHRASE or GRACE_KEY_PASSPHRASE_FILE.',
  )

interface Opened {
  readonly contents: Contents
  readonly encrypted: boolean
  readonly path: string
}

async function open(directory: string, passphrase: Secret | undefined): Promise<Opened> {
  const plain = join(directory, PLAIN)
  const sealed = `${plain}.age`
  if (await exists(sealed)) {
    if (!passphrase) throw locked(sealed)
    return { contents: contentsOf(sealed, await decrypt(sealed, passphrase)), encrypted: true, path: sealed }
  }
  const only = (await exists(plain)) ? undefined : await onlyKey(directory, passphrase)
  if (!passphrase) {
    const text = await readOrMake(plain, () => written(madeUp(only)))
    await rm(join(directory, ONLY_KEY), { force: true })
    return { contents: contentsOf(plain, text), encrypted: false, path: plain }
  }
  const text = (await exists(plain)) ? await readFile(plain, 'utf8') : written(madeUp(only))
  await writeWhole(sealed, await encrypt(text, passphrase))
  for (const old of [plain, join(directory, ONLY_KEY), join(directory, `${ONLY_KEY}.age`)])
    await rm(old, { force: true })
  // Read back: of several processes that begin at the same time one has made it.
  return open(directory, passphrase)
}

async function onlyKey(directory: string, passphrase: Secret | undefined): Promise<string | undefined> {
  const path = join(directory, ONLY_KEY)
  if (await exists(`${path}.age`)) {
    if (passphrase) return decrypt(`${path}.age`, passphrase)
    throw locked(`${path}.age`)
  }
  // Another process that begins at the same time may have taken it in.
  return readFile(path, 'utf8').catch(() => undefined)
}

/** What was made at the first start; refuses where nothing was. */
export async function readKeys(directory: string, passphrase: Secret | undefined): Promise<KeyFile> {
  const files = [PLAIN, `${PLAIN}.age`, ONLY_KEY, `${ONLY_KEY}.age`].map((name) =>
    exists(join(directory, name)),
  )
  if ((await Promise.all(files)).includes(true)) return openKeys(directory, passphrase)
  throw new Refusal(
    'not_found',
    'no_keys',
    `${directory} has no keys.`,
    'Only a worker has them, from its first start on: say this on its machine.',
  )
}

/** Opens the keys, or makes them at first start. Keys that lie open are encrypted once a passphrase is given. */
export async function openKeys(directory: string, passphrase: Secret | undefined): Promise<KeyFile> {
  const { contents, encrypted, path } = await open(directory, passphrase)
  return { keys: keyringOf(contents), encrypted, path }
}

/** Makes a new key for one purpose. `put`: writes it down and forgets the private half of the old one. */
export async function rotateKey(
  directory: string,
  purpose: Purpose,
  passphrase: Secret | undefined,
): Promise<{ readonly retired: Uint8Array; readonly fresh: Uint8Array; put(): Promise<void> }> {
  const { contents, path } = await open(directory, passphrase)
  const { key, retired } = contents[purpose]
  const next = { ...contents, [purpose]: { key: madeKey(), retired: [publicHalf(key), ...retired] } }
  const data = passphrase ? await encrypt(written(next), passphrase) : written(next)
  const [fresh, old] = keyringOf(next)[purpose].known
  return { retired: old!, fresh: fresh!, put: () => writeWhole(path, data, true) }
}
