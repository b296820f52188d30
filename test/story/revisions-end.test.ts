// Revisions come to an end, and a change that was refused once is not taken again.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { attachCandidate } from '../../src/mission/attach-candidate.ts'
import { openFromFinding, openMission } from '../../src/mission/open-mission.ts'
import { retryMission } from '../../src/mission/retry-mission.ts'
import { askForRevision } from '../../src/mission/revise-mission.ts'
import { type Bot, type BotOptions, BROKEN, GOOD, MORE_TESTS, openBot } from '../support/bot.ts'
import { agent, member } from '../support/people.ts'

let open: Bot | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})
const start = async (options?: BotOptions): Promise<Bot> => {
  open = await openBot(options)
  return open
}
const MINUTE = 60_000

const refused = { code: 'change_refused_before' }
const proposeAgain = (bot: Bot, input: object) =>
  openMission(bot.control, agent('smith'), { title: 'Again', description: 'x', rationale: 'x', ...input })

describe('a change that was refused', () => {
  test('by a vote is not taken again, whatever branch it comes in, and the refusal says where it was', async () => {
    const bot = await start()
    const id = await bot.proposes()
    await bot.works()
    const main = bot.git('git rev-parse main')
    await bot.votes(id, 'ada', 'reject', 'NaN is what callers expect')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({ outcome: 'cancelled' })
    expect(bot.git('git rev-parse main')).toBe(main)
    await expect(proposeAgain(bot, { patch: GOOD })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(
        /^This very change was refused before, in M-1: Rejected by ada: NaN is what callers expect \(0 of 1 needed approvals, 1 reject, 0 abstentions, 0 not voted\)\.$/,
      ),
      next: 'Propose a different one. See /missions/M-1',
    })
    // The same lines on a branch, on top of something else.
    writeFileSync(join(bot.target.repository, 'good.patch'), GOOD)
    bot.git('git checkout -qb other && git apply good.patch && rm good.patch && git commit -qam mine')
    bot.git('git checkout -q main')
    bot.pushes('notes.txt', 'the base moved\n')
    await expect(proposeAgain(bot, { ref: 'other' })).rejects.toMatchObject(refused)
    const empty = await proposeAgain(bot, {})
    await expect(
      attachCandidate(bot.control, member('ada'), empty.id, { patch: GOOD }),
    ).rejects.toMatchObject(refused)
    expect((await proposeAgain(bot, { patch: MORE_TESTS })).number).toBe(3)
  })

  test('by its tests is not taken again; measuring it again is refused as well', async () => {
    const bot = await start()
    const id = await bot.proposes({ patch: BROKEN })
    await bot.works()
    await expect(proposeAgain(bot, { patch: BROKEN })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/in M-1: The test "means" passed every time on today's code/),
    })
    await expect(retryMission(bot.control, member('ada'), id)).rejects.toMatchObject({
      code: 'measuring_mends_nothing',
    })
  })

  test('by the live service is not taken again', async () => {
    const bot = await start()
    await bot.traffic(120, 20)
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect((await bot.story(id)).mission.outcome).toBe('rolled_back')
    await expect(proposeAgain(bot, { patch: GOOD })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/in M-1: Rolled back: p95 is/),
    })
  })

  test('is not proposed by a playbook either: the mission waits for another', async () => {
    const playbooks = [
      {
        name: 'zero',
        on: 'latency',
        command: `cat > /dev/null; sed -i 's|/ xs.length|/ Math.max(1, xs.length)|' src/sums.mjs; echo one at least`,
      },
    ]
    const bot = await start({ target: { playbooks } })
    const found = {
      target: 'shop',
      detector: 'latency',
      fields: { metric: 'm' },
      title: 'Slow',
      summary: 's',
      rationale: 'r',
      evidence: {},
      magnitude: 1,
      claims: [{ kind: 'no_harm' as const }],
    }
    const first = await openFromFinding(bot.control, found)
    await bot.works()
    await bot.votes(first!.id, 'ada', 'reject', 'no')
    await bot.works()
    const second = await openFromFinding(bot.control, { ...found, magnitude: 2 })
    await bot.works()
    expect((await bot.story(second!.id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(/change of playbook zero was refused: This very change .* in M-1/),
    })
  })
})

