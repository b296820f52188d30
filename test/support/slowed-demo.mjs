// The demo's own service under steady traffic of its own, in a process of its own; how slow it says it is, and how many requests fail, is told
// by message. Nothing waits or burns: a busy machine changes no figure. Told by its parent: { ms, failEvery }.
import { request } from 'node:http'
import { createApp } from '../../demo/service/src/app.mjs'
import { createMetrics } from '../../demo/service/src/metrics.mjs'

const PER_SECOND = 150
let told = { ms: 40, failEvery: 0 }
process.on('message', (message) => {
  told = message
})
process.on('disconnect', () => process.exit())

const metrics = createMetrics()
let n = 0
const observed = {
  text: metrics.text,
  observe(status) {
    n++
    const fails = told.failEvery > 0 && n % told.failEvery === 0
    metrics.observe(fails ? '500' : status, told.ms / 1000 + 0.0001)
  },
}
const user = { id: 1, email: 'user1@example.com' }
const server = createApp({
  users: { byEmail: () => user, byId: () => user },
  metrics: observed,
  revision: 'demo',
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  process.send(port)
  const begun = performance.now()
  let sent = 0
  setInterval(() => {
    for (; sent < ((performance.now() - begun) / 1000) * PER_SECOND; sent++)
      request({ host: '127.0.0.1', port, path: '/users/1' }, (response) => response.resume())
        .on('error', () => {})
        .end()
  }, 50)
})
