import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sshPublicKey, sshSign } from '../../../src/keys/ssh-signature.ts'
import { newKeys } from '../../support/database.ts'

const { signer } = newKeys().keys.execution
const hasSshKeygen = (() => {
  try {
    execFileSync('sh', ['-c', 'command -v ssh-keygen'])
    return true
  } catch {
    return false
  }
})()

test('a signature has OpenSSH’s armor and lines of 70', async () => {
  const lines = (await sshSign('words', signer)).split('\n')
  expect(lines[0]).toBe('-----BEGIN SSH SIGNATURE-----')
  expect(lines.slice(-2)).toEqual(['-----END SSH SIGNATURE-----', ''])
  expect(Math.max(...lines.map((line) => line.length))).toBe(70)
  expect(sshPublicKey(signer.publicKey)).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[\w+/]{43}$/)
})

test.skipIf(!hasSshKeygen)('ssh-keygen believes it, for these words only', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'grace-ssh-'))
  const [allowed, signature] = [join(directory, 'allowed'), join(directory, 'words.sig')]
  writeFileSync(allowed, `grace@localhost ${sshPublicKey(signer.publicKey)}\n`)
  writeFileSync(signature, await sshSign('words', signer))
  const believes = (input: string): boolean => {
    try {
      execFileSync(
        'ssh-keygen',
        ['-Y', 'verify', '-f', allowed, '-I', 'grace@localhost', '-n', 'git', '-s', signature],
        {
          input,
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      )
      return true
    } catch {
      return false
    }
  }
  expect(believes('words')).toBe(true)
  expect(believes('other words')).toBe(false)
  rmSync(directory, { recursive: true })
})
