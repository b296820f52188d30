// Where the queue lives: Redis through ioredis where one is configured, else PostgreSQL. The same jobs on both.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ConnectionOptions,
  createPostgresBackend,
  type Processor,
  Queue,
  runMigrations,
  Worker,
  withBackend,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'

/** As db/login.ts makes it for node-postgres. */
export interface QueueLogin {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  readonly ssl?: boolean | { rejectUnauthorized: boolean }
}

export type Backend = { readonly redis: string } | { readonly postgres: QueueLogin; readonly schema: string }

export interface JobBackend {
  readonly kind: 'redis' | 'postgresql'
  queue(name: string): Queue
  worker(name: string, processor: Processor, options: { concurrency: number }): Worker
  close(): Promise<void>
}

/** Every emitter gets a listener: an unheard error of a connection would end the process. */
export async function openBackend(
  backend: Backend,
  onError: (error: Error) => void,
  prefix = 'grace',
): Promise<JobBackend> {
  const closing: (() => Promise<unknown>)[] = []
  const keep = <
    T extends { on(event: 'error', listener: (error: Error) => void): unknown; close(): Promise<void> },
  >(
    one: T,
  ): T => {
    one.on('error', onError)
    closing.push(() => one.close())
    return one
  }
  const closeAll = async (last: () => Promise<unknown>) => {
    await Promise.all(closing.map((close) => close()))
    await last()
  }
  if ('redis' in backend) {
    // Blocking commands wait as long as they like, and commands are retried until Redis is back (BullMQ's advice).
    const connect = () => {
      const client = new Redis(backend.redis, { maxRetriesPerRequest: null })
      client.on('error', onError)
      return client
    }
    const shared = connect()
    const connection = shared as unknown as ConnectionOptions
    return {
      kind: 'redis',
      queue: (name) => keep(new Queue(name, { connection, prefix })),
      worker: (name, processor, options) =>
        keep(new Worker(name, processor, { ...options, ...WORKER, connection, prefix })),
      close: () => closeAll(async () => shared.disconnect()),
    }
  }
  await migrate(backend.postgres, backend.schema)
  const connection = { ...backend.postgres, max: 1, keepAlive: true, schema: backend.schema }
  const bound = withBackend(createPostgresBackend)
  return {
    kind: 'postgresql',
    queue: (name) => keep(new bound.Queue(name, { connection }) as unknown as Queue),
    worker: (name, processor, options) =>
      resting(
        keep(new bound.Worker(name, processor, { ...options, ...WORKER, connection }) as unknown as Worker),
      ),
    close: () => closeAll(async () => {}),
  }
}

/** How long a worker rests whose database did not answer. */
const REST_MS = 1_000

/** BullMQ asks again at once on whatever is not ECONNREFUSED, such as a socket that is gone: a core's work, and its log's. */
function resting(worker: Worker): Worker {
  let rests = false
  worker.on('error', () => {
    if (rests) return
    rests = true
    void worker
      .pause(true)
      .then(() => sleep(REST_MS, undefined, { ref: false }))
      .then(() => worker.closing ?? worker.resume())
      .finally(() => {
        rests = false
      })
      .catch(() => {})
  })
  return worker
}

/** Once, before any queue opens: each of them would otherwise do it at the same time. */
async function migrate(login: QueueLogin, schema: string): Promise<void> {
  const pool = new pg.Pool({ ...login, max: 1 })
  pool.on('error', () => {})
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
    await pool.end()
  }
}

const WORKER = {
  lockDuration: 30_000,
  stalledInterval: 30_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const
