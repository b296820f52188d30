import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createApp } from '../src/app.mjs'
import { createMetrics } from '../src/metrics.mjs'
import { openUsers } from '../src/users.mjs'

const migrations = new URL('../migrations/', import.meta.url).pathname
const users = openUsers({ file: ':memory:', migrations, count: 100 })
const server = createApp({ users, metrics: createMetrics(), revision: 'test' })
let base

before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${server.address().port}`
})
after(() => server.close())

const get = async (path) => {
  const response = await fetch(base + path)
  return [response.status, await response.text()]
}

test('looks up by e-mail address', async () => {
  const [status, body] = await get('/users?email=user5%40example.com')
  assert.equal(status, 200)
  assert.equal(JSON.parse(body).id, 5)
})

test('looks up by id', async () => {
  assert.equal((await get('/users/5'))[0], 200)
})

test('says what is missing', async () => {
  assert.equal((await get('/users'))[0], 400)
  assert.equal((await get('/users/5000'))[0], 404)
  assert.equal((await get('/users?email=x'))[0], 404)
  assert.equal((await get('/nowhere'))[0], 404)
})

test('tells its revision', async () => {
  assert.deepEqual(JSON.parse((await get('/healthz'))[1]), { ok: true, revision: 'test' })
})

test('counts requests', async () => {
  const [status, body] = await get('/metrics')
  assert.equal(status, 200)
  assert.match(body, /http_requests_total\{status="200"\} \d+/)
  assert.match(body, /http_request_duration_seconds_bucket\{le="\+Inf"\} \d+/)
})
