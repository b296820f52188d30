// Starts slowed-demo.mjs.
import { fork } from 'node:child_process'
import { once } from 'node:events'

export interface SlowedDemo {
  readonly port: number
  /** From now on every request takes that long, and every so manieth fails. */
  is(told: { ms: number; failEvery: number }): void
  stop(): void
}

export async function startSlowedDemo(): Promise<SlowedDemo> {
  const child = fork(new URL('./slowed-demo.mjs', import.meta.url), { stdio: 'ignore' })
  const [port] = (await once(child, 'message')) as [number]
  return {
    port,
    is: (told) => void child.send(told),
    stop: () => void child.kill('SIGKILL'),
  }
}
