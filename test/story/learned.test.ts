// What came of what went live is learned, and the ledger alone says the same.
import { expect, test } from 'vitest'
import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import { lessonsIn } from '../../src/learning/lesson.ts'
import { learnedFrom, readLearning } from '../../src/learning/read-learning.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { openFromFinding } from '../../src/mission/open-mission.ts'
import { type Bot, MORE_TESTS } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const open = ownBots()

/** Its change is another one each time. */
const tests = (name: string): string => MORE_TESTS.replaceAll('more.test.mjs', `${name}.test.mjs`)

async function goesLive(bot: Bot, id: string): Promise<void> {
  await bot.works()
  await bot.votes(id, 'ada', 'approve')
  await bot.works()
  expect((await bot.story(id)).mission.phase).toBe('monitoring')
}

test('track records and calibration follow from the ledger exactly, and are on the next card', async () => {
  const bot = await open({
    target: {
      playbooks: [
        {
          name: 'tester',
          on: 'latency',
          command: `cat > /dev/null; printf "import { test } from 'node:test'\\ntest('plays', () => {})\\n" > test/play.test.mjs; echo adds a test`,
        },
      ],
    },
  })
  await bot.traffic(120, 20)
  const good = await bot.proposes({ patch: tests('good') })
  await goesLive(bot, good)
  await bot.skip(61_000)
  await bot.traffic(60, 20)
  await bot.works()
  expect((await bot.story(good)).mission.outcome).toBe('succeeded')

  const bad = await bot.proposes({ patch: tests('bad') })
  await goesLive(bot, bad)
  await bot.skip(30_000)
  await bot.traffic(25, 80)
  await bot.works()
  expect((await bot.story(bad)).mission.outcome).toBe('rolled_back')
  await bot.db.app.sql`delete from grace.freezes`

  await bot.skip(200_000)
  await bot.traffic(120, 20)
  const found = await openFromFinding(bot.control, {
    target: 'shop',
    detector: 'latency',
    fields: { metric: 'latency_p95' },
    title: 'Slow',
    summary: 'slow',
    rationale: 'slow',
    evidence: {},
    magnitude: 1,
    claims: [{ kind: 'no_harm' }],
  })
  await goesLive(bot, found!.id)
  await bot.skip(61_000)
  await bot.works()
  await bot.skip(61_000)
  await bot.works()
  expect((await bot.story(found!.id)).mission.outcome).toBe('inconclusive')

  const learned = await readLearning(bot.control, member('ada'))
  expect(
    learned.records.map(({ kind, name, succeeded, rolledBack, inconclusive }) => [
      kind,
      name,
      succeeded,
      rolledBack,
      inconclusive,
    ]),
  ).toEqual([
    ['author', 'agent agent-smith', 1, 1, 0],
    ['author', 'grace playbook:tester', 0, 0, 1],
    ['proposer', 'agent agent-smith', 1, 1, 0],
    ['proposer', 'grace detector:latency', 0, 0, 1],
    ['target', 'shop', 1, 1, 1],
  ])
  expect(learned.calibration).toMatchObject({ count: 2 })

  await sequence(bot.control)
  const leaves = await ledgerPagesOn(bot.db.app.db).leaves(0, 10_000)
  expect(learnedFrom(lessonsIn(leaves.map(({ leaf }) => leaf!)))).toEqual(learned)

  const next = await bot.proposes({ patch: tests('next') })
  await bot.works()
  expect((await bot.card(next)).why).toContain(
    'Track record of agent agent-smith on shop: 1 of 2 held live: 50 % expected (9–91 %).',
  )
})
