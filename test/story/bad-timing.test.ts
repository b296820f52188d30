// What goes wrong only when things happen at unlucky moments. Most of it was found by the checker of test/chaos.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { registerKey } from '../../db/configuration.ts'
import { type Keyring, ringOf } from '../../src/keys/key.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { executeMission } from '../../src/mission/execute-mission.ts'
import type { Executor } from '../../src/mission/executor.ts'
import { orderRollback } from '../../src/mission/order-rollback.ts'
import { rollBack } from '../../src/mission/roll-back.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { unlockMission } from '../../src/mission/unlock-mission.ts'
import { watchExecution } from '../../src/mission/watch-execution.ts'
import { type Bot, type BotOptions, GOOD, LIBRARY, MORE_TESTS, openBot } from '../support/bot.ts'
import { newKeys } from '../support/database.ts'
import { member } from '../support/people.ts'

const MINUTE = 60_000
let bot: Bot
beforeEach(() => {
  bot = undefined as never
})
afterEach(async () => {
  if (!bot) return
  expect(await bot.ledgerIsWhole(), 'the ledger is whole').toBe(true)
  await bot.close()
  if (log) rmSync(dirname(log), { recursive: true, force: true })
  log = undefined
})
const open = async (options: BotOptions = {}): Promise<Bot> => {
  bot = await openBot(options)
  return bot
}
const mission = async (id: string) => (await bot.story(id)).mission

/** What the deploy and rollback commands did, in order. */
let log: string | undefined
const logged = () => readFileSync(log!, 'utf8').trim().split('\n')
const logging = (pause = ''): BotOptions => {
  log = join(mkdtempSync(join(tmpdir(), 'grace-deploys-')), 'log')
  return {
    target: {
      deploy: {
        command: `echo deploy $GRACE_REVISION >> ${log}`,
        rollback: `${pause} echo rollback $GRACE_PREVIOUS_REVISION >> ${log}`,
        status: `tail -n 1 ${log} | cut -d ' ' -f 2`,
        timeout: '20s',
      },
    },
  }
}

async function approved(): Promise<string> {
  await bot.traffic(120, 20)
  const id = await bot.proposes()
  await bot.works()
  await bot.votes(id, 'ada', 'approve')
  return id
}
/** The gate has let it through, and nothing is done yet. */
async function unlocked(): Promise<string> {
  const id = await approved()
  await settleSession(bot.control, (await mission(id)).session!)
  await sequence(bot.control)
  await unlockMission(bot.control, id)
  return id
}
async function live(): Promise<string> {
  const id = await approved()
  await bot.works()
  expect((await mission(id)).phase).toBe('monitoring')
  return id
}
const executionId = async () => (await bot.db.superuser`select id from grace.executions`)[0]!.id as string

