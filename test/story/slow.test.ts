// A slow platform and a locked database: the acknowledgement does not wait for them, and every click ends in a receipt.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GOOD } from '../support/bot.ts'
import { openTalking, type Talking } from '../support/talking.ts'
import { until } from '../support/until.ts'

const ACKNOWLEDGED_WITHIN_MS = 1_600
let t: Talking
beforeAll(async () => {
  t = await openTalking({ parliament: { share: '1%', dwell: '24h' } })
  await t.proposes({ patch: GOOD })
  await t.settles()
}, 120_000)
afterAll(() => t.close())

/** Nobody reads or writes the inbox meanwhile. */
async function locked<T>(ms: number, during: () => Promise<T>): Promise<T> {
  let result!: Promise<T>
  await t.db.superuser.begin(async (sql) => {
    await sql`lock table grace.inbox in access exclusive mode`
    result = during()
    await sleep(ms)
  })
  return result
}
const told = async (count: number) =>
  until(async () => {
    await t.settles()
    const rows = await t.db.superuser`select 1 from grace.inbox where told_at is not null`
    return rows.length >= count
  }, 30_000)

test('database locked for 2 s: acknowledged in time as not recorded yet, and counted in the end', async () => {
  const outcomes = (await locked(2_000, () =>
    Promise.all([
      t.clicksOnSlack('U0ADA', 'vote:approve'),
      t.clicksOnSlack('U0BEN', 'vote:abstain'),
      t.clicksOnDiscord(t.people.cleo.discord, 'Approve'),
    ]),
  )) as { acknowledgedInMs: number }[]
  for (const outcome of outcomes) expect(outcome.acknowledgedInMs).toBeLessThan(ACKNOWLEDGED_WITHIN_MS)
  await told(3)
  const said = (texts: readonly unknown[]) => JSON.stringify(texts)
  for (const all of [
    said(t.slack.privateTo('U0ADA')),
    said(t.slack.privateTo('U0BEN')),
    said(t.discord.privateTo(t.people.cleo.discord.id)),
  ]) {
    expect(all).toMatch(/Not recorded yet/)
    expect(all).toMatch(/is counted/)
  }
})

test('platforms that take 2 s per call, and the database locked: still in time, still a receipt', async () => {
  t.slack.faults.delay(2_000)
  t.discord.faults.latency(2_000)
  const begun = Date.now()
  const [onSlack] = (await locked(2_000, () =>
    Promise.all([
      t.clicksOnSlack('U0ADA', 'vote:abstain'),
      t.clicksOnDiscord(t.people.cleo.discord, 'Abstain'),
    ]),
  )) as { acknowledgedInMs: number }[]
  expect(onSlack!.acknowledgedInMs).toBeLessThan(ACKNOWLEDGED_WITHIN_MS)
  // Discord takes it two seconds after it was sent: too late for Discord, and no fault of ours.
  const sent = t.discord.requests.filter((one) => /\/callback/.test(one.path)).at(-1)!
  expect(sent.at - begun).toBeLessThan(ACKNOWLEDGED_WITHIN_MS)
  t.slack.faults.delay(0)
  t.discord.faults.latency(0)
  await told(5)
  expect(t.toldOnSlack('U0ADA')).toMatch(/Your vote is now "abstain"/)
  const everywhere = () =>
    JSON.stringify([t.discord.privateTo(t.people.cleo.discord.id), t.discord.messages(t.discord.channel.id)])
  await until(() => /Your vote is now \\"abstain\\"/.test(everywhere()), 10_000)
})

test('the form for a rejection opens whatever the database does', async () => {
  await locked(2_500, async () => {
    await t.clicksOnSlack('U0BEN', 'vote:reject')
    await t.slack.when(() => t.slack.openView('U0BEN') !== undefined, 2_000)
    expect(await t.clicksOnDiscord(t.people.cleo.discord, 'Reject')).toMatchObject({ type: 9 })
  })
})

test('a database that is away: the click is not counted, and says so', async () => {
  await t.db.superuser`alter table grace.inbox rename to inbox_away`
  try {
    const before = t.slack.privateTo('U0ADA').length
    const outcome = (await t.clicksOnSlack('U0ADA', 'vote:approve')) as { acknowledgedInMs: number }
    expect(outcome.acknowledgedInMs).toBeLessThan(ACKNOWLEDGED_WITHIN_MS)
    await t.slack.when(() => t.slack.privateTo('U0ADA').length > before, 5_000)
    await t.slack.when(
      () => /Not counted: it could not be recorded. Press again/.test(t.toldOnSlack('U0ADA')),
      5_000,
    )
  } finally {
    await t.db.superuser`alter table grace.inbox_away rename to inbox`
  }
})
