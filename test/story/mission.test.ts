// Whole missions, as dialogues.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cancelMission } from '../../src/mission/cancel-mission.ts'
import { type Bot, type BotOptions, BROKEN, GOOD, LIBRARY, MORE_TESTS, openBot } from '../support/bot.ts'
import { AS_FLEET } from '../support/fleet.ts'
import { member } from '../support/people.ts'

const HOUR = 3_600_000
let bot: Bot | undefined
beforeEach(() => {
  bot = undefined
})
afterEach(async () => {
  if (!bot) return
  expect(await bot.ledgerIsWhole(), 'the ledger is whole').toBe(true)
  await bot.close()
})
const open = async (options?: BotOptions): Promise<Bot> => {
  bot = await openBot(options)
  return bot
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
      /Grace-Mission: M-1 .*\nGrace-Session: .*\nGrace-Execution: .*\nGrace-Candidate: sha256:.*\nGrace-Evidence: sha256:.*\nApproved-by: ada \(ada\)/,
    )
    expect(bot.live()).toBe(bot.git('git rev-parse main'))

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
      patch: withTest,
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

describe('the vote', () => {
  test('a reject ends it, and the repository is what it was', async () => {
    const bot = await open({ members: ['ada', 'ben'] })
    const id = await bot.proposes()
    await bot.works()
    const before = bot.git('git rev-parse main')
    await bot.votes(id, 'ben', 'reject', 'Not in release week')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'complete',
      outcome: 'cancelled',
      reason: expect.stringMatching(/Rejected by ben: Not in release week/),
    })
    expect(bot.git('git rev-parse main')).toBe(before)
    expect(await bot.votes(id, 'ada', 'approve')).toMatchObject({ outcome: 'closed' })
    const broken = await bot.proposes({ patch: BROKEN })
    await bot.works()
    await bot.votes(broken, 'ben', 'reject', 'The mean of nothing is nothing')
    await bot.works()
    await expect(bot.proposes({ patch: BROKEN }), 'what people said comes first').rejects.toThrow(
      /refused before, in M-2: Rejected by ben: The mean of nothing is nothing/,
    )
  })

  test('one that falls short of its quorum expires', async () => {
    const bot = await open({ members: ['ada', 'ben', 'cem'], parliament: { min_approvals: 3 } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    await bot.skip(48 * HOUR)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'expired',
      reason: 'Expired: 1 of 3 needed approvals, 0 rejects, 0 abstentions, 2 not voted.',
    })
  })

  test('a passing one dwells, and a reject still comes', async () => {
    const bot = await open({ members: ['ada', 'ben'], parliament: { dwell: '10m', share: '50%' } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.votes(id, 'ben', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('discussion')
    expect(bot.said.at(-1)).toMatch(/Passing; open 10 minutes more/)
    await bot.skip(9 * 60_000)
    await bot.votes(id, 'ben', 'reject')
    await bot.works()
    expect((await bot.card(id)).vote).toMatchObject({ approvals: 1, rejects: 1, state: 'open' })
    await bot.skip(9 * 60_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase, 'the dwell began again with the last ballot').toBe(
      'discussion',
    )
    await bot.skip(60_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).not.toBe('discussion')
  })

  test('an author does not approve the own change; alone, one may, and the card says so', async () => {
    const bot = await open({ members: ['ada', 'ben'] })
    const id = await bot.proposes({}, 'ada')
    await bot.works()
    expect(await bot.votes(id, 'ada', 'approve')).toMatchObject({ outcome: 'not_eligible' })
    expect(await bot.votes(id, 'ben', 'approve')).toMatchObject({ outcome: 'counted' })
    await bot.close()
    const alone = await open({ members: ['ada'] })
    const own = await alone.proposes({}, 'ada')
    await alone.works()
    expect((await alone.card(own)).vote?.selfApproved).toBe(true)
    expect(await alone.votes(own, 'ada', 'approve')).toMatchObject({ outcome: 'counted' })
  })

  test('nor does who said what a change has to achieve, also where somebody else wrote it', async () => {
    const bot = await open({ members: ['ada', 'ben', 'cem'] })
    const id = await bot.proposes({ patch: undefined, claims: [{ kind: 'tests', names: ['means'] }] }, 'ben')
    await bot.attaches(id, GOOD, 'ada')
    await bot.works()
    expect(await bot.votes(id, 'ben', 'approve')).toMatchObject({ outcome: 'not_eligible' })
    expect(await bot.votes(id, 'ada', 'approve')).toMatchObject({ outcome: 'not_eligible' })
    expect(await bot.votes(id, 'cem', 'approve')).toMatchObject({ outcome: 'counted' })
  })

  test('a vote may be changed and withdrawn until it closes', async () => {
    const bot = await open({ members: ['ada', 'ben', 'cem'], parliament: { share: '50%', min_approvals: 2 } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'abstain')
    expect(await bot.votes(id, 'ada', 'approve')).toMatchObject({
      outcome: 'changed',
      sentence: 'Your vote is now "approve" (it was "abstain").',
    })
    await bot.votes(id, 'ada', 'withdrawn')
    expect((await bot.card(id)).vote).toMatchObject({ approvals: 0, notVoted: ['ada', 'ben', 'cem'] })
  })
})

describe('a change that is not trusted', () => {
  test('breaks a test: held, approving it leads back, and only a better one is put to a new vote', async () => {
    const bot = await open()
    const id = await bot.proposes({ patch: BROKEN })
    await bot.works()
    const card = await bot.card(id)
    expect(card.trust?.reached).toBe(false)
    expect(Number.parseFloat(card.trust!.shown)).toBeLessThanOrEqual(90)
    expect(card.holds).toEqual(
      expect.arrayContaining([expect.stringMatching(/The test "means" passed every time on today's code/)]),
    )
    expect(card.trust?.mends.map((mend) => mend.sentence).join()).toMatch(/error rate/)

    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/^awaiting_candidate: not trusted yet: trust is/),
    })
    await bot.attaches(id, BROKEN.replace('1 + xs', '2 + xs'))
    await bot.works()
    expect((await bot.story(id)).mission, 'no new vote without trust').toMatchObject({
      phase: 'sandbox_testing',
    })
    await bot.attaches(id, GOOD)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('discussion')
  })
})

describe('while people vote', () => {
  test('a new revision voids the vote at once; an old click is superseded', async () => {
    const bot = await open({ members: ['ada', 'ben', 'cem'], parliament: { min_approvals: 2 } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    const old = (await bot.story(id)).mission.session!
    await bot.attaches(id, GOOD.replace('? 0', '? -0'), 'ben')
    await bot.works()
    const { castVote } = await import('../../src/parliament/cast-vote.ts')
    const { member } = await import('../support/people.ts')
    expect(await castVote(bot.control, member('cem'), { session: old, vote: 'approve' })).toMatchObject({
      outcome: 'superseded',
    })
    const card = await bot.card(id)
    expect(card.vote).toMatchObject({ approvals: 0, state: 'open' })
    expect(card.vote?.session).not.toBe(old)
    expect(await bot.votes(id, 'ben', 'approve'), 'who edited the change is an author now').toMatchObject({
      outcome: 'not_eligible',
    })
  })

  test.skipIf(AS_FLEET)(
    'one that an outdated process opened under its own policy begins again as well',
    async () => {
      const bot = await open()
      const id = await bot.proposes()
      await bot.works()
      const first = (await bot.story(id)).mission.session
      // The newer one has looked at the sessions before this one was opened.
      Object.assign(bot.hand, { restarts: async () => {} })
      await bot.restartsWith({ policy: { max_changed_lines: 900 } })
      await bot.votes(id, 'ada', 'approve')
      await bot.works()
      expect((await bot.story(id)).mission).toMatchObject({
        phase: 'discussion',
        session: expect.not.stringMatching(first!),
      })
      await bot.votes(id, 'ada', 'approve')
      await bot.works()
      expect((await bot.story(id)).mission.phase).toBe('monitoring')
    },
  )
  test('a policy that changed voids it, and the vote begins again under the new one', async () => {
    const bot = await open({ members: ['ada', 'ben'] })
    const id = await bot.proposes()
    await bot.works()
    const old = (await bot.story(id)).mission.session
    await bot.restartsWith({ members: ['ada', 'ben'], parliament: { min_approvals: 2 } })
    await bot.works()
    const { mission, vote } = await bot.story(id)
    expect(mission.phase).toBe('discussion')
    expect(mission.session).not.toBe(old)
    expect(vote?.session.minApprovals).toBe(2)
    expect(bot.said.join('\n')).toMatch(/The vote is void: The policy of shop changed/)
  })

  test('one that mends a failed check is measured before it is voted on', async () => {
    const undoable = { deploy: { command: 'true' } }
    const bot = await open({ target: undoable })
    const id = await bot.proposes()
    await bot.works()
    const before = await bot.card(id)
    expect(before.headline).toBe('🗳️ Awaiting your vote, but held')
    expect(
      before.checks
        .filter(({ verdict }) => verdict === 'fail')
        .map(({ reason }) => reason)
        .join(),
    ).toMatch(/no roll-back command/)
    await bot.restartsWith({})
    await bot.works()
    const after = await bot.card(id)
    expect(after.headline).toBe('🗳️ Awaiting your vote')
    expect(after.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  })

  test('without a deploy command it is still said first that it is not trusted', async () => {
    const bot = await open({ target: { deploy: undefined } })
    const id = await bot.proposes({ patch: BROKEN })
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/not trusted yet: trust is .*"means"/),
    })
  })

  test('what the target lacked is not held against the change: it may come again', async () => {
    const bot = await open({ target: { deploy: undefined } })
    const id = await bot.proposes()
    await bot.works()
    expect((await bot.card(id)).checks.find((check) => check.title === 'Accountability')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/no roll-back command/),
    })
    await cancelMission(bot.control, member('ada'), id, 'Until there is a way back')
    await expect(bot.proposes()).resolves.toMatch(/^auto_mission_/)
  })

  test('a restart with the same policy changes nothing', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    const { session } = (await bot.story(id)).mission
    await bot.restartsWith({})
    expect((await bot.story(id)).mission.session).toBe(session)
  })
})

