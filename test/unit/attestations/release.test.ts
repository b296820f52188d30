import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { attest, type Release } from '../../../src/attestations/release.ts'
import { testResult } from '../../../src/attestations/test-result.ts'
import { type Released, verifyRelease } from '../../../src/attestations/verify-release.ts'
import type { CheckResult } from '../../../src/checks/ask.ts'
import { CONSTITUTION } from '../../../src/constitution/index.ts'
import { type Envelope, seal, unseal } from '../../../src/keys/key.ts'
import { signCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { leafOf } from '../../../src/ledger/leaf.ts'
import { CompactRange, leafHash } from '../../../src/ledger/merkle.ts'
import { HashTree, tlogProof } from '../../../src/ledger/proof.ts'
import { ORIGIN } from '../../../src/ledger/sequence.ts'
import { newKeys } from '../../support/database.ts'
import { answers } from '../../support/ready-mission.ts'

const { keys } = newKeys()
const known = { attestation: keys.attestation.known, ledger: keys.ledger.known }
const of: Released = {
  mission: 'mission-1',
  tree: 'a'.repeat(40),
  branch: 'main',
  baseCommit: 'b'.repeat(40),
  session: 'session-1',
  candidateDigest: `sha256:${'c'.repeat(64)}`,
  evidenceDigest: `sha256:${'d'.repeat(64)}`,
  policyDigest: `sha256:${'e'.repeat(64)}`,
  minApprovals: 2,
  assurance: 'click',
  owners: [],
  mayApprove: ['ada', 'ben', 'cem'],
  constitution: CONSTITUTION.map(({ id }) => id),
}

const testsOf = (subject: Released, failed: readonly string[] = []) =>
  seal(testResult({ ...subject, passed: ['works'], failed }), keys.attestation.signer)

async function releaseOf(over: Partial<Release> = {}): Promise<Release> {
  return {
    ...of,
    target: 'shop',
    repository: 'https://ada:hunter2@forge.test/shop.git',
    approvers: ['ada', 'ben'].map((member) => ({
      member,
      accounts: [`slack:T1/${member}`],
      via: 'slack',
      assurance: 'click',
      assertion: null,
      castAt: new Date(0),
    })),
    authors: [],
    checks: answers() as readonly CheckResult[],
    tests: await testsOf(of),
    at: new Date(1),
    ...over,
  }
}

async function proofOf(
  facts: Record<string, string | number>,
  kind = 'SessionClosed',
  by = keys.ledger.signer,
) {
  const leaves = [0, 1, 2, 3, 4].map((i) =>
    i === 3
      ? leafOf(
          { kind, actor: { kind: 'grace', id: 'parliament' }, mission: of.mission, facts },
          `id-${i}`,
          new Date(i),
          () => '0'.repeat(64),
        ).leaf
      : `{"other": ${i}}`,
  )
  const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf)))
  const tree = new CompactRange()
  for (const hash of hashes) tree.append(hash)
  return tlogProof({
    index: 3,
    path: new HashTree(hashes).inclusion(3),
    checkpoint: await signCheckpoint({ origin: ORIGIN, size: 5, root: tree.root() }, by),
    extra: leaves[3]!,
  })
}

const CLOSED = { session: of.session, result: 'passed', approvals: 2, rejects: 0 }
let envelopes: Envelope[]
let proof: string
beforeAll(async () => {
  envelopes = await attest(await releaseOf(), keys.attestation.signer)
  proof = await proofOf(CLOSED)
})
const faultOf = (attestations = { envelopes, proof }, released = of) => {
  const found = verifyRelease(attestations, released, known)
  return 'fault' in found ? found.fault : undefined
}
const statementsOf = (all: readonly Envelope[]) =>
  all.map((one) => unseal(one, known.attestation)!.statement as { predicateType: string; predicate: never })

test('what was approved is found approved, with the keys and the checkpoint that say so', () => {
  expect(verifyRelease({ envelopes, proof }, of, known)).toMatchObject({ checkpoint: { size: 5 } })
  expect(statementsOf(envelopes).map(({ predicateType }) => predicateType)).toEqual([
    'https://in-toto.io/attestation/test-result/v0.1',
    'https://in-toto.io/attestation/vulns/v0.2',
    ...CONSTITUTION.map(() => 'https://in-toto.io/attestation/scai/v0.3'),
    'urn:grace:attestation:approval:v0.1',
    'urn:grace:attestation:approval:v0.1',
    'https://slsa.dev/verification_summary/v1',
  ])
  expect(Buffer.from(envelopes.at(-1)!.payload, 'base64').toString()).not.toMatch(/hunter2/)
})

