import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for what processes of their own bring about; fails where it does not come. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(20)) if (await holds()) return
  throw new Error(`not within ${limitMs} ms: ${holds}`)
}
