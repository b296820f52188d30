// Tells open pages that a mission has something new to show: one message a change, its id and nothing else.
import plugin from '@fastify/sse'
import type { FastifyInstance } from 'fastify'

// CommonJS whose types describe an ES module: what is imported is the plugin itself.
const sse = plugin as unknown as typeof plugin.default

/** Calls back with a mission's id on every change, until the returned function is called. */
export type Changes = (listener: (mission: string) => void) => () => void

const HEARTBEAT_MS = 20_000

export async function liveRoutes(app: FastifyInstance, changes: Changes): Promise<void> {
  await app.register(sse, { heartbeatInterval: HEARTBEAT_MS })
  const open = new Set<() => void>()
  // A stream never ends by itself: a server that waits for it would never stop.
  app.addHook('preClose', async () => {
    for (const close of open) close()
  })
  app.get('/changes', { sse: { kind: 'only' }, schema: { hide: true } }, async (_request, reply) => {
    const { sse: stream } = reply
    stream.keepAlive()
    const close = () => stream.close()
    const stop = changes((mission) => {
      if (stream.isConnected) void stream.send({ event: 'mission', data: mission }).catch(() => {})
    })
    open.add(close)
    stream.onClose(() => {
      stop()
      open.delete(close)
    })
    await stream.send({ event: 'ready', data: '' })
  })
}