test('two-party review is claimed only where two who wrote none of it approved', async () => {
  const levels = async (over: Partial<Release>) =>
    (
      statementsOf(await attest(await releaseOf(over), keys.attestation.signer)).at(-1)!.predicate as {
        verifiedLevels: string[]
      }
    ).verifiedLevels
  expect(await levels({})).toContain('SLSA_SOURCE_TWO_PARTY_REVIEWED')
  expect(await levels({ authors: ['ada'] })).not.toContain('SLSA_SOURCE_TWO_PARTY_REVIEWED')
  expect(await levels({ approvers: (await releaseOf()).approvers.slice(1) })).not.toContain(
    'SLSA_SOURCE_TWO_PARTY_REVIEWED',
  )
})

describe('the executor does not find it approved', () => {
  test('where anything of what it is about to do is something else', () => {
    for (const [over, why] of [
      [{ tree: 'f'.repeat(40) }, /another tree/],
      [{ candidateDigest: `sha256:${'0'.repeat(64)}` }, /signed for something else/],
      [{ evidenceDigest: `sha256:${'0'.repeat(64)}` }, /signed for something else/],
      [{ policyDigest: `sha256:${'0'.repeat(64)}` }, /of something else|another policy/],
      [{ baseCommit: '0'.repeat(40) }, /of something else/],
      [{ branch: 'release' }, /of something else/],
      [{ session: 'session-2' }, /of something else/],
      [{ mission: 'mission-2' }, /another vote/],
      [{ minApprovals: 3 }, /2 signed approvals, 3 are needed/],
      [{ assurance: 'passkey' }, /ada approved it without a passkey/],
      [{ owners: ['cem'] }, /none of cem has signed it/],
      [{ mayApprove: ['ada', 'cem'] }, /ben may not approve/],
      [{ constitution: [...of.constitution, 'kindness'] }, /kindness/],
    ] as const)
      expect(faultOf(undefined, { ...of, ...over })).toMatch(why)
  })
  test('where a check of the constitution does not stand, or is said twice', async () => {
    const made = await attest(
      await releaseOf({ checks: answers({ privacy: 'unknown' }) as readonly CheckResult[] }),
      keys.attestation.signer,
    )
    expect(faultOf({ envelopes: made, proof })).toMatch(/privacy/)
  })
  test('where the ledger proves another vote, or nothing', async () => {
    for (const [other, why] of [
      [await proofOf({ ...CLOSED, session: 'session-2' }), /another vote/],
      [await proofOf({ ...CLOSED, result: 'rejected' }), /another vote/],
      [await proofOf({ ...CLOSED, approvals: 1 }), /another vote/],
      [await proofOf(CLOSED, 'SessionOpened'), /another vote/],
      [await proofOf(CLOSED, 'SessionClosed', keys.attestation.signer), /not proven/],
      [proof.replace('index 3', 'index 2'), /not proven/],
      ['', /not proven/],
    ] as const)
      expect(faultOf({ envelopes, proof: other })).toMatch(why)
  })
  test('where the key is for something else', async () => {
    const made = await attest(await releaseOf(), keys.execution.signer)
    expect(faultOf({ envelopes: made, proof })).toMatch(/not signed by a key/)
  })
  test('where any statement is left out, doubled, moved, or one letter of it is another', () => {
    const last = envelopes.length - 1
    const flipped = (i: number, at: number): Envelope => {
      const payload = Buffer.from(envelopes[i]!.payload, 'base64')
      payload[at % payload.length]! ^= 1
      return { ...envelopes[i]!, payload: payload.toString('base64') }
    }
    const WAYS: Record<string, (i: number, j: number) => Envelope[]> = {
      out: (i) => envelopes.toSpliced(i, 1),
      doubled: (i) => envelopes.toSpliced(i, 0, envelopes[i]!),
      moved: (i, j) => envelopes.with(i, envelopes[j % last]!).with(j % last, envelopes[i]!),
      flipped: (i, j) => envelopes.with(i, flipped(i, j)),
    }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(WAYS)), fc.nat(last - 1), fc.nat(2_000), (way, i, j) => {
        fc.pre(way !== 'moved' || i !== j % last)
        if (faultOf({ envelopes: WAYS[way]!(i, j), proof }) === undefined) throw new Error('found approved')
      }),
      { numRuns: 500 },
    )
    // The summary, too.
    for (const made of [WAYS.out!(last, 0), WAYS.doubled!(last, 0), WAYS.flipped!(last, 3)])
      expect(faultOf({ envelopes: made, proof })).toBeDefined()
  })
})
