// What can not be carried out ends with its reason.
import { describe, expect, test } from 'vitest'
import { ownBots } from '../support/own-bot.ts'

const HOUR = 3_600_000
const open = ownBots()

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
  test('a repository that is away when it is to be tested: it waits, and is tested once it is back', async () => {
    const bot = await open()
    const id = await bot.proposes()
    bot.git('mv .git .gone')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      heldBy: [expect.stringMatching(/^The repository of shop can't be fetched/)],
    })
    bot.git('mv .gone .git')
    await bot.skip(31_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('discussion')
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
      /nobody has attached a change yet\. Attach a change in the console, with grace attach M-1 --ref … in a terminal, or: POST .*candidate with a patch or a ref/,
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
