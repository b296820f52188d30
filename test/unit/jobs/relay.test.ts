// The relay hands rows to queues: each queue its share, a row again only after a while, and under another id.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EFFECT_JOBS } from '../../../jobs/effects/index.ts'
import { QUEUES, type QueueName } from '../../../jobs/job.ts'
import { type Relay, startRelay } from '../../../jobs/relay.ts'

let relay: Relay
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(async () => {
  vi.useRealTimers()
  await relay.stop()
})

function start(rows: readonly { id: number; kind: string; attempts: number }[]) {
  const added: { queue: QueueName; effect: number; jobId: string }[] = []
  const queues = Object.fromEntries(
    QUEUES.map((queue) => [
      queue,
      {
        add: async (_kind: string, { effect }: { effect: number }, { jobId }: { jobId: string }) =>
          void added.push({ queue, effect, jobId }),
      },
    ]),
  )
  const effects = {
    dueOfEach: async (groups: readonly (readonly string[])[], limit: number) =>
      groups.flatMap((kinds) => rows.filter((row) => kinds.includes(row.kind)).slice(0, limit)),
  }
  relay = startRelay(effects as never, EFFECT_JOBS, queues as never, (error) => {
    throw error
  })
  return added
}

test('500 cards that wait for a platform that is away are in no vote’s way', async () => {
  const cards = Array.from({ length: 500 }, (_, id) => ({ id, kind: 'card:slack', attempts: 0 }))
  const added = start([...cards, { id: 900, kind: 'count-click', attempts: 0 }])
  await vi.advanceTimersByTimeAsync(600)
  expect(added).toContainEqual({ queue: 'work', effect: 900, jobId: 'effect-900-0-1' })
  expect(added.filter((one) => one.queue === 'slack').length).toBe(200)
})

test('a row that nobody took is handed over again after 10 s, then ever later, each time under another id', async () => {
  const added = start([{ id: 1, kind: 'count-click', attempts: 0 }])
  await vi.advanceTimersByTimeAsync(9_000)
  expect(added.map((one) => one.jobId)).toEqual(['effect-1-0-1'])
  await vi.advanceTimersByTimeAsync(3_000)
  expect(added.map((one) => one.jobId)).toEqual(['effect-1-0-1', 'effect-1-0-2'])
  await vi.advanceTimersByTimeAsync(300_000)
  expect(added.length).toBeLessThan(8)
})

test('every kind of effect that verbs write has a job', () => {
  for (const kind of [
    'announce',
    'count-click',
    'remind-voters',
    'revise-candidate',
    'card:slack',
    'tell:discord',
  ])
    expect(EFFECT_JOBS.has(kind)).toBe(true)
})
