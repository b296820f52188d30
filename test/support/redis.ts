// A Redis of its own that keeps nothing on disk.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../adapters/sandbox/service.ts'

export interface RedisServer {
  readonly url: string
  stop(): void
  /** Killed, and started again on the same port with nothing in it. */
  restart(pauseMs: number): Promise<void>
}

/** Undefined where redis-server is not installed. */
export async function startRedis(directory: string): Promise<RedisServer | undefined> {
  const port = await freePort()
  let child = await launch(port, directory)
  if (!child) return undefined
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => void child?.kill('SIGKILL'),
    async restart(pauseMs) {
      const gone = once(child!, 'exit')
      child!.kill('SIGKILL')
      await gone
      await sleep(pauseMs)
      child = await launch(port, directory)
    },
  }
}

async function launch(port: number, directory: string): Promise<ChildProcess | undefined> {
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ]
  const child = spawn('redis-server', options, { stdio: 'ignore' })
  const missing = await Promise.race([once(child, 'error').then(() => true), sleep(100).then(() => false)])
  if (missing) return undefined
  for (let i = 0; i < 100; i++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return child
    await sleep(50)
  }
  throw new Error('redis-server did not start')
}
