// One request to a metrics server, whose answer is bounded in time and size.
import { Refusal } from '../../src/kernel/refusal.ts'

const TIMEOUT_MS = 5_000
const LIMIT_BYTES = 5_000_000

export const unreadable = (url: string, why: string): Refusal =>
  new Refusal(
    'unavailable',
    'metrics_unreadable',
    `${url} gave no readable metrics: ${why}.`,
    'Check live in grace.yaml.',
  )

/** Refuses (metrics_unreadable) without an answer. `isFine`: which status is one. */
export async function fetchBounded(
  url: string,
  init: RequestInit,
  isFine: (status: number) => boolean = (status) => status >= 200 && status < 300,
): Promise<string> {
  const response = await fetch(url, {
    ...init,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch((error: Error) => {
    throw unreadable(
      url,
      error.name === 'TimeoutError' ? `no answer in ${TIMEOUT_MS / 1000} s` : 'no connection',
    )
  })
  if (!isFine(response.status) || !response.body) throw unreadable(url, `HTTP ${response.status}`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > LIMIT_BYTES) throw unreadable(url, `more than ${LIMIT_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