describe('an approved mission that lacks trust', () => {
  /** No two runs say the same: the interval is as wide as it can be. */
  const NOISY = {
    command: `echo "{\\"metric\\":\\"noise\\",\\"value\\":$(( $(od -An -N2 -tu2 /dev/urandom) + 1 )),\\"unit\\":\\"µs\\"}"`,
    rounds: 3,
  }
  test('is measured again where only intervals were too wide, three times with growing pauses, then it expires', async () => {
    const bot = await start({ target: { bench: NOISY } })
    const id = await bot.proposes({
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 1 }],
    })
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    const seen: string[] = []
    for (const [revision, minutes] of [
      [1, 1],
      [2, 10],
      [3, 60],
    ] as const) {
      const { mission } = await bot.story(id)
      expect(mission).toMatchObject({ phase: 'sandbox_testing', revisions: revision - 1 })
      expect(mission.reason).toMatch(
        new RegExp(`It is measured again in ${minutes} min \\(try ${revision} of 3\\)`),
      )
      seen.push(mission.evidence!)
      await bot.skip((minutes - 0.5) * MINUTE)
      await bot.works()
      expect((await bot.story(id)).mission.evidence, 'not before its time').toBe(seen.at(-1))
      await bot.skip(MINUTE)
      await bot.works()
    }
    expect((await bot.story(id)).mission).toMatchObject({
      phase: 'complete',
      outcome: 'expired',
      reason: expect.stringMatching(/^Expired: approved and revised 3 times, and still not trusted: /),
      revisions: 3,
    })
    expect(new Set(seen).size).toBe(3)
    expect(
      bot.said.filter((line) => /Awaiting your vote/.test(line)),
      'nobody was asked again',
    ).toHaveLength(1)
  })

  test('is revised by its playbook, and put to the vote again only once it is trusted', async () => {
    // Its first try breaks a test; told what failed, it does better.
    const playbooks = [
      {
        name: 'learner',
        on: 'latency',
        command: `brief=$(cat); case "$brief" in *passed\\ every\\ time*|*regressed*|*\\"revision\\"*) to='/ Math.max(1, xs.length)';; *) to='/ 7';; esac; sed -i "s|/ xs.length|$to|" src/sums.mjs; echo tries`,
      },
    ]
    const bot = await start({ target: { playbooks } })
    const made = await openFromFinding(bot.control, {
      target: 'shop',
      detector: 'latency',
      fields: { metric: 'm' },
      title: 'Slow',
      summary: 's',
      rationale: 'r',
      evidence: {},
      magnitude: 1,
      claims: [{ kind: 'no_harm' }],
    })
    await bot.works()
    expect((await bot.card(made!.id)).trust?.reached).toBe(false)
    await bot.votes(made!.id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(made!.id)).mission.reason).toMatch(
      /Its playbook tries again in 1 min \(try 1 of 3\)/,
    )
    await bot.skip(61_000)
    await bot.works()
    const { mission, candidate } = await bot.story(made!.id)
    expect(candidate?.revision).toBe(2)
    expect(mission).toMatchObject({ phase: 'discussion', revisions: 1 })
    expect((await bot.card(made!.id)).trust?.reached).toBe(true)
  })

  test('written by people waits for people', async () => {
    const bot = await start()
    const id = await bot.proposes({ patch: BROKEN })
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    const { mission } = await bot.story(id)
    expect(mission.reason).toMatch(/^awaiting_candidate: not trusted yet: trust is/)
    expect(mission.reason).not.toMatch(/again in/)
  })
})

test('a fourth revision is refused, by whatever way it is asked for', async () => {
  const bot = await start()
  const id = await bot.proposes()
  await bot.works()
  for (const zero of ['0.0', '0.00', '0.000']) {
    await bot.attaches(id, GOOD.replace('? 0 :', `? ${zero} :`))
    await bot.works()
  }
  expect((await bot.story(id)).mission).toMatchObject({ phase: 'discussion', revisions: 3 })
  const spent = { code: 'revisions_spent' }
  await expect(bot.attaches(id, GOOD.replace('? 0 :', '? -0 :'))).rejects.toMatchObject(spent)
  await expect(retryMission(bot.control, member('ada'), id)).rejects.toMatchObject(spent)
  await expect(askForRevision(bot.control, member('ada'), id)).rejects.toMatchObject(spent)
  // What is there can still be decided on.
  expect(await bot.votes(id, 'ada', 'abstain')).toMatchObject({ outcome: 'counted' })
})