describe('between vote and execution', () => {
  test('the base moves: put on it, measured again, and the same patch keeps its ballots', async () => {
    const bot = await open({ members: ['ada', 'ben'] })
    await bot.traffic(120, 20)
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.votes(id, 'ben', 'approve')
    bot.pushes('notes.txt', 'something else\n')
    const moved = bot.git('git rev-parse main')
    await bot.works()
    const { mission, candidate, vote } = await bot.story(id)
    expect(candidate).toMatchObject({ revision: 2, baseCommit: moved })
    expect(vote?.ballots.map((b) => [b.member, b.vote, b.carriedFrom !== null])).toEqual([
      ['ada', 'approve', true],
      ['ben', 'approve', true],
    ])
    expect(mission.phase).toBe('monitoring')
    expect(bot.git('git rev-parse main~1')).toBe(moved)
    expect(bot.git('git show main:notes.txt')).toBe('something else')
    expect(bot.said.join('\n')).toMatch(/2 ballots carried over: only the base moved/)
  })

  test('the base moves into its way: it waits for a change that fits', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    bot.pushes('src/sums.mjs', LIBRARY['src/sums.mjs'].replace('/ xs.length', '/ Math.max(1, xs.length)'))
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/conflicts with/),
    })
  })

  test('a freeze that begins after the vote holds it, until it is over', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.restartsWith({ policy: { freeze: 'release week' } })
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'consensus',
      heldBy: ['change freeze: release week'],
    })
    await bot.restartsWith({})
    await bot.skip(16_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
  })

  test('what only a person can answer holds it, until one has', async () => {
    const bot = await open()
    const id = await bot.proposes({
      patch: GOOD.replace('xs.length === 0 ?', 'xs.length === 0 /* gender, race, religion */ ?'),
    })
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.heldBy).toEqual([
      expect.stringMatching(/^attestation outstanding: Fairness/),
    ])
    const { attestCheck } = await import('../../src/mission/attest-check.ts')
    const { member } = await import('../support/people.ts')
    await attestCheck(bot.control, member('ada'), id, 'fairness', 'a comment, no condition')
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
  })

  test('a record that was changed behind Grace’s back is not executed: the executor verifies signatures itself', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    const before = bot.git('git rev-parse main')
    const other = await bot.control.repositories.fromPatch(bot.target, before, BROKEN)
    await bot.db.superuser`update grace.candidates set tree = ${other.tree}`
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.phase).not.toBe('monitoring')
    expect(bot.git('git rev-parse main')).toBe(before)
  })
})

