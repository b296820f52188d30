// An adapter starts, fails, reconnects and stops by itself; nothing else notices.
import { setTimeout as sleep } from 'node:timers/promises'

export interface Connection {
  /** Whether it hears the platform at the moment. */
  alive(): boolean
  stop(): Promise<void>
}

export interface Supervised {
  /** For /grace status, the doctor and health. */
  state(): string
  stop(): Promise<void>
}

const LOOK_MS = 1_000
/** Reconnecting by itself is the library's business for this long. */
const PATIENCE_MS = 10_000
const STOP_MS = 8_000
const LONGEST_PAUSE_MS = 60_000

/** Starts it again after 1 s, 2 s, 4 s … at most a minute, for as long as it takes. */
export function supervise(
  /** `waits` says what it waits for; aborted, it gives up. */
  start: (signal: AbortSignal, waits: (state: string) => void) => Promise<Connection>,
  onTrouble: (what: string, error?: unknown) => void,
): Supervised {
  const stopping = new AbortController()
  const { signal } = stopping
  let state = 'starting'
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
  const run = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      let connection: Connection | undefined
      try {
        connection = await start(signal, (waiting) => {
          state = waiting
        })
        failures = 0
        state = 'connected'
        let silentSince: number | undefined
        while (!signal.aborted) {
          await pause(LOOK_MS)
          if (connection.alive()) {
            silentSince = undefined
            state = 'connected'
            continue
          }
          state = 'reconnecting'
          silentSince ??= performance.now()
          if (performance.now() - silentSince > PATIENCE_MS) {
            onTrouble('deaf for too long: connecting anew')
            break
          }
        }
      } catch (error) {
        if (signal.aborted) break
        state = `not connected: ${error instanceof Error ? error.message : String(error)}`
        onTrouble('not connected', error)
        failures++
      }
      await connection?.stop().catch((error: unknown) => onTrouble('did not stop cleanly', error))
      if (failures > 0) await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures))
    }
    state = 'stopped'
  }
  const running = run()
  return {
    state: () => state,
    async stop() {
      stopping.abort()
      // A platform that does not answer does not keep Grace from stopping.
      await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}
