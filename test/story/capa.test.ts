// The ticket that a rollback opens: worked on from every surface, closed only when live traffic agrees.
import { describe, expect, test } from 'vitest'
import type { Speaking } from '../../src/commands/command.ts'
import { parse } from '../../src/commands/parse.ts'
import { closeCapa } from '../../src/mission/close-capa.ts'
import { workOnCapa } from '../../src/mission/work-on-capa.ts'
import type { Bot } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { agent, member, refused } from '../support/people.ts'

const open = ownBots()
const DAY = 86_400_000

async function rolledBack(): Promise<{ bot: Bot; id: string }> {
  const bot = await open({ members: ['ada', 'ben'] })
  await bot.traffic(120, 20)
  const id = await bot.proposes()
  await bot.works()
  await bot.votes(id, 'ada', 'abstain')
  await bot.votes(id, 'ben', 'approve')
  await bot.works()
  await bot.skip(30_000)
  await bot.traffic(25, 80)
  await bot.works()
  const { mission, capa } = await bot.story(id)
  expect(mission.outcome).toBe('rolled_back')
  expect(capa).toMatchObject({ state: 'open', owner: null, baseline: { p95Ms: expect.closeTo(19.9, 0) } })
  return { bot, id }
}

describe('a CAPA', () => {
  test('has an owner, says what is done, and closes when the service is as good as before', async () => {
    const { bot, id } = await rolledBack()
    const ada = member('ada')
    expect(await refused(closeCapa(bot.control, ada, id, 'done'))).toBe('capa_without_owner')
    await workOnCapa(bot.control, ada, id, {
      owner: 'ben',
      cause: 'The look-up grew a loop.',
      preventive: 'The bench has ten thousand sums now.',
      due: '2099-12-24',
    })
    expect((await bot.story(id)).capa).toMatchObject({
      owner: 'ben',
      cause: 'The look-up grew a loop.',
      dueAt: new Date('2099-12-24T23:59:59Z'),
    })
    // Nothing was seen since.
    await bot.skip(120_000)
    expect(await refused(closeCapa(bot.control, ada, id, 'done'))).toBe('capa_not_effective')
    // It is as slow as the change was.
    await bot.traffic(30, 80)
    await expect(closeCapa(bot.control, ada, id, 'done')).rejects.toMatchObject({
      code: 'capa_not_effective',
      message: expect.stringMatching(/stays open: p95 is .* ms, it was 19\.\d ms before the change/),
    })
    // More fail than before.
    await bot.skip(120_000)
    await bot.traffic(60, 20, 5)
    await expect(closeCapa(bot.control, ada, id, 'done')).rejects.toMatchObject({
      message: expect.stringMatching(/10 % of the requests fail, it was 0 % before/),
    })
    await bot.skip(120_000)
    await bot.traffic(60, 20)
    expect(await closeCapa(bot.control, ada, id, 'The loop is gone')).toMatch(
      /^CAPA-1 is closed: The loop is gone\. Live again as before: \d+ requests, 0 of them failed, p95 19\.9 ms/,
    )
    await bot.works()
    expect(bot.said.join('\n')).toMatch(/🩹 CAPA-1 is closed/)
    expect((await bot.story(id)).capa?.state).toBe('closed')
    expect(await refused(workOnCapa(bot.control, ada, id, { owner: 'ada' }))).toBe('capa_closed')
  })

  test('is said once when it is due and still open', async () => {
    const { bot, id } = await rolledBack()
    await bot.skip(13 * DAY)
    await workOnCapa(bot.control, member('ada'), id, { owner: 'ada' })
    await bot.works()
    expect(bot.said.join('\n')).not.toMatch(/is due/)
    await bot.skip(2 * DAY)
    await bot.works()
    await bot.works()
    expect(bot.said.filter((line) => /CAPA-1 is due; ada answers for it/.test(line))).toHaveLength(1)
  })

  test('from a slash command; bad input says what would do', async () => {
    const { bot, id } = await rolledBack()
    const say = async (words: string) => {
      const { command, values } = parse('missions', words)
      const speaking = { control: bot.control, list: { idOf: async () => id } } as unknown as Speaking
      return command.run(speaking, { actor: member('ada') } as never, values)
    }
    expect((await say('capa M-1 preventive Try it on real queries')).lines.join('\n')).toMatch(
      /Owner: nobody yet; due .*\nCause: p95.*\nCorrective: Rolled back and verified\.\nPreventive: Try it on real queries/,
    )
    expect(await refused(say('capa M-1 owner zoe'))).toBe('owner_unknown')
    expect(await refused(say('capa M-1 due tomorrow'))).toBe('due_unreadable')
    expect(await refused(say('capa M-1 due 2026-02-31'))).toBe('due_unreadable')
    expect(await refused(say('capa M-1 colour red'))).toBe('capa_field_unknown')
    expect(await refused(say('capa M-1 cause'))).toBe('cause_missing')
    expect(await refused(workOnCapa(bot.control, agent('a'), id, { owner: 'ada' }))).toBe('scope_missing')
  })
})
