import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeys, readKeys, rotateKey } from '../../adapters/keys/key-file.ts'
import { speaksOf, testResult } from '../../src/attestations/test-result.ts'
import { Secret } from '../../src/config/secret.ts'
import { type Keyring, PURPOSES, seal, unseal, verifies } from '../../src/keys/key.ts'
import { newKeys } from '../support/database.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'grace-keys-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))
const message = new TextEncoder().encode('what was approved')
const publicOf = (keys: Keyring) =>
  PURPOSES.map((purpose) => keys[purpose].known.map((key) => Buffer.from(key).toString('hex')))

test('the first start makes a key for each purpose that only its owner reads; the next one finds them', async () => {
  const first = await openKeys(directory, undefined)
  expect(first.encrypted).toBe(false)
  expect(statSync(first.path).mode & 0o777).toBe(0o600)
  expect(new Set(publicOf(first.keys).flat()).size).toBe(PURPOSES.length)
  const second = await openKeys(directory, undefined)
  for (const purpose of PURPOSES) {
    const signed = await first.keys[purpose].signer.sign(message)
    expect(verifies(second.keys[purpose].signer.publicKey, message, signed)).toBe(true)
  }
})

test('where nothing was made yet, reading makes nothing', async () => {
  await expect(readKeys(directory, undefined)).rejects.toMatchObject({ code: 'no_keys' })
  expect(readdirSync(directory)).toEqual([])
})

test('several that begin at the same time have the same keys', async () => {
  const all = await Promise.all([1, 2, 3, 4].map(() => openKeys(directory, undefined)))
  expect(new Set(all.map(({ keys }) => publicOf(keys).join())).size).toBe(1)
})

test('with a passphrase nothing lies open, and only that passphrase opens them', async () => {
  const open = await openKeys(directory, undefined)
  const sealed = await openKeys(directory, new Secret('correct horse'))
  expect(sealed.encrypted).toBe(true)
  expect(readdirSync(directory)).toEqual(['keys.json.age'])
  expect(readFileSync(sealed.path, 'utf8')).toMatch(/^age-encryption\.org/)
  expect(publicOf(sealed.keys)).toEqual(publicOf(open.keys))
  await expect(openKeys(directory, new Secret('wrong'))).rejects.toMatchObject({ code: 'key_locked' })
  await expect(openKeys(directory, undefined)).rejects.toMatchObject({ code: 'key_locked' })
  const { retired, fresh, put } = await rotateKey(directory, 'attestation', new Secret('correct horse'))
  await put()
  const { keys } = await openKeys(directory, new Secret('correct horse'))
  expect(keys.attestation.known).toEqual([fresh, retired])
  expect(readdirSync(directory)).toEqual(['keys.json.age'])
}, 60_000)

test('keys that were tampered with do not open', async () => {
  const { path } = await openKeys(directory, new Secret('x'))
  const bytes = readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(path, bytes)
  await expect(openKeys(directory, new Secret('x'))).rejects.toMatchObject({ code: 'key_locked' })
  rmSync(path)
  writeFileSync(join(directory, 'keys.json'), '{"ledger": 1}')
  await expect(openKeys(directory, undefined)).rejects.toMatchObject({ code: 'key_unreadable' })
}, 60_000)

test('a rotated key signs nothing more, and what it signed is still believed', async () => {
  const before = await openKeys(directory, undefined)
  const signed = await before.keys.ledger.signer.sign(message)
  const { retired, fresh, put } = await rotateKey(directory, 'ledger', undefined)
  await put()
  await (await rotateKey(directory, 'ledger', undefined)).put()
  const { keys } = await openKeys(directory, undefined)
  expect(keys.ledger.known.slice(1)).toEqual([fresh, retired])
  expect(keys.ledger.known.some((key) => verifies(key, message, signed))).toBe(true)
  expect(verifies(keys.ledger.signer.publicKey, message, signed)).toBe(false)
  expect(keys.attestation).toMatchObject({ known: before.keys.attestation.known })
  expect(readFileSync(join(directory, 'keys.json'), 'utf8').match(/BEGIN PRIVATE KEY/g)).toHaveLength(
    PURPOSES.length,
  )
})

test('the one key of an older Grace goes on for ledger and statements, until it is rotated', async () => {
  const { keys, pems } = newKeys()
  writeFileSync(join(directory, 'signing.pem'), pems.ledger, { mode: 0o600 })
  const opened = await openKeys(directory, undefined)
  expect(opened.keys.ledger.signer.publicKey).toEqual(keys.ledger.signer.publicKey)
  expect(opened.keys.attestation.signer.publicKey).toEqual(keys.ledger.signer.publicKey)
  expect(opened.keys.execution.signer.publicKey).not.toEqual(keys.ledger.signer.publicKey)
  await (await rotateKey(directory, 'attestation', undefined)).put()
  const { attestation } = (await openKeys(directory, undefined)).keys
  expect(attestation.signer.publicKey).not.toEqual(keys.ledger.signer.publicKey)
  expect(attestation.known[1]).toEqual(keys.ledger.signer.publicKey)
  expect(readdirSync(directory)).toEqual(['keys.json'])
})

test('a sealed statement opens with its key only, and speaks of its tree, candidate and evidence only', async () => {
  const { signer, known } = newKeys().keys.attestation
  const of = { tree: 'a'.repeat(40), candidateDigest: 'sha256:c', evidenceDigest: 'sha256:e' }
  const envelope = await seal(testResult({ mission: 'm', ...of, passed: ['a'], failed: [] }), signer)
  const { statement } = unseal(envelope, known)!
  expect(speaksOf(statement, of)).toBe(true)
  for (const other of [
    { tree: 'b'.repeat(40) },
    { candidateDigest: 'sha256:x' },
    { evidenceDigest: 'sha256:x' },
  ])
    expect(speaksOf(statement, { ...of, ...other })).toBe(false)
  expect(unseal(envelope, [new Uint8Array(32)])).toBeUndefined()
  const forged = {
    ...envelope,
    payload: Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('aaaa', 'bbbb')).toString(
      'base64',
    ),
  }
  expect(unseal(forged, known)).toBeUndefined()
})
