// Whether a Grace runs on a state directory, and where it answers.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const LIMIT_MS = 3_000

/** Its address on this machine: the port of the last start. */
export const addressOf = async (state: string): Promise<string> =>
  `http://127.0.0.1:${Number(await readFile(join(state, 'port'), 'utf8').catch(() => '0'))}`

export const answers = (address: string): Promise<boolean> =>
  fetch(`${address}/healthz`, { signal: AbortSignal.timeout(LIMIT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  )
