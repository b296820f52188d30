// The HTTP interface: GET /users?email=…, GET /users/:id, /healthz, /metrics.
import { createServer } from 'node:http'

export function createApp({ users, metrics, revision }) {
  const answer = (url) => {
    if (url.pathname === '/healthz') return [200, { ok: true, revision }]
    if (url.pathname === '/users') {
      const email = url.searchParams.get('email')
      if (!email) return [400, { error: 'Say which e-mail address: /users?email=…' }]
      const user = users.byEmail(email)
      return user ? [200, user] : [404, { error: 'No such user' }]
    }
    const match = /^\/users\/(\d+)$/.exec(url.pathname)
    if (match) {
      const user = users.byId(Number(match[1]))
      return user ? [200, user] : [404, { error: 'No such user' }]
    }
    return [404, { error: 'No such page' }]
  }
  return createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost')
    if (url.pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.text())
      return
    }
    const begun = performance.now()
    let [status, body] = [500, { error: 'Something broke' }]
    try {
      ;[status, body] = answer(url)
    } finally {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (url.pathname !== '/healthz') metrics.observe(String(status), (performance.now() - begun) / 1000)
    }
  })
}