describe('live', () => {
  const live = async (options?: BotOptions) => {
    const bot = await open(options)
    await bot.traffic(120, 20)
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    return { bot, id }
  }

  test('a change that hurts is taken back once, verified, and a CAPA is opened', async () => {
    const { bot, id } = await live()
    const before = bot.git('git rev-parse main~1')
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(
        /Rolled back: p95 is 7\d\.\d ms, it was 1\d\.\d ms, in 3 samples in a row\. What was live before is live again/,
      ),
    })
    expect(bot.live()).toBe(before)
    expect(bot.git('git rev-parse main^{tree}')).toBe(bot.git(`git rev-parse ${before}^{tree}`))
    expect(await bot.db.superuser`select state, cause from grace.capas`).toMatchObject([
      { state: 'open', cause: expect.stringMatching(/p95/) },
    ])
    expect(await bot.db.superuser`select verified from grace.rollbacks`).toMatchObject([{ verified: true }])

    const next = await bot.proposes({ title: 'Again', patch: MORE_TESTS })
    await bot.works()
    await bot.votes(next, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(next)).mission, 'nothing executes while the target is frozen').toMatchObject({
      phase: 'consensus',
      heldBy: ['Shop is frozen.'],
    })
    await bot.db.app.sql`delete from grace.freezes`
    await bot.skip(16_000)
    await bot.works()
    expect((await bot.story(next)).mission.phase).toBe('monitoring')
  })

  test('a deploy that fails is taken back', async () => {
    const { bot, id } = await live({
      target: { deploy: { command: 'echo half done; exit 9', rollback: 'true' } },
    })
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/The deploy failed: .*exit 9: half done/),
    })
    expect(bot.git('git log --format=%s main')).toMatch(/^Revert /)
  })

  test('a rollback that can’t be verified freezes the target and says so', async () => {
    const { bot, id } = await live({
      target: { deploy: { command: 'true', rollback: 'true', status: 'echo something-else' } },
    })
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect((await bot.story(id)).mission.reason).toMatch(
      /The rollback could not be verified: the status command says something-else is live.*frozen until a person has looked/,
    )
    expect(await bot.db.superuser`select verified from grace.rollbacks`).toMatchObject([{ verified: false }])
  })

  test('without traffic it is watched as long again, and then nothing is concluded', async () => {
    const { bot, id } = await live()
    await bot.skip(61_000)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'monitoring',
      reason: expect.stringMatching(/^0 requests since the change.*Watched on\.$/),
    })
    await bot.skip(60_000)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'complete',
      outcome: 'inconclusive',
      reason: expect.stringMatching(/^0 requests since the change/),
    })
  })

  test('one execution at a time on a target', async () => {
    const { bot } = await live()
    const second = await bot.proposes({ title: 'Second', patch: MORE_TESTS })
    await bot.works()
    await bot.votes(second, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(second)).mission.phase).toBe('consensus')
    expect((await bot.story(second)).mission.heldBy.join()).toMatch(
      /Another execution is live on this target/,
    )
  })
})

