// What a detector finds.
import { describe, expect, test } from 'vitest'
import type { Advisories } from '../../src/hunter/advisories.ts'
import { cancelMission } from '../../src/mission/cancel-mission.ts'
import { listFindings } from '../../src/mission/list-findings.ts'
import { openFromFinding } from '../../src/mission/open-mission.ts'
import { surveyByOwnDetector, surveyVulnerabilities } from '../../src/mission/survey-repository.ts'
import { LIBRARY } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member, refused } from '../support/people.ts'

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
    magnitude: 20,
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

  test('that got a no returns when it is a quarter worse, and not before', async () => {
    const bot = await open()
    const first = await openFromFinding(bot.control, finding)
    await bot.works()
    await cancelMission(bot.control, member('ada'), first!.id, 'we live with it')
    expect(await openFromFinding(bot.control, finding)).toBeUndefined()
    expect(await openFromFinding(bot.control, { ...finding, magnitude: 24 })).toBeUndefined()
    const worse = await openFromFinding(bot.control, { ...finding, magnitude: 25 })
    expect(worse).toBeDefined()
    // Then it is the open one that is seen, however bad it is.
    expect(await openFromFinding(bot.control, { ...finding, magnitude: 21 })).toBeUndefined()
    expect(await bot.db.superuser`select seen from grace.opportunities where closed_at is null`).toEqual([
      { seen: 2 },
    ])
  })

  test('three times in vain: detectors rest and say so once; people may go on', async () => {
    const bot = await open()
    const another = (n: number) => ({ ...finding, fields: { metric: `m${n}` } })
    for (const n of [1, 2, 3]) {
      const made = await openFromFinding(bot.control, another(n))
      await bot.works()
      await cancelMission(bot.control, member('ada'), made!.id, 'no')
      await bot.works()
    }
    expect(await openFromFinding(bot.control, another(4))).toBeUndefined()
    expect(bot.said.filter((line) => line.includes('💤'))).toEqual([
      expect.stringMatching(/3 of the last 5 missions that detectors opened for shop came to nothing.* M-3/),
    ])
    await bot.proposes()
    await bot.skip(73 * HOUR)
    expect(await openFromFinding(bot.control, another(4))).toBeDefined()
  })

  test('while a change is live nothing new is opened: what is seen may be its doing', async () => {
    const bot = await open()
    await bot.traffic(120, 20)
    const id = await bot.proposes()
    await bot.works()
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(await openFromFinding(bot.control, finding)).toBeUndefined()
  })
})

describe('what is found in a repository', () => {
  const lock = (version: string) =>
    JSON.stringify({
      name: 'sums',
      lockfileVersion: 3,
      packages: {
        '': { name: 'sums', dependencies: { minimist: version } },
        'node_modules/minimist': {
          version,
          resolved: `https://registry.npmjs.org/minimist/-/minimist-${version}.tgz`,
          integrity: 'sha512-x',
        },
      },
    })
  const knows: Advisories = {
    of: async (packages) => ({
      answered: true,
      source: 'a test',
      found: packages
        .filter(({ name, version }) => name === 'minimist' && version === '1.2.0')
        .map((of) => ({ id: 'GHSA-vh95-rmgr-6w4m', of, title: 'Prototype pollution', severity: 'critical' })),
    }),
  }
  test('a vulnerable package is one mission, until the lock file has another version', async () => {
    const bot = await open({ files: { ...LIBRARY, 'package-lock.json': lock('1.2.0') } })
    const ctx = { ...bot.control, advisories: knows }
    await surveyVulnerabilities(ctx, 'shop')
    await surveyVulnerabilities(ctx, 'shop')
    expect(await bot.db.superuser`select title from grace.missions`).toEqual([
      { title: 'Update minimist in shop: GHSA-vh95-rmgr-6w4m' },
    ])
    expect(await listFindings(bot.control, member('ada'), 'shop')).toMatchObject([
      { fields: { ecosystem: 'npm', package: 'minimist' }, becomes: { as: 'seen' } },
    ])
    // Nobody answers: what was known stays.
    await expect(surveyVulnerabilities(bot.control, 'shop')).rejects.toMatchObject({
      code: 'advisories_unanswered',
    })
    expect(await listFindings(bot.control, member('ada'), 'shop')).toHaveLength(1)
    bot.pushes('package-lock.json', lock('1.2.8'))
    await surveyVulnerabilities(ctx, 'shop')
    expect(await listFindings(bot.control, member('ada'), 'shop')).toEqual([])
  })

  test.each([
    ['no JSON', 'echo I looked and found nothing', 'detector_unreadable'],
    ['a finding without a title', `echo '{"fields":{"a":"b"}}'`, 'detector_unreadable'],
    ['a failure', 'echo no such tool; exit 3', 'detector_failed'],
    ['more than anybody reads', 'head -c 4000000 /dev/zero | tr "\\0" "x"', 'detector_failed'],
  ])('a detector that prints %s opens nothing, and says what is wrong', async (_what, command, code) => {
    const bot = await open({ target: { detectors: [{ name: 'own', command }] } })
    const [detector] = bot.control.config.targets.get('shop')!.detectors
    expect(await refused(surveyByOwnDetector(bot.control, 'shop', detector!))).toBe(code)
    expect(await bot.db.superuser`select 1 from grace.missions`).toHaveLength(0)
  })

  test('hot spots are files that change often and are deeply nested', async () => {
    const deep = (n: number) =>
      `export const f = (x) => {\n${`  if (x) {\n    if (x > 1) {\n      x--\n    }\n  }\n`.repeat(40)}  return x + ${n}\n}\n`
    const bot = await open({
      files: { ...LIBRARY, 'src/deep.mjs': deep(0), 'test/deep.test.mjs': deep(0) },
      target: { detectors: [{ name: 'hot_spots', command: 'node "$GRACE_PLAYBOOKS/hot-spots.mjs"' }] },
    })
    for (let n = 1; n < 11; n++) {
      bot.pushes('src/deep.mjs', deep(n))
      bot.pushes('test/deep.test.mjs', deep(n))
      bot.pushes('src/flat.mjs', `export const n = ${n}\n`)
    }
    const [detector] = bot.control.config.targets.get('shop')!.detectors
    await surveyByOwnDetector(bot.control, 'shop', detector!)
    expect(await listFindings(bot.control, member('ada'), 'shop')).toMatchObject([
      {
        fields: { path: 'src/deep.mjs' },
        evidence: { commits: 11 },
        claims: [{ kind: 'kpi', kpi: 'code_quality_score', atLeast: 1 }],
      },
    ])
  })
})
