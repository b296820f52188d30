// Missions that are voted on and can not go live yet: without trust, or for want of what the target lacks.
import { describe, expect, test } from 'vitest'
import { cancelMission } from '../../src/mission/cancel-mission.ts'
import { retryMission } from '../../src/mission/retry-mission.ts'
import { BROKEN, GOOD, LIBRARY } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const open = ownBots()

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
    expect((await bot.card(id)).headline).toBe('✋ Not trusted yet')
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

describe('what the target lacks', () => {
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
    expect((await bot.votes(id, 'ada', 'approve')).sentence).toMatch(
      /Approved now, it does not go live before this is settled: Accountability: .* no roll-back command/,
    )
    await bot.works()
    expect(
      (await bot.story(id)).mission,
      'nothing is wrong with the change: it waits for the target',
    ).toMatchObject({ phase: 'consensus', heldBy: [expect.stringMatching(/no roll-back command/)] })
    await bot.restartsWith({})
    await bot.works()
    expect(bot.said.join('\n')).toMatch(
      /The vote is void: The policy of shop changed; the change is measured again/,
    )
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

  test('a library has nothing to deploy: approved, it says what is left to do', async () => {
    const bot = await open({ target: { deploy: undefined } })
    const id = await bot.proposes()
    await bot.works()
    expect(await bot.card(id)).toMatchObject({ headline: '🗳️ Awaiting your vote', trust: { reached: true } })
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'consensus',
      heldBy: [expect.stringMatching(/has no deploy command, so nothing goes live from here\. Merge/)],
    })
  })

  test('what the target lacked is not held against the change: it may come again', async () => {
    const bot = await open({ target: { deploy: { command: 'true' } } })
    const id = await bot.proposes()
    await bot.works()
    expect((await bot.card(id)).checks.find((check) => check.title === 'Accountability')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/no roll-back command/),
    })
    await cancelMission(bot.control, member('ada'), id, 'Until there is a way back')
    await expect(bot.proposes()).resolves.toMatch(/^auto_mission_/)
  })
})

describe('what the policy forbids', () => {
  test('a change that is too large goes back, and does not wait for the world', async () => {
    const bot = await open({ policy: { max_changed_lines: 1 } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/not trusted yet: .*2 changed lines, at most 1 are allowed/),
    })
    await cancelMission(bot.control, member('ada'), id, 'Until more is allowed')
    await expect(bot.proposes(), 'the rules of a target are no fault of the change').resolves.toBeDefined()
  })
})

describe('measured again', () => {
  test('it is on today’s code: what main has got meanwhile may be what it lacked', async () => {
    const bot = await open()
    const id = await bot.proposes({ patch: BROKEN })
    await bot.works()
    const again = () => retryMission(bot.control, member('ada'), id)
    await expect(again(), 'on the same code').rejects.toMatchObject({ code: 'measuring_mends_nothing' })
    bot.pushes('test/sums.test.mjs', LIBRARY['test/sums.test.mjs'].replace(/test\('means.*\n/, ''))
    const moved = bot.git('git rev-parse main')
    expect(await again()).toMatchObject({ revisions: 1 })
    await bot.works()
    const { mission, candidate } = await bot.story(id)
    expect(candidate).toMatchObject({ revision: 2, baseCommit: moved })
    expect(mission.phase).toBe('discussion')
    expect((await bot.card(id)).trust?.reached).toBe(true)
    expect(bot.said.join('\n')).toMatch(/🔀 main moved to [0-9a-f]{12}/)
  })

  test('where it conflicts with that it waits for a change that fits', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    bot.pushes('src/sums.mjs', LIBRARY['src/sums.mjs'].replace('/ xs.length', '/ Math.max(1, xs.length)'))
    await retryMission(bot.control, member('ada'), id)
    await bot.works()
    expect(await bot.card(id)).toMatchObject({
      headline: '✋ Waiting for a change',
      state: expect.stringMatching(
        /^the change conflicts with [0-9a-f]{12}, which main moved to\. Attach a change/,
      ),
    })
  })
})
