// How the demo is deployed, rolled back and asked what is live: node ops.mjs <deploy|rollback|status> <live dir> <port>
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , what, live, port] = process.argv
const WAIT_MS = 30_000

const revisionLive = async () => {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) })
  return (await response.json()).revision
}

/** Idempotent: says which release is wanted, and waits until the service tells that it is that one. */
async function release(revision) {
  const pointer = join(live, 'release')
  writeFileSync(`${pointer}.new`, `${revision}\n`)
  renameSync(`${pointer}.new`, pointer)
  for (
    const until = Date.now() + WAIT_MS;
    Date.now() < until;
    await new Promise((resolve) => setTimeout(resolve, 100))
  )
    if ((await revisionLive().catch(() => undefined)) === revision) return
  console.error(
    `${revision} did not come up in ${WAIT_MS / 1000} s; wanted: ${readFileSync(pointer, 'utf8').trim()}`,
  )
  process.exit(1)
}

if (what === 'deploy') await release(process.env.GRACE_REVISION)
else if (what === 'rollback') await release(process.env.GRACE_PREVIOUS_REVISION)
else console.log(await revisionLive())
