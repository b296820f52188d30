// A whole mission, as a dialogue.
import { describe, expect, test } from 'vitest'
import type { Statement } from '../../src/attestations/statement.ts'
import { type Envelope, unseal } from '../../src/keys/key.ts'
import { verifierKey } from '../../src/ledger/checkpoint.ts'
import { ORIGIN } from '../../src/ledger/sequence.ts'
import { type Bot, GOOD } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { isSignedCommit } from '../support/signed-commit.ts'
import { verifier } from '../support/verifier.ts'

const open = ownBots()

/** What the merge of M-1 brought along, read from the repository alone. */
async function carriesItsRecords(bot: Bot): Promise<void> {
  const commit = bot.git('git rev-parse main').trim()
  const { execution, ledger, attestation } = bot.db.keys
  expect(isSignedCommit(bot.git(`git cat-file commit ${commit}`).trim(), execution.signer.publicKey)).toBe(
    true,
  )
  const kinds = bot
    .git(`git show refs/attestations/${commit}:attestations.jsonl`)
    .trim()
    .split('\n')
    .map((line) => unseal(JSON.parse(line) as Envelope, attestation.known)!.statement as Statement)
  expect(
    kinds.every(({ subject }) => subject[0].digest.gitTree === bot.git('git rev-parse main^{tree}').trim()),
  ).toBe(true)
  expect(kinds.filter(({ predicateType }) => predicateType.includes('scai'))).toHaveLength(7)
  expect(kinds.filter(({ predicateType }) => predicateType.includes('approval'))).toMatchObject([
    { predicate: { approver: { member: 'ada' }, decision: 'approve' } },
  ])
  // The standalone verifier has the proof and the checkpoint's tag, and no database.
  const key = verifier.openKey(verifierKey(ORIGIN, ledger.signer.publicKey))
  const proof = `${bot.git(`git show refs/attestations/${commit}:ledger.tlog-proof`).trimEnd()}\n`
  const tag = bot.git('git tag --list "grace/checkpoint-*"').trim()
  const note = `${bot.git(`git for-each-ref --format="%(contents)" refs/tags/${tag}`).trimEnd()}\n`
  expect(verifier.check(proof, [key], [note])).toMatchObject({ published: [Number(tag.split('-').at(-1))] })
}

describe('a good change', () => {
  test('is proposed, tested, approved, merged, deployed, watched and done', async () => {
    const bot = await open()
    await bot.traffic(120, 20)
    const id = await bot.proposes({ claims: [] })
    await bot.works()
    const card = await bot.card(id)
    expect(card).toMatchObject({
      phase: 'discussion',
      trust: { shown: '100.00 %', reached: true },
      holds: [],
      tests: { passed: 2, failed: 0 },
      vote: { state: 'open', notVoted: ['ada'], selfApproved: false },
    })
    expect(card.checks.every((check) => ['pass', 'not_applicable'].includes(check.verdict))).toBe(true)

    const base = bot.git('git rev-parse main')
    expect(await bot.votes(id, 'ada', 'approve')).toMatchObject({ outcome: 'counted' })
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(bot.git('git rev-parse main~1')).toBe(base)
    expect(bot.git('git show main:src/sums.mjs')).toMatch(/xs\.length === 0/)
    expect(bot.git('git log -1 --format=%B main')).toMatch(
      /Grace-Mission: M-1 .*\nGrace-Session: .*\nGrace-Execution: .*\nGrace-Candidate: sha256:.*\nGrace-Evidence: sha256:.*\nWritten-by: agent agent-smith\nApproved-by: ada \(ada\)/,
    )
    expect(bot.live()).toBe(bot.git('git rev-parse main'))
    await carriesItsRecords(bot)

    await bot.skip(61_000)
    await bot.traffic(50, 20)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'complete',
      outcome: 'succeeded',
      reason: expect.stringMatching(/No harm seen live: p95 19\.\d ms/),
    })
    expect(bot.said.join('\n')).toMatch(
      /🧪 Testing[\s\S]*Trust score: 100\.00 %[\s\S]*🗳️ Awaiting your vote…[\s\S]*🔓 Unlocked[\s\S]*🚀 Merging[\s\S]*🚀 Deploying[\s\S]*📊 Live[\s\S]*✅ Complete \(succeeded\)/,
    )
  })

  test('that was claimed to mend a bug is proven by tests that failed and pass', async () => {
    const bot = await open()
    const withTest = `${GOOD}diff --git a/test/sums.test.mjs b/test/sums.test.mjs
--- a/test/sums.test.mjs
+++ b/test/sums.test.mjs
@@ -3,3 +3,4 @@
 import { add, mean } from '../src/sums.mjs'
 test('adds', () => assert.equal(add(1, 2), 3))
 test('means', () => assert.equal(mean([1, 2, 3]), 2))
+test('means nothing', () => assert.equal(mean([]), 0))
`
    const proven = await bot.proposes({
      patch: withTest,
      claims: [{ kind: 'tests', names: ['means nothing'] }],
    })
    await bot.works()
    expect(await bot.card(proven)).toMatchObject({
      holds: [],
      trust: { reached: true },
      tests: { passed: 3, failed: 0 },
    })
    const unproven = await bot.proposes({
      title: 'Mends nothing',
      patch: withTest.replace('? 0 :', '? 0.0 :'),
      claims: [{ kind: 'tests', names: ['means'] }],
    })
    await bot.works()
    expect((await bot.card(unproven)).holds).toEqual([
      expect.stringMatching(/The claim is that "means" is mended; it failed 0 of/),
    ])
    const [evidence] = await bot.db
      .superuser`select body from grace.evidence order by created_at desc limit 1`
    expect(evidence!.body.testedBefore, 'today’s tests with the same new one were run before').toMatch(/^20/)
  })
})

test('what the trust rests on can’t be exchanged: a KPI, a round, a check, what was found; nothing goes live', async () => {
  const bot = await open({ members: ['ada'] })
  await bot.traffic(120, 20)
  const before = bot.git('git rev-parse main')
  const exchanges = [
    "update grace.kpi_results set lower = lower + 1000, upper = upper + 1000 where kpi = 'test_coverage'",
    "update grace.evidence set body = jsonb_set(body, '{measurements,bench}', (body #> '{measurements,bench}') - 0)",
    "delete from grace.checks where check_id = 'safety'",
    "update grace.evidence set body = jsonb_set(body, '{limitsHit}', '[\"memory\"]')",
  ]
  for (const [i, exchange] of exchanges.entries()) {
    const id = await bot.proposes({ patch: GOOD.replace('? 0 :', `? ${i}.5 - ${i}.5 :`) })
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('discussion')
    await bot.db.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = 'replica'`
      await sql.unsafe(exchange)
    })
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    const { mission } = await bot.story(id)
    expect(mission.phase, exchange).toMatch(/^(?:consensus|sandbox_testing)$/)
    expect([mission.reason, ...mission.heldBy].join(' '), exchange).toMatch(/signature|check|safety/i)
  }
  expect(bot.git('git rev-parse main')).toBe(before)
})