describe('what can’t be carried out', () => {
  test('tests that do not start on today’s code: failed, with the reason', async () => {
    const bot = await open({
      target: { test: { command: 'echo no such runner; exit 127', report: 'reports/junit.xml' } },
    })
    const id = await bot.proposes()
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(
        /The tests wrote no report .*exit 127.*no such runner.*Check test\.command/,
      ),
    })
  })
  test('a bench that prints rubbish: failed, with the reason', async () => {
    const bot = await open({ target: { bench: { command: 'echo very fast', rounds: 2 } } })
    const id = await bot.proposes()
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/The bench did not print results.*JSON lines/),
    })
  })
  test('a service that does not start: failed, with its words', async () => {
    const bot = await open({
      target: {
        serve: { command: 'echo port is gone; exit 1', port: 8000 },
        load: { rate: 1, requests: ['GET /'] },
      },
    })
    const id = await bot.proposes()
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/did not answer.*port is gone/),
    })
  })
  test('a repository that went away is refused before anything begins, and nothing else is disturbed', async () => {
    const bot = await open()
    const running = await bot.proposes()
    bot.git('mv .git .gone')
    await expect(bot.proposes({ title: 'Other' })).rejects.toMatchObject({ code: 'repository_unreachable' })
    bot.git('mv .gone .git')
    await bot.works()
    expect((await bot.story(running)).mission.phase).toBe('discussion')
  })
  test('nothing on this machine that isolates: it waits and says what would mend that', async () => {
    const bot = await open()
    let id = ''
    await bot.hand.withoutIsolation(async () => {
      id = await bot.proposes()
      await bot.works()
      expect((await bot.story(id)).mission).toMatchObject({
        phase: 'sandbox_testing',
        heldBy: [expect.stringMatching(/^SANDBOX_UNAVAILABLE: .*sudo apt-get install bubblewrap$/)],
      })
    })
    await bot.skip(31_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('discussion')
  })
  test('a mission that nobody gives a change says how to attach one, and expires after seven days', async () => {
    const bot = await open()
    const id = await bot.proposes({ patch: undefined })
    await bot.works()
    expect((await bot.card(id)).state).toMatch(
      /nobody has attached a change yet\. Attach a change in the console, or: POST .*candidate with a patch or a ref/,
    )
    await bot.skip(6 * 24 * HOUR)
    await bot.works()
    expect((await bot.story(id)).mission.outcome).toBeNull()
    await bot.skip(25 * HOUR)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'expired',
      reason: 'Expired: no change was attached in 7 days.',
    })
  })
})

