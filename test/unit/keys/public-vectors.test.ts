// The examples that the specifications themselves print.
import { createPublicKey, verify } from 'node:crypto'
import { dsse } from '@sigstore/core'
import { expect, test } from 'vitest'
import { verifies } from '../../../src/keys/key.ts'
import { verifierKey } from '../../../src/ledger/checkpoint.ts'
import { verifier } from '../../support/verifier.ts'

test('DSSE (secure-systems-lab/dsse, protocol.md): what is signed, and its signature', () => {
  const said = dsse.preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
  expect(said.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  const number = (decimal: string) => Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex')
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: number('46950820868899156662930047687818585632848591499744589407958293238635476079160').toString(
        'base64url',
      ),
      y: number('5640078356564379163099075877009565129882514886557779369047442380624545832820').toString(
        'base64url',
      ),
    },
  })
  const signature = Buffer.from(
    'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
    'base64',
  )
  expect(verify('sha256', said, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
})

test('C2SP signed-note: the verifier key, its hash, and the note that it verifies', () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
  const publicKey = new Uint8Array(Buffer.from(vkey.split('+')[2]!, 'base64').subarray(1))
  expect(verifierKey('example.com/foo', publicKey)).toBe(vkey)
  expect(() => verifier.openKey(vkey)).not.toThrow()
  expect(() => verifier.openKey(vkey.replace('530d903a', '530d903b'))).toThrow(/not its own/)
  const blob = Buffer.from(
    'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=',
    'base64',
  )
  expect(blob.subarray(0, 4).toString('hex')).toBe('530d903a')
  expect(verifies(publicKey, Buffer.from('This is an example message.\n'), blob.subarray(4))).toBe(true)
})
