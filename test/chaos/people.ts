// People who go on: they propose, press again what did not work, and see a mission to its end.
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from './world.ts'

/** A harmless change to a file of its own: as many missions as one likes, none in another's way. */
export const harmless = (n: number): string => `diff --git a/test/more-${n}.test.mjs b/test/more-${n}.test.mjs
new file mode 100644
--- /dev/null
+++ b/test/more-${n}.test.mjs
@@ -0,0 +1,4 @@
+import assert from 'node:assert/strict'
+import { test } from 'node:test'
+import { add } from '../src/sums.mjs'
+test('adds ${n}', () => assert.equal(add(${n}, 1), ${n + 1}))
`

export interface Row {
  readonly id: string
  readonly number: number
  readonly phase: string
  readonly outcome: string | null
  readonly reason: string
  readonly session: string | null
  readonly held_by: readonly string[]
}

/** What the rows say; undefined where the database is away for the moment. */
export const missionTitled = async (world: World, title: string): Promise<Row | undefined> => {
  const [row] = await world.sql()<
    Row[]
  >`select * from grace.missions where title = ${title} order by number limit 1`.catch(() => [])
  return row
}

/** Whose answer was lost looks whether it is there, and asks again only if it is not. */
export async function propose(world: World, title: string, n: number): Promise<Row> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
    const there = await missionTitled(world, title)
    if (there) return there
    await world
      .api(
        'POST',
        '/mission-control/autonomous/missions',
        { title, description: 'More tests', rationale: 'Chaos', patch: harmless(n) },
        'agent',
      )
      .catch(() => {})
  }
  throw new Error(`"${title}" could not be proposed`)
}

export type Way = 'chat' | 'web'

const has = async (world: World, session: string, member: string): Promise<boolean> =>
  (
    await world.sql()`select 1 from grace.ballots where session = ${session} and member = ${member}`.catch(
      () => [1],
    )
  ).length > 0

/** Ada and Ben approve, by the card's buttons or by REST and button. */
async function vote(world: World, session: string, way: Way): Promise<void> {
  const { slack, discord, ben } = world
  if (!(await has(world, session, 'ada'))) {
    if (way === 'web')
      await world
        .api('POST', `/api/parliament/sessions/${session}/vote`, { member_id: 'ada', vote: 'approve' })
        .catch(() => {})
    else {
      const card = slack
        .messages('C0MISSIONS')
        .find((one) => JSON.stringify(one.blocks ?? '').includes(session))
      if (card)
        await slack
          .click({ user: 'U0ADA', channel: 'C0MISSIONS', ts: card.ts, actionId: 'vote:approve' })
          .catch(() => {})
    }
  }
  if (!(await has(world, session, 'ben'))) {
    const card = discord
      .messages(discord.channel.id)
      .find((one) => JSON.stringify(one.components ?? '').includes(session))
    if (card)
      await discord
        .click({ user: ben, channelId: discord.channel.id, messageId: card.id, label: 'Approve' })
        .catch(() => {})
  }
}

/** Until it is complete and nothing that follows from it is outstanding. */
export async function seeThrough(
  world: World,
  title: string,
  way: Way,
  watch: (mission: Row) => Promise<void> | void = () => {},
): Promise<Row> {
  let last: Row | undefined
  let pressedAt = 0
  for (const end = Date.now() + 150_000; Date.now() < end; await sleep(100)) {
    const mission = await missionTitled(world, title)
    if (!mission) continue
    last = mission
    await watch(mission)
    if (mission.phase === 'complete' && (await isQuiet(world))) return mission
    if (mission.phase === 'discussion' && mission.session && Date.now() - pressedAt > 1_500) {
      pressedAt = Date.now()
      await vote(world, mission.session, way)
    }
  }
  const open = await world.sql()`
    select kind, attempts, not_before, leased_until, last_error from grace.outbox where done_at is null and given_up_at is null`
  throw new Error(
    `"${title}" did not come to its end: ${JSON.stringify(last)}\noutstanding: ${JSON.stringify(open)}\n${world.said().slice(-25).join('\n')}`,
  )
}

/** Nothing is due or under way, every click has its receipt, and the ledger is numbered. */
export async function isQuiet(world: World): Promise<boolean> {
  const [row] = await world.sql()<{ open: number }[]>`
    select (select count(*) from grace.outbox where done_at is null and given_up_at is null
              and (not_before <= grace.now() + interval '35 s' or leased_until > grace.now()))
         + (select count(*) from grace.inbox where told_at is null)
         + (select count(*) from grace.ledger_entries e where not exists
              (select 1 from grace.ledger_leaves l where l.entry = e.id)) as open`.catch(() => [{ open: 1 }])
  return Number(row?.open) === 0
}