describe('a change that hurts', () => {
  test('is taken back once, by whomever and however often that is asked at the same time', async () => {
    await open(logging('sleep 1;'))
    const id = await live()
    const execution = await executionId()
    const before = bot.git('git rev-parse main~1')
    await Promise.all([
      rollBack(bot.executor, execution, 'The watch saw it.'),
      rollBack(bot.executor, execution, 'Ada ordered it.'),
    ])
    await bot.works()
    expect(await mission(id)).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/^Rolled back: .*What was live before is live again\.$/),
    })
    expect(logged().map((line) => line.split(' ')[0])).toEqual(['deploy', 'rollback'])
    expect(logged().at(-1)).toBe(`rollback ${before}`)
    expect(await bot.db.superuser`select verified from grace.rollbacks`).toEqual([{ verified: true }])
    expect(bot.git('git log --format=%s main').split('\n')[0]).toMatch(/^Revert /)
    expect(bot.git('git rev-list --count main')).toBe('3')
  })

  test('is taken back although somebody pushed meanwhile; what they pushed stays', async () => {
    await open()
    const id = await live()
    const before = bot.git('git rev-parse main~1')
    bot.pushes('notes.txt', 'something else\n')
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect(await mission(id)).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/What was live before is live again\.$/),
    })
    expect(bot.live()).toBe(before)
    expect(bot.git('git show main:src/sums.mjs')).toBe(LIBRARY['src/sums.mjs'].trim())
    expect(bot.git('git show main:notes.txt')).toBe('something else')
    expect(bot.git('git log -1 --format=%B main')).toMatch(/^Grace-Reverts: /m)
  })

  test('is taken back live although what was pushed meanwhile stands in the way of its revert, and says so', async () => {
    await open()
    const id = await live()
    const before = bot.git('git rev-parse main~1')
    bot.pushes('src/sums.mjs', bot.git('git show main:src/sums.mjs').replace('? 0 :', '? -0 :'))
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect(await mission(id)).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(
        /What was live before is live again, but the branch still has the change: .*conflicts with its revert.*shop is frozen until a person has looked/,
      ),
    })
    expect(bot.live()).toBe(before)
    expect(await bot.db.superuser`select verified from grace.rollbacks`).toEqual([{ verified: false }])
  })

  test('and was taken back is not deployed again by a worker that stood still meanwhile', async () => {
    await open(logging())
    const id = await unlocked()
    // Its machine slept after it had looked: its seat went to somebody else.
    let [looks, wake]: [number, () => void] = [0, () => {}]
    const asleep = new Promise<void>((resolve) => {
      wake = resolve
    })
    const sleeper: Executor = {
      ...bot.executor,
      alone: (_target, work) => work(),
      async transact(work) {
        if (++looks === 4) await asleep
        return bot.executor.transact(work)
      },
    }
    const slept = executeMission(sleeper, await executionId())
    await sleep(300)
    await bot.works()
    await bot.skip(30_000)
    await bot.traffic(25, 80)
    await bot.works()
    expect((await mission(id)).outcome).toBe('rolled_back')
    wake()
    await slept
    await bot.works()
    expect(logged().map((line) => line.split(' ')[0])).toEqual(['deploy', 'rollback'])
    expect(await bot.db.superuser`select state from grace.executions where finished_at is null`).toEqual([])
  })
})

test('what the key no longer vouches for is taken back, where it was merged already', async () => {
  await open(logging())
  const id = await unlocked()
  const before = bot.git('git rev-parse main')
  // It dies after the push, before it knew of it.
  const dying: Executor = {
    ...bot.executor,
    delivery: {
      ...bot.executor.delivery,
      async merge(target, request) {
        await bot.executor.delivery.merge(target, request)
        throw new Error('killed')
      },
    },
  }
  await expect(executeMission(dying, await executionId())).rejects.toThrow('killed')
  expect(bot.git('git rev-parse main')).not.toBe(before)
  await bot.db.superuser`update grace.keys set revoked_at = grace.now()`
  await bot.works()
  expect(await mission(id)).toMatchObject({ phase: 'complete', outcome: 'rolled_back' })
  expect(bot.git('git rev-parse main^{tree}')).toBe(bot.git(`git rev-parse ${before}^{tree}`))
})

test('where the key of its evidence has ended, it is measured again and signed anew', async () => {
  await open(logging())
  const id = await approved()
  await settleSession(bot.control, (await mission(id)).session!)
  const old = bot.control.keys.attestation
  const next = newKeys().keys.attestation
  await bot.db.superuser`update grace.keys set not_after = grace.now() where purpose = 'attestation'`
  await unlockMission(bot.control, id)
  expect((await mission(id)).heldBy.join(), 'nobody could sign it anew').toMatch(/has expired on/)
  const keys: Keyring = { ...bot.control.keys, attestation: ringOf(next.signer, old.known) }
  await registerKey(bot.db.superuser, 'attestation', next.signer.publicKey)
  await unlockMission({ ...bot.control, keys }, id)
  expect(await mission(id)).toMatchObject({ phase: 'sandbox_testing' })
})

test.each(['ledger', 'execution'])('with a revoked %s key nothing is merged', async (purpose) => {
  await open(logging())
  const id = await unlocked()
  const before = bot.git('git rev-parse main')
  await bot.db.superuser`update grace.keys set revoked_at = grace.now() where purpose = ${purpose}`
  await bot.works()
  expect(await mission(id)).toMatchObject({ phase: 'complete', outcome: 'failed' })
  expect(bot.said.join('\n')).toMatch(/was revoked on/)
  expect(bot.git('git rev-parse main')).toBe(before)
})

