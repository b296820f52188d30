// Between vote and execution: what moves, and what is asked again.
import { describe, expect, test } from 'vitest'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { attestCheck } from '../../src/mission/attest-check.ts'
import { BROKEN, GOOD, LIBRARY } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const open = ownBots()

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

  test('the base has the change already: it is superseded', async () => {
    const bot = await open()
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    bot.pushes(
      'src/sums.mjs',
      LIBRARY['src/sums.mjs'].replace(
        'xs.reduce(add, 0) / xs.length',
        '(xs.length === 0 ? 0 : xs.reduce(add, 0) / xs.length)',
      ),
    )
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'complete',
      outcome: 'superseded',
      reason: expect.stringMatching(/^main has this change already, with [0-9a-f]{12}\.$/),
    })
  })

  test('a deploy command that comes without a roll-back unlocks nothing', async () => {
    const bot = await open({ target: { deploy: undefined } })
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    const before = bot.git('git rev-parse main')
    await bot.restartsWith({ target: { deploy: { command: 'true' } } })
    await bot.works()
    expect((await bot.card(id)).headline).toBe('🗳️ Awaiting your vote, but held')
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'consensus',
      heldBy: [expect.stringMatching(/no roll-back command/)],
    })
    expect(bot.git('git rev-parse main')).toBe(before)
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
      patch: GOOD.replace('xs.length === 0 ?', 'xs.gender === 1 || xs.length === 0 ?'),
    })
    await bot.works()
    const [listed] = (await missionListOn(bot.db.app.db).page({ limit: 10 })).rows
    expect(listed, 'the list knows before the vote').toMatchObject({ trust: expect.any(Number), open: true })
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.heldBy).toEqual([
      expect.stringMatching(/^attestation outstanding: Fairness.* \/missions attest M-1 fairness and why\.$/),
    ])
    await expect(attestCheck(bot.control, member('ada'), id, 'privacy', 'no')).rejects.toMatchObject({
      next: 'These do: fairness.',
    })
    await attestCheck(bot.control, member('ada'), id, 'fairness', 'lists have no gender')
    await bot.works()
    const [attested] = (await missionListOn(bot.db.app.db).page({ limit: 10 })).rows
    expect(attested, 'the newest answer is the one that counts').toMatchObject({ open: false })
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
