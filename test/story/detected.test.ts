// What a detector finds.
import { describe, expect, test } from 'vitest'
import { openFromFinding } from '../../src/mission/open-mission.ts'
import { ownBots } from '../support/own-bot.ts'

const HOUR = 3_600_000
const open = ownBots()

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
  test('a playbook’s change that is refused leaves the mission waiting, with the reason', async () => {
    const playbooks = [
      { name: 'linker', on: 'latency', command: 'cat > /dev/null; ln -s /etc/passwd src/users; echo linked' },
    ]
    const bot = await open({ target: { playbooks } })
    const made = await openFromFinding(bot.control, finding)
    await bot.works()
    expect((await bot.story(made!.id)).mission).toMatchObject({
      phase: 'sandbox_testing',
      reason: expect.stringMatching(
        /the change of playbook linker was refused: The link src\/users leads outside/,
      ),
    })
  })
})
