// The vote: how it ends, and what voids it.
import { describe, expect, test } from 'vitest'
import { castVote } from '../../src/parliament/cast-vote.ts'
import { BROKEN, GOOD } from '../support/bot.ts'
import { AS_FLEET } from '../support/fleet.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const HOUR = 3_600_000
const open = ownBots()

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

  test('one that can’t pass any more ends, and is no word against the change', async () => {
    const bot = await open({ members: ['ada', 'ben'], parliament: { min_approvals: 2 } })
    const id = await bot.proposes({}, 'ada')
    await bot.works()
    await bot.votes(id, 'ben', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({ phase: 'complete', outcome: 'cancelled' })
    await expect(bot.proposes()).resolves.toMatch(/^auto_mission_/)
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

  test('what one mission stands by is not opened again beside it', async () => {
    const bot = await open()
    await bot.proposes()
    await expect(bot.proposes({ title: 'The same once more' })).rejects.toMatchObject({
      code: 'change_open_already',
      message: 'This very change is open already, as M-1.',
    })
  })

  test('a twin that came in all the same does not go live once the other was rejected', async () => {
    const bot = await open()
    const id = await bot.proposes()
    const twin = await bot.proposes({ title: 'Another for now', patch: GOOD.replace('? 0', '? -0') })
    await bot.works()
    const [first] = await bot.db.superuser`select patch_id from grace.candidates where mission = ${id}`
    await bot.db.superuser`update grace.candidates set patch_id = ${first!.patch_id} where mission = ${twin}`
    await bot.votes(id, 'ada', 'reject', 'NaN is what callers expect')
    await bot.works()
    await bot.votes(twin, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(twin)).mission).toMatchObject({
      phase: 'consensus',
      heldBy: [expect.stringMatching(/^this very change was refused in M-1: Rejected by ada: NaN/)],
    })
  })

  test('a receipt says who an approval still waits for', async () => {
    const bot = await open({ members: ['ada', 'ben'] })
    const id = await bot.proposes({}, 'ada')
    await bot.works()
    expect((await bot.votes(id, 'ben', 'approve')).sentence).toBe(
      'Your vote "approve" is counted. It passes so far, and stays open until its deadline: ada can still change the result. Their vote ends the waiting; who may not approve abstains.',
    )
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
    expect(bot.said.join('\n')).toMatch(
      /The vote is void: The policy of shop changed; the change is measured again/,
    )
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
