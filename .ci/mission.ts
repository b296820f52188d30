// What the README promises, done: `npm start` with an empty home, a session without a click within two minutes, an
// approval over REST, and the improvement confirmed live. Exits with 1 where any of it does not hold.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const OPEN_WITHIN_S = 120
const DONE_WITHIN_S = 300
let [passed, failed] = [0, 0]
const check = (what: string, holds: boolean): void => {
  process.stdout.write(`${holds ? 'ok' : 'NOT OK'}: ${what}\n`)
  if (holds) passed++
  else failed++
}

const home = mkdtempSync(join(tmpdir(), 'grace-ci-'))
chmodSync(home, 0o755)
const begun = performance.now()
const seconds = () => (performance.now() - begun) / 1000
const child = spawn('npm', ['start'], {
  env: { PATH: process.env.PATH, HOME: home },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
})
const said: Record<string, string> = {}
const lines: string[] = []
createInterface({ input: child.stdout! }).on('line', (line) => {
  process.stdout.write(`${line}\n`)
  lines.push(line)
  const [, word, rest] = /^(console|api|token): (\S+)$/.exec(line) ?? []
  if (word && rest) said[word] = rest
})
const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))

interface Shown {
  mission_id: string
  phase: string
  outcome: string | null
  trust_score: number | null
  parliament_session_id: string | null
}
const api = async <T>(path: string, body?: object): Promise<T> => {
  const response = await fetch(said.api + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${said.token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return (await response.json()) as T
}
const until = async (limitS: number, holds: () => Promise<boolean>): Promise<boolean> => {
  for (; seconds() < limitS && child.exitCode === null; await sleep(500))
    if (await holds().catch(() => false)) return true
  return false
}

let mission: Shown | undefined
const opened = await until(OPEN_WITHIN_S, async () => {
  if (!said.api || !said.token) return false
  const { missions } = await api<{ missions: Shown[] }>('/mission-control/autonomous/missions')
  mission = missions.find((one) => one.phase === 'discussion')
  return mission !== undefined
})
const openAfter = seconds()
check(`a session is open without a click after ${openAfter.toFixed(0)} s (limit ${OPEN_WITHIN_S} s)`, opened)
check(`its trust is ${mission?.trust_score}`, (mission?.trust_score ?? 0) >= 0.95)
if (mission) {
  const answer = await api<{ message?: string }>(
    `/api/parliament/sessions/${mission.parliament_session_id}/vote`,
    { member_id: 'you', vote: 'approve', reason: 'The figures hold.' },
  )
  check(`the approval is counted: ${answer.message ?? JSON.stringify(answer)}`, 'message' in answer)
  await until(DONE_WITHIN_S, async () => {
    mission = await api<Shown>(`/mission-control/autonomous/missions/${mission!.mission_id}`)
    return mission.phase === 'complete'
  })
  check(
    `it ended ${mission.phase}/${mission.outcome} after ${seconds().toFixed(0)} s`,
    mission.outcome === 'succeeded',
  )
  const last = lines.find((line) => line.includes('✅'))
  check(`the improvement was confirmed live: ${last}`, last?.includes('confirmed live') ?? false)
}
process.kill(-child.pid!, 'SIGINT')
await Promise.race([ended, sleep(30_000)])
check('Ctrl-C ended it', child.exitCode !== null || child.signalCode !== null)
const instance = join(home, '.local/state/grace/instance')
if (existsSync(instance))
  rmSync(join('/var/lib/grace', readFileSync(instance, 'utf8').trim()), { recursive: true, force: true })
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
