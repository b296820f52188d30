// What people do beside voting: cancel, measure again, take back, stop a target, ask for a better change.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { summaryOf } from '../../src/cards/summary.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { auditMission } from '../../src/mission/audit-mission.ts'
import { cancelMission } from '../../src/mission/cancel-mission.ts'
import { orderRollback } from '../../src/mission/order-rollback.ts'
import { pauseTarget, resumeTarget } from '../../src/mission/pause-target.ts'
import { retryMission } from '../../src/mission/retry-mission.ts'
import { askForRevision } from '../../src/mission/revise-mission.ts'
import { type Bot, openBot } from '../support/bot.ts'
import { agent, guest, member, refused } from '../support/people.ts'

let bot: Bot
beforeEach(async () => {
  bot = await openBot({ members: ['ada', 'ben', 'cem'], target: { voters: ['ada', 'ben'] } })
}, 60_000)
afterEach(() => bot.close())

const underVote = async (): Promise<string> => {
  const mission = await bot.proposes()
  await bot.works()
  return mission
}
const live = async (): Promise<string> => {
  await bot.traffic(120, 20)
  const mission = await underVote()
  await bot.votes(mission, 'ada', 'approve')
  await bot.votes(mission, 'ben', 'approve')
  await bot.works()
  await bot.skip(2_000)
  await bot.works()
  expect((await bot.story(mission)).mission.phase).toBe('monitoring')
  return mission
}

test('only members of the target stop, undo and pause; others and agents are told who may', async () => {
  const mission = await underVote()
  const acts = (actor: Actor) => [
    () => cancelMission(bot.control, actor, mission, 'no'),
    () => orderRollback(bot.control, actor, mission, 'no'),
    () => pauseTarget(bot.control, actor, 'shop'),
    () => resumeTarget(bot.control, actor, 'shop'),
  ]
  for (const act of acts(member('cem'))) expect(await refused(act())).toBe('not_a_voter')
  for (const actor of [guest, agent('smith')])
    for (const act of acts(actor)) expect(await refused(act())).toBe('scope_missing')
  expect(await refused(retryMission(bot.control, guest, mission))).toBe('scope_missing')
  expect(await refused(askForRevision(bot.control, guest, mission))).toBe('scope_missing')
  expect(await refused(auditMission(bot.control, guest, mission))).toBe('allowed')
})

describe('cancel', () => {
  test('ends a mission under vote with its reason, and its session with it', async () => {
    const mission = await underVote()
    await cancelMission(bot.control, member('ada'), mission, 'Not this quarter')
    await bot.works()
    const { mission: ended, vote } = await bot.story(mission)
    expect(ended).toMatchObject({
      phase: 'complete',
      outcome: 'cancelled',
      reason: 'Cancelled by ada: Not this quarter',
    })
    expect(vote?.session.state).toBe('void')
    expect(await refused(cancelMission(bot.control, member('ada'), mission, 'again'))).toBe(
      'mission_complete',
    )
  })
  test('is refused once the change is live', async () => {
    const mission = await live()
    expect(await refused(cancelMission(bot.control, member('ada'), mission, 'too late'))).toBe('mission_live')
  })
})

test('retry measures the same change again, and what was voted is void', async () => {
  const mission = await underVote()
  await bot.votes(mission, 'ada', 'approve')
  const before = (await bot.story(mission)).mission
  await retryMission(bot.control, member('ben'), mission)
  // Who looks meanwhile still reads what it was worth.
  expect(summaryOf(await bot.card(mission)).lines).toContainEqual(
    expect.stringMatching(/^Before this, revision 1 was measured: trust [\d.]+ %$/),
  )
  await bot.works()
  expect((await bot.card(mission)).before).toBeNull()
  const after = await bot.story(mission)
  expect(after.mission.phase).toBe('discussion')
  expect(after.mission.candidate).toBe(before.candidate)
  expect(after.mission.evidence).not.toBe(before.evidence)
  expect(after.mission.session).not.toBe(before.session)
  expect(after.vote!.ballots).toEqual([])
})

test('a member takes a live change back while it is watched: verified, with a CAPA', async () => {
  const mission = await live()
  const before = bot.git('git rev-parse main~1').trim()
  await pauseTarget(bot.control, member('ada'), 'shop')
  await orderRollback(bot.control, member('ben'), mission, 'Support reports errors')
  await bot.works()
  const { mission: ended } = await bot.story(mission)
  expect(ended).toMatchObject({ outcome: 'rolled_back' })
  expect(ended.reason).toMatch(/ben ordered it: Support reports errors/)
  expect(bot.live()).toBe(before)
  expect(await bot.db.superuser`select 1 from grace.capas`).toHaveLength(1)
  // The pause that somebody had set does not hide why it stands still now.
  const [freeze] = await bot.db.superuser`select reason from grace.freezes where target = 'shop'`
  expect(freeze!.reason).toMatch(/was rolled back; its CAPA is open/)
  expect(await refused(orderRollback(bot.control, member('ben'), mission, 'again'))).toBe(
    'nothing_to_roll_back',
  )
})

test('nothing goes live on a paused target until it is resumed', async () => {
  await bot.traffic(120, 20)
  await pauseTarget(bot.control, member('ada'), 'shop')
  expect(await refused(pauseTarget(bot.control, member('ben'), 'shop'))).toBe('frozen_already')
  const mission = await underVote()
  await bot.votes(mission, 'ada', 'approve')
  await bot.votes(mission, 'ben', 'approve')
  await bot.works()
  const held = (await bot.story(mission)).mission
  expect(held.phase).not.toBe('monitoring')
  expect(bot.live()).toBeUndefined()
  await resumeTarget(bot.control, member('ada'), 'shop')
  expect(await refused(resumeTarget(bot.control, member('ada'), 'shop'))).toBe('not_frozen')
})

test('those who have not voted are reminded at half time and at nine tenths, and no more', async () => {
  const mission = await underVote()
  await bot.votes(mission, 'ada', 'abstain')
  const reminders = () => bot.said.filter((line) => line.includes('⏰'))
  await bot.works()
  expect(reminders()).toEqual([])
  await bot.skip(25 * 3_600_000)
  await bot.works()
  expect(reminders()).toHaveLength(1)
  expect(reminders()[0]).toMatch(/23 hours left to vote\. Not voted yet: ben/)
  await bot.skip(19 * 3_600_000)
  await bot.works()
  expect(reminders()).toHaveLength(2)
  await bot.skip(2 * 3_600_000)
  await bot.works()
  expect(reminders()).toHaveLength(2)
})

test('the ledger tells the story of a mission, and is whole after all that', async () => {
  const mission = await underVote()
  await cancelMission(bot.control, member('ada'), mission, 'enough')
  await bot.works()
  const { entries } = await auditMission(bot.control, member('cem'), mission)
  expect(entries.map((entry) => entry.kind)).toEqual(
    expect.arrayContaining([
      'MissionOpened',
      'CandidateAttached',
      'SessionOpened',
      'SessionVoided',
      'MissionMoved',
    ]),
  )
  expect(entries.map((entry) => entry.seq)).toEqual(
    entries.map((entry) => entry.seq).toSorted((a, b) => a! - b!),
  )
  expect(await bot.ledgerIsWhole()).toBe(true)
})
