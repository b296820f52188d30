// One suite over both homes of the queue: the same jobs, the same promises.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { poolConfig } from '../../db/login.ts'
import { JOBS_SCHEMA } from '../../db/roles.ts'
import { outstandingOn } from '../../db/stores/outstanding.ts'
import { type JobBackend, openBackend } from '../../jobs/backend.ts'
import { carryOut, type Hands } from '../../jobs/carry-out.ts'
import { type EffectJob, effectJob, type JobContext, QUEUES } from '../../jobs/job.ts'
import { startRelay } from '../../jobs/relay.ts'
import { type Schedule, upsertSchedules } from '../../jobs/schedules.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const homes = [
  ['PostgreSQL', () => ({ postgres: poolConfig(db.logins.jobs), schema: JOBS_SCHEMA })],
  ...(inject('redis') ? [['Redis', () => ({ redis: inject('redis')! })] as const] : []),
] as const

describe.each(homes)('jobs on %s', (name, home) => {
  const ends: (() => Promise<unknown>)[] = []
  const open = async (): Promise<JobBackend> => {
    const backend = await openBackend(home(), () => {}, `test-${randomUUID()}`)
    ends.push(() => backend.close())
    return backend
  }
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
    await db.superuser`delete from grace.outbox`
  })
  const unique = (queue: string) => `${queue}-${randomUUID()}`

  test('a job is carried out once', async () => {
    const backend = await open()
    const queue = unique('once')
    const seen: number[] = []
    backend.worker(queue, async (job) => void seen.push((job.data as { n: number }).n), { concurrency: 2 })
    const jobs = backend.queue(queue)
    for (let n = 0; n < 20; n++) await jobs.add('x', { n })
    await until(() => seen.length >= 20)
    await sleep(100)
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  test('a second job of the same id is dropped while the first is there', async () => {
    const backend = await open()
    const queue = unique('same')
    const jobs = backend.queue(queue)
    const options = { jobId: 'effect-1-0', removeOnComplete: true, removeOnFail: true }
    await jobs.add('x', {}, options)
    await jobs.add('x', {}, options)
    let runs = 0
    backend.worker(queue, async () => void runs++, { concurrency: 1 })
    await until(() => runs >= 1)
    await sleep(200)
    expect(runs).toBe(1)
    // Done and gone: the same id may come again.
    await jobs.add('x', {}, options)
    await until(() => runs >= 2)
  })

  test('a schedule comes again and again, and goes when it is no longer wanted', async () => {
    const backend = await open()
    const names = Object.fromEntries(QUEUES.map((q) => [q, unique(q)])) as Record<
      (typeof QUEUES)[number],
      string
    >
    const queues = Object.fromEntries(QUEUES.map((q) => [q, backend.queue(names[q])])) as Record<
      (typeof QUEUES)[number],
      ReturnType<JobBackend['queue']>
    >
    let turns = 0
    backend.worker(names.work, async () => void turns++, { concurrency: 1 })
    const schedule: Schedule = { id: 'tick', queue: 'work', everyMs: 200, run: async () => {} }
    await upsertSchedules([schedule], queues)
    await upsertSchedules([schedule], queues)
    await until(() => turns >= 3)
    await upsertSchedules([], queues)
    expect((await queues.work.getJobSchedulers()).length).toBe(0)
  })

  test('an effect goes from the outbox through the queue to its job, even when the queue was emptied', async () => {
    const backend = await open()
    const names = Object.fromEntries(QUEUES.map((q) => [q, unique(q)])) as Record<
      (typeof QUEUES)[number],
      string
    >
    const queues = Object.fromEntries(QUEUES.map((q) => [q, backend.queue(names[q])])) as Record<
      (typeof QUEUES)[number],
      ReturnType<JobBackend['queue']>
    >
    const done: string[] = []
    const job = effectJob({
      kind: 'greet',
      queue: 'work',
      payload: z.object({ whom: z.string() }),
      run: async (_ctx, { whom }) => void done.push(whom),
    })
    const effects = outstandingOn(db.app.db)
    const hands: Hands = {
      effects,
      jobs: new Map([['greet', job]]),
      ctx: {} as JobContext,
      holder: randomUUID(),
      onFault: () => {},
    }
    await db.app.transact(({ outbox }) => outbox.add([{ kind: 'greet', payload: { whom: 'ada' } }]))
    const relay = startRelay(effects, hands.jobs, queues, () => {})
    ends.push(() => relay.stop())
    await until(async () => (await queues.work.getWaitingCount()) === 1)
    // What was handed over is lost; the rows are not.
    if (name === 'Redis') {
      const redis = new Redis(inject('redis')!)
      const keys = await redis.keys(`*${names.work}*`)
      await redis.del(...keys)
      redis.disconnect()
    } else await queues.work.obliterate({ force: true })
    backend.worker(names.work, async (one) => carryOut(hands, (one.data as { effect: number }).effect), {
      concurrency: 2,
    })
    await until(() => done.length === 1, 20_000)
    expect(done).toEqual(['ada'])
    expect(await effects.due(10)).toEqual([])
  })
})

