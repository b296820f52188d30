import { appendFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from './app.mjs'
import { createMetrics } from './metrics.mjs'
import { openUsers } from './users.mjs'

const data = process.env.DATA_DIR ?? 'data'
const slowLog = join(data, 'slow-query.log')
const SLOW_LOG_LIMIT = 1_000_000

mkdirSync(data, { recursive: true })
const users = openUsers({
  file: join(data, 'users.db'),
  migrations: new URL('../migrations/', import.meta.url).pathname,
  count: Number(process.env.USERS ?? 100_000),
  slowMs: Number(process.env.SLOW_QUERY_MS ?? 3),
  onSlow: (query) => {
    appendFileSync(slowLog, `${JSON.stringify(query)}\n`)
    if (statSync(slowLog).size > SLOW_LOG_LIMIT) truncateSync(slowLog)
  },
})
writeFileSync(join(data, 'schema.sql'), `${users.schema()}\n`)

const server = createApp({ users, metrics: createMetrics(), revision: process.env.REVISION ?? 'unknown' })
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
process.on('SIGTERM', () => {
  server.close(() => {
    users.close()
    process.exit(0)
  })
  server.closeIdleConnections()
})