describe('what a detector finds', () => {
  const finding = {
    target: 'shop',
    detector: 'latency',
    fields: { metric: 'latency_p95' },
    title: 'Slow',
    summary: 'p95 is 20 ms',
    rationale: 'Users wait',
    evidence: { p95_ms: 20 },
    claims: [{ kind: 'kpi' as const, kpi: 'latency_improvement' as const, atLeast: 5 }],
  }
  test('twice is one mission; after its end it may be found again', async () => {
    const bot = await open()
    const { openFromFinding } = await import('../../src/mission/open-mission.ts')
    const first = await openFromFinding(bot.control, finding)
    expect(await openFromFinding(bot.control, { ...finding, summary: 'p95 is 21 ms' })).toBeUndefined()
    expect(await bot.db.superuser`select seen, summary from grace.opportunities`).toMatchObject([
      { seen: 2, summary: 'p95 is 21 ms' },
    ])
    await bot.works()
    expect((await bot.story(first!.id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/no playbook of shop answers latency/),
    })
    await bot.skip(8 * 24 * HOUR)
    await bot.works()
    expect((await bot.story(first!.id)).mission.outcome).toBe('expired')
    expect(await openFromFinding(bot.control, finding)).toBeDefined()
  })
  test('is answered by the target’s playbook; one that leaves nothing says so', async () => {
    const playbooks = [
      {
        name: 'zero',
        on: 'latency',
        command: `cat > /dev/null; sed -i 's|/ xs.length|/ Math.max(1, xs.length)|' src/sums.mjs; echo divides by one at least`,
      },
    ]
    const bot = await open({ target: { playbooks } })
    const { openFromFinding } = await import('../../src/mission/open-mission.ts')
    const made = await openFromFinding(bot.control, { ...finding, claims: [{ kind: 'no_harm' }] })
    await bot.works()
    const { mission, candidate } = await bot.story(made!.id)
    expect(mission.phase).toBe('discussion')
    expect(candidate?.authors).toEqual([{ kind: 'grace', id: 'playbook:zero' }])
    expect(bot.said.join('\n')).toMatch(/🛠️ Proposed: divides by one at least/)
    await bot.restartsWith({
      target: { playbooks: [{ name: 'idle', on: 'error_rate', command: 'echo nothing to do' }] },
    })
    const idle = await openFromFinding(bot.control, {
      ...finding,
      detector: 'error_rate',
      fields: { metric: 'e' },
    })
    await bot.works()
    expect((await bot.story(idle!.id)).mission.reason).toMatch(
      /the playbook idle left no change: nothing to do/,
    )
  })
})