describe('carrying out an outbox row', () => {
  const run = async (
    job: EffectJob,
    effect: { kind: string; payload: Record<string, string>; key?: string },
    holder = randomUUID(),
  ) => {
    await db.app.transact(({ outbox }) => outbox.add([effect]))
    const effects = outstandingOn(db.app.db)
    const [due] = await effects.due(1)
    const faults: unknown[] = []
    const hands: Hands = {
      effects,
      jobs: new Map([[job.kind, job]]),
      ctx: {} as JobContext,
      holder,
      onFault: (_k, e) => faults.push(e),
    }
    if (due) await carryOut(hands, due.id)
    const [row] = await db.superuser`select * from grace.outbox order by id desc limit 1`
    return { row: row!, faults, hands, id: due?.id }
  }
  afterEach(() => db.superuser`delete from grace.outbox`)
  const payload = z.object({ a: z.string() })

  test('marks it done', async () => {
    const { row } = await run(effectJob({ kind: 'k', queue: 'work', payload, run: async () => {} }), {
      kind: 'k',
      payload: { a: 'x' },
    })
    expect(row.done_at).not.toBeNull()
  })
  test('tries a fault again, later', async () => {
    const { row, faults } = await run(
      effectJob({ kind: 'k', queue: 'work', payload, run: async () => Promise.reject(new Error('broken')) }),
      { kind: 'k', payload: { a: 'x' } },
    )
    expect(row).toMatchObject({ done_at: null, attempts: 1, last_error: 'broken', leased_until: null })
    expect(faults).toHaveLength(1)
  })
  test('does not ask twice where the answer was an expected no', async () => {
    const ended: string[] = []
    const job = effectJob({
      kind: 'k',
      queue: 'work',
      payload,
      run: async () => Promise.reject(new Refusal('invalid', 'no', 'No.', 'Nothing.')),
      ended: async (_ctx, { a }) => {
        ended.push(a)
        return 'done'
      },
    })
    const { row, faults } = await run(job, { kind: 'k', payload: { a: 'x' } })
    expect(row.done_at).not.toBeNull()
    expect([ended, faults]).toEqual([['x'], []])
  })
  test('never lets two workers do the same row at once', async () => {
    let running = 0
    let most = 0
    const job = effectJob({
      kind: 'k',
      queue: 'work',
      payload,
      run: async () => {
        running++
        most = Math.max(most, running)
        await sleep(100)
        running--
      },
    })
    await db.app.transact(({ outbox }) => outbox.add([{ kind: 'k', payload: { a: 'x' } }]))
    const effects = outstandingOn(db.app.db)
    const [due] = await effects.due(1)
    const hands = (holder: string): Hands => ({
      effects,
      jobs: new Map([['k', job]]),
      ctx: {} as JobContext,
      holder,
      onFault: () => {},
    })
    await Promise.all(['a', 'b', 'c', 'd'].map((holder) => carryOut(hands(holder), due!.id)))
    expect(most).toBe(1)
  })
  test('takes up what a dead worker left, once its lease has run out', async () => {
    await db.app.transact(({ outbox }) => outbox.add([{ kind: 'k', payload: { a: 'x' } }]))
    const effects = outstandingOn(db.app.db)
    const [due] = await effects.due(1)
    expect(await effects.lease(due!.id, 'dead', 15_000)).toBeDefined()
    expect(await effects.due(1)).toEqual([])
    await db.skip(16_000)
    expect(await effects.due(1)).toHaveLength(1)
    expect(await effects.renew(due!.id, 'dead', 15_000)).toBe(true)
  })
  test('a key is free again once its row is being carried out', async () => {
    const again = effectJob({
      kind: 'k',
      queue: 'work',
      payload,
      run: async () =>
        db.app.transact(({ outbox }) =>
          outbox.add([{ kind: 'k', payload: { a: 'again' }, key: 'same', afterMs: 60_000 }]),
        ),
    })
    await run(again, { kind: 'k', payload: { a: 'x' }, key: 'same' })
    const rows = await db.superuser`select payload, done_at from grace.outbox order by id`
    expect(rows.map((r) => [(r.payload as { a: string }).a, r.done_at !== null])).toEqual([
      ['x', true],
      ['again', false],
    ])
  })
  test('an effect of a later time waits for it', async () => {
    await db.app.transact(({ outbox }) =>
      outbox.add([{ kind: 'k', payload: { a: 'x' }, afterMs: 3_600_000 }]),
    )
    const effects = outstandingOn(db.app.db)
    expect(await effects.due(10)).toEqual([])
    await db.skip(3_600_000)
    expect(await effects.due(10)).toHaveLength(1)
  })
})

test('a database that goes away is asked again after a rest, and what waits is carried out when it is back', async () => {
  const login = poolConfig(db.logins.jobs)
  const there = login.host.startsWith('/')
    ? { path: `${login.host}/.s.PGSQL.${login.port}` }
    : { host: login.host, port: login.port }
  const lines = new Set<Socket>()
  const between = createServer((near) => {
    const far = connect(there)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      lines.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  const directory = mkdtempSync(join(tmpdir(), 'grace-between-'))
  const opens = () => once(between.listen(join(directory, '.s.PGSQL.5432')), 'listening')
  await opens()
  let errors = 0
  const postgres = { ...login, host: directory, port: 5432 }
  const backend = await openBackend({ postgres, schema: JOBS_SCHEMA }, () => void errors++)
  try {
    const queue = `away-${randomUUID()}`
    let runs = 0
    backend.worker(queue, async () => void runs++, { concurrency: 4 })
    const jobs = backend.queue(queue)
    await jobs.add('x', {})
    await until(() => runs === 1)
    between.close()
    for (const line of lines) line.destroy()
    await sleep(3_000)
    expect(errors, 'errors in three seconds').toBeLessThan(60)
    await opens()
    await until(() => jobs.add('x', {}).then(Boolean, () => false))
    await until(() => runs === 2)
  } finally {
    await backend.close()
    between.close()
    rmSync(directory, { recursive: true })
  }
})