test('what people did not sign the executor does not merge, whatever PostgreSQL was made to say', async () => {
  await open(logging())
  const id = await unlocked()
  const before = bot.git('git rev-parse main')
  await bot.db.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`
    // One approval is gone; nobody else is told so.
    await sql`update grace.attestations set envelopes = (
      select jsonb_agg(one) from jsonb_array_elements(envelopes) one
      where convert_from(decode(one ->> 'payload', 'base64'), 'UTF8') not like '%attestation:approval%')`
  })
  await bot.works()
  expect(await mission(id)).toMatchObject({ phase: 'complete', outcome: 'failed' })
  expect(bot.said.join('\n')).toMatch(/does not find this approved: 0 signed approvals, 1 are needed/)
  expect(bot.git('git rev-parse main')).toBe(before)
})

test('a rollback that was ordered comes before the end of the watch', async () => {
  await open(logging())
  const id = await live()
  await bot.skip(59_000)
  await bot.traffic(50, 20)
  await orderRollback(bot.control, member('ada'), id, 'I saw it')
  await bot.skip(2_000)
  await watchExecution(bot.executor, await executionId())
  expect((await mission(id)).phase).toBe('monitoring')
  await bot.works()
  expect((await mission(id)).outcome).toBe('rolled_back')
})

test('who wrote a change does not approve it as another member, linked before or after the vote began', async () => {
  await open({
    members: [{ id: 'ada', slack: 'U0ADA' }, { id: 'ada2', slack: 'U0TWO' }, { id: 'ben' }],
    chat: { slack: { team: 'T0HOME', channel: 'C0MISSIONS' } },
  })
  const propose = (patch: string) => bot.proposes({ title: patch.slice(13, 40), patch }, 'ada')
  const first = await propose(GOOD)
  await bot.works()
  await bot.control.transact(({ accounts }) =>
    accounts.link({ platform: 'slack', account: 'T0HOME/U0TWO', name: 'ada2' }, 'ada'),
  )
  expect(await bot.votes(first, 'ada2', 'approve')).toMatchObject({ outcome: 'not_eligible' })
  const second = await propose(MORE_TESTS)
  await bot.works()
  expect(await bot.votes(second, 'ada2', 'approve')).toMatchObject({ outcome: 'not_eligible' })
  expect(await bot.votes(second, 'ben', 'approve')).toMatchObject({ outcome: 'counted' })
})

test('who wrote a change that no longer fits stays an author of what comes in its place', async () => {
  await open({ members: ['ada', 'ben'] })
  const id = await bot.proposes({}, 'ada')
  await bot.works()
  await bot.votes(id, 'ben', 'approve')
  expect((await bot.card(id)).state).toMatch(
    /passes so far, and stays open until its deadline: ada can still/,
  )
  await bot.votes(id, 'ada', 'abstain')
  expect((await bot.card(id)).state).not.toMatch(/so far/)
  bot.pushes('src/sums.mjs', LIBRARY['src/sums.mjs'].replace('/ xs.length', '/ Math.max(1, xs.length)'))
  await bot.works()
  expect((await mission(id)).reason).toMatch(/conflicts with/)
  await bot.attaches(id, MORE_TESTS, 'ben')
  await bot.works()
  expect((await bot.story(id)).candidate?.authors.map((one) => one.id).sort()).toEqual(['ada', 'ben'])
})

test('two members that are linked after they approved are no two approvals where the base moves', async () => {
  await open({
    members: [
      { id: 'ada', slack: 'U0ADA' },
      { id: 'ben', slack: 'U0BEN' },
    ],
    chat: { slack: { team: 'T0HOME', channel: 'C0MISSIONS' } },
    parliament: { min_approvals: 2 },
  })
  const id = await approved()
  await bot.votes(id, 'ben', 'approve')
  await settleSession(bot.control, (await mission(id)).session!)
  expect((await mission(id)).phase).toBe('consensus')
  await bot.control.transact(({ accounts }) =>
    accounts.link({ platform: 'slack', account: 'T0HOME/U0BEN', name: 'ben' }, 'ada'),
  )
  bot.pushes('notes.txt', 'something else\n')
  await bot.works()
  const { mission: now, vote } = await bot.story(id)
  expect(now.phase).toBe('discussion')
  expect(vote?.ballots.map((ballot) => ballot.vote)).toEqual(['withdrawn', 'withdrawn'])
})

test('a member who leaves before the vote passes makes the dwell no shorter, and the gate agrees', async () => {
  await open({ members: ['ada', 'ben'], parliament: { dwell: '10m' } })
  await bot.traffic(120, 20)
  const id = await bot.proposes()
  await bot.works()
  await bot.restartsWith({ members: ['ada'], parliament: { dwell: '10m' } })
  await bot.works()
  await bot.votes(id, 'ada', 'approve')
  await bot.works()
  expect((await mission(id)).phase).toBe('discussion')
  await bot.skip(10 * MINUTE)
  await bot.works()
  expect((await mission(id)).phase).toBe('monitoring')
})

describe('what was promised on the card comes', () => {
  test('also when a better change came in between, and fell short as well', async () => {
    await open({ members: ['ada', 'ben'], parliament: { share: '50%' } })
    const noisy = (candidate: string) =>
      bot.db.superuser.begin(async (sql) => {
        await sql`set local session_replication_role = 'replica'`
        await sql`
        update grace.kpi_results set lower = -12000, upper = 9000, resolution = 5000
        where kpi in ('memory_efficiency', 'performance_improvement')
          and evidence in (select id from grace.evidence where candidate = ${candidate})`
      })
    const fallsShort = async (id: string) => {
      await noisy((await mission(id)).candidate!)
      await bot.votes(id, 'ada', 'approve')
      await bot.votes(id, 'ben', 'approve')
      await bot.works()
    }
    const id = await bot.proposes()
    await bot.works()
    await fallsShort(id)
    expect((await mission(id)).reason).toMatch(/measured again in 1 min \(try 1 of 3\)/)
    await bot.attaches(id, GOOD.replace('? 0 :', '? -0 :'), 'cem')
    await bot.works()
    expect((await mission(id)).phase).toBe('discussion')
    await fallsShort(id)
    expect((await mission(id)).reason).toMatch(/measured again in 10 min \(try 2 of 3\)/)
    await bot.skip(11 * MINUTE)
    await bot.works()
    expect(await mission(id)).toMatchObject({ phase: 'discussion', revisions: 2 })
  })
})

test('one execution a day is one: the next approved change waits, and nobody is asked again', async () => {
  const limited = { policy: { max_executions_per_day: 1 } }
  await open(limited)
  await bot.traffic(120, 20)
  const first = await bot.proposes()
  const second = await bot.proposes({ title: 'More tests', patch: MORE_TESTS })
  await bot.works()
  await bot.votes(first, 'ada', 'approve')
  await bot.works()
  await bot.skip(61_000)
  await bot.traffic(60, 20)
  await bot.works()
  expect((await mission(first)).outcome).toBe('succeeded')
  // The base has moved, and not every check passes at the moment: the ballot is not carried.
  await bot.votes(second, 'ada', 'approve')
  await bot.works()
  await bot.votes(second, 'ada', 'approve')
  await bot.works()
  const asked = () => bot.said.filter((line) => /Awaiting your vote.*M-2/.test(line)).length
  const before = asked()
  await bot.skip(3 * 60 * MINUTE)
  await bot.works()
  expect(asked(), 'nobody is asked again while it waits').toBe(before)
  expect(await mission(second)).toMatchObject({
    phase: 'consensus',
    heldBy: [expect.stringMatching(/^Resource limits: 1 executions in 24 hours, at most 1 are allowed\.$/)],
  })
  await bot.skip(24 * 60 * MINUTE)
  await bot.traffic(120, 20)
  await bot.works()
  await bot.skip(16_000)
  await bot.works()
  expect((await mission(second)).phase).toBe('monitoring')
})
