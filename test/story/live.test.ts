// Live: watched, taken back, or not concluded.
import { describe, expect, test } from 'vitest'
import { type BotOptions, MORE_TESTS } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'

const open = ownBots()

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
        /Rolled back: p95 is 7\d\.\d ms, it was 1\d\.\d ms: a hard limit, in two samples in a row\. What was live before is live again/,
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
