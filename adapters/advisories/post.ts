// One question to a service of advisories.

const TIMEOUT_MS = 8_000
const LIMIT_BYTES = 20_000_000

/** Throws, in words for people, where there is no readable answer. */
export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch((error: Error) => {
    throw new Error(error.name === 'TimeoutError' ? `no answer in ${TIMEOUT_MS / 1000} s` : 'no connection')
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const text = await response.text()
  if (text.length > LIMIT_BYTES) throw new Error(`more than ${LIMIT_BYTES} bytes`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('an answer that is no JSON')
  }
}
