// Everything is stopped: nothing is unlocked, nothing that was unlocked begins, what is live can be rolled back; and it
// goes on when more than half of the voters say so.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sequence } from '../../src/ledger/sequence.ts'
import { orderRollback } from '../../src/mission/order-rollback.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { liftStop, stopEverything } from '../../src/mission/stop.ts'
import { unlockMission } from '../../src/mission/unlock-mission.ts'
import { type Bot, openBot } from '../support/bot.ts'
import { agent, guest, member, refused } from '../support/people.ts'

let bot: Bot
beforeEach(async () => {
  bot = await openBot({ members: ['ada', 'ben', 'cem', 'dan'], target: { voters: ['ada', 'ben', 'cem'] } })
}, 60_000)
afterEach(() => bot.close())

const approved = async (): Promise<string> => {
  const mission = await bot.proposes()
  await bot.works()
  for (const who of ['ada', 'ben', 'cem']) await bot.votes(mission, who, 'approve')
  return mission
}

test('an approved mission waits, says why, and goes live once two of three have lifted the stop', async () => {
  await bot.traffic(120, 20)
  await stopEverything(bot.control, member('ada'), 'The shop is on fire')
  const mission = await approved()
  await bot.works()
  const held = (await bot.story(mission)).mission
  expect(held.phase).toBe('consensus')
  expect(held.heldBy).toEqual([expect.stringContaining('Everything is stopped by ada: The shop is on fire')])
  expect((await bot.card(mission)).state).toMatch(
    /^🛑 Everything is stopped by ada: The shop is on fire\. Nothing goes live until/,
  )

  expect(await liftStop(bot.control, member('ada'))).toEqual({ said: 1, needed: 2, isLifted: false })
  // Saying it twice counts once.
  expect(await liftStop(bot.control, member('ada'))).toEqual({ said: 1, needed: 2, isLifted: false })
  await bot.skip(20_000)
  await bot.works()
  expect((await bot.story(mission)).mission.phase).toBe('consensus')

  expect(await liftStop(bot.control, member('ben'))).toEqual({ said: 2, needed: 2, isLifted: true })
  await bot.skip(20_000)
  await bot.works()
  expect((await bot.story(mission)).mission.phase).toBe('monitoring')
  expect((await bot.card(mission)).state).not.toMatch(/stopped/)
  expect(await bot.ledgerIsWhole()).toBe(true)
})

test('what is live when everything is stopped can still be rolled back', async () => {
  await bot.traffic(120, 20)
  const mission = await approved()
  await bot.works()
  await bot.skip(2_000)
  await bot.works()
  expect((await bot.story(mission)).mission.phase).toBe('monitoring')
  await stopEverything(bot.control, member('ben'), 'Enough')
  await orderRollback(bot.control, member('ada'), mission, 'Back, please')
  await bot.works()
  expect((await bot.story(mission)).mission).toMatchObject({ phase: 'complete', outcome: 'rolled_back' })
})

test('one human with two members says it once', async () => {
  await stopEverything(bot.control, member('ada'), 'Look')
  for (const [who, source] of [
    ['ada', 'config'],
    ['ben', 'link'],
  ])
    await bot.db.superuser`insert into grace.accounts (platform, account, name, member, source, since)
      values ('discord', '1', ${who!}, ${who!}, ${source!}, now())`
  await liftStop(bot.control, member('ada'))
  // Ada and Ben are one: two humans are left, and both are needed.
  expect(await liftStop(bot.control, member('ben'))).toEqual({ said: 1, needed: 2, isLifted: false })
  expect(await liftStop(bot.control, member('cem'))).toMatchObject({ isLifted: true })
})

test('what was unlocked before a stop does not go live by answers that are too old by then', async () => {
  await bot.traffic(120, 20)
  const mission = await approved()
  await settleSession(bot.control, (await bot.story(mission)).mission.session!)
  await sequence(bot.control)
  await unlockMission(bot.control, mission)
  await stopEverything(bot.control, member('ada'), 'Look')
  await bot.skip(3_600_000)
  for (const who of ['ada', 'ben']) await liftStop(bot.control, member(who))
  const before = bot.git('git rev-parse main')
  await bot.works()
  expect((await bot.story(mission)).mission).toMatchObject({ phase: 'complete', outcome: 'failed' })
  expect(bot.said.join('\n')).toMatch(/is too old by now/)
  expect(bot.git('git rev-parse main')).toBe(before)
})

describe('who may', () => {
  test('those who vote on something; others and agents are told', async () => {
    for (const [who, code] of [
      [member('dan'), 'not_a_voter'],
      [guest, 'scope_missing'],
      [agent('smith'), 'scope_missing'],
    ] as const) {
      expect(await refused(stopEverything(bot.control, who, 'no'))).toBe(code)
      expect(await refused(liftStop(bot.control, who))).toBe(code)
    }
    expect(await refused(stopEverything(bot.control, member('ada'), '  '))).toBe('reason_missing')
    expect(await refused(liftStop(bot.control, member('ada')))).toBe('not_stopped')
    await stopEverything(bot.control, member('ada'), 'once')
    expect(await refused(stopEverything(bot.control, member('ben'), 'twice'))).toBe('stopped_already')
  })
})
