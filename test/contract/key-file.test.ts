import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKey } from '../../adapters/keys/key-file.ts'
import { Secret } from '../../src/config/secret.ts'
import { seal, unseal, verifies } from '../../src/keys/key.ts'
import { speaksOf, testResult } from '../../src/keys/statement.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'grace-keys-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))
const message = new TextEncoder().encode('what was approved')

test('the first start makes a key that only its owner reads; the next one finds it', async () => {
  const first = await openKey(directory, 'grace/ledger', undefined)
  expect(first.encrypted).toBe(false)
  expect(statSync(first.path).mode & 0o777).toBe(0o600)
  const second = await openKey(directory, 'grace/ledger', undefined)
  expect(verifies(second.signer.publicKey, message, await first.signer.sign(message))).toBe(true)
})

test('with a passphrase nothing lies open, and only that passphrase opens it', async () => {
  const open = await openKey(directory, 'grace/ledger', undefined)
  const sealed = await openKey(directory, 'grace/ledger', new Secret('correct horse'))
  expect(sealed.encrypted).toBe(true)
  expect(readdirSync(directory)).toEqual(['signing.pem.age'])
  expect(readFileSync(sealed.path, 'utf8')).toMatch(/^age-encryption\.org/)
  expect(sealed.signer.publicKey).toEqual(open.signer.publicKey)
  await expect(openKey(directory, 'grace/ledger', new Secret('wrong'))).rejects.toMatchObject({
    code: 'key_locked',
  })
  await expect(openKey(directory, 'grace/ledger', undefined)).rejects.toMatchObject({ code: 'key_locked' })
  expect((await openKey(directory, 'grace/ledger', new Secret('correct horse'))).signer.publicKey).toEqual(
    open.signer.publicKey,
  )
}, 60_000)

test('a sealed key that was tampered with does not open', async () => {
  const { path } = await openKey(directory, 'grace/ledger', new Secret('x'))
  const bytes = readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(path, bytes)
  await expect(openKey(directory, 'grace/ledger', new Secret('x'))).rejects.toMatchObject({
    code: 'key_locked',
  })
}, 60_000)

test('a sealed statement opens with its key only, and speaks of its tree, candidate and evidence only', async () => {
  const { signer } = await openKey(directory, 'grace/ledger', undefined)
  const of = { tree: 'a'.repeat(40), candidateDigest: 'sha256:c', evidenceDigest: 'sha256:e' }
  const envelope = await seal(testResult({ mission: 'm', ...of, passed: ['a'], failed: [] }), signer)
  expect(speaksOf(unseal(envelope, signer.publicKey), of)).toBe(true)
  for (const other of [
    { tree: 'b'.repeat(40) },
    { candidateDigest: 'sha256:x' },
    { evidenceDigest: 'sha256:x' },
  ])
    expect(speaksOf(unseal(envelope, signer.publicKey), { ...of, ...other })).toBe(false)
  expect(unseal(envelope, new Uint8Array(32))).toBeUndefined()
  const forged = {
    ...envelope,
    payload: Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('aaaa', 'bbbb')).toString(
      'base64',
    ),
  }
  expect(unseal(forged, signer.publicKey)).toBeUndefined()
})
