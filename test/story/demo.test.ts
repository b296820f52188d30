// The first start, as a newcomer has it: one command, a mission without a click, a vote, a live improvement.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../src/cards/card.ts'
import { grace, type Home, newHome, processesOf, type Running, startGrace } from '../support/grace.ts'

const MISSIONS = '/mission-control/autonomous/missions'
interface Shown {
  mission_id: string
  name: string
  phase: string
  outcome: string | null
  reason: string
  trust_score: number
  holds: string[]
  parliament_session_id: string
  kpi_metrics: Record<string, number | null>
  candidate: { patch: string }
  card: Card
}

let home: Home
let running: Running
beforeAll(async () => {
  home = newHome()
  running = await startGrace(home)
}, 90_000)
afterAll(async () => {
  await running?.stop()
  home.remove()
})

const show = async (name: string): Promise<Shown> =>
  (await running.api<Shown>('GET', `${MISSIONS}/${name}`)).body

test('a mission is open for voting without a click', async () => {
  await running.saw(/^\[AUTONOMOUS\] 🔍 Detected: p95 of demo is .* ms, its objective is 3 ms/)
  await running.saw(
    /^\[AUTONOMOUS\] 🛠️ Proposed: index on users \(email\): \d+ slow queries .* SCAN users becomes SEARCH users USING INDEX/,
  )
  await running.saw(/^\[AUTONOMOUS\] 🧪 Testing/)
  await running.saw(/^\[AUTONOMOUS\] Trust score: /)
  await running.saw(/^\[AUTONOMOUS\] 🗳️ Awaiting your vote…/)
  const mission = await show('M-1')
  const index = mission.candidate.patch
  expect(index).toMatch(/^\+CREATE INDEX users_email ON users \(email\);$/m)
  expect(index).toMatch(/^\+DROP INDEX users_email;$/m)
  expect(mission.holds).toEqual([])
  expect(mission.trust_score).toBeGreaterThanOrEqual(0.95)
  expect(mission.kpi_metrics.latency_improvement).toBeGreaterThan(1)
}, 150_000)

test('a vote by curl makes it live, live latency falls, and it completes after the watch', async () => {
  const { parliament_session_id: session } = await show('M-1')
  const answer = execFileSync(
    'curl',
    [
      '-s',
      '-X',
      'POST',
      '-H',
      `Authorization: Bearer ${running.token}`,
      '-H',
      'Content-Type: application/json',
      '-d',
      '{"member_id":"you","vote":"approve","reason":"looks right"}',
      `${running.url}/api/parliament/sessions/${session}/vote`,
    ],
    { encoding: 'utf8' },
  )
  expect(JSON.parse(answer)).toMatchObject({ success: true, outcome: 'counted' })
  await running.saw(/^\[AUTONOMOUS\] 🚀 Deploying/)
  await running.saw(/^\[AUTONOMOUS\] 📊 Live/)
  await running.saw(/^\[AUTONOMOUS\] ✅ Complete \(succeeded\): The improvement is confirmed live/)
  expect(await show('M-1')).toMatchObject({ phase: 'complete', outcome: 'succeeded' })
}, 60_000)

test('Ctrl-C stops everything, and the next start goes on where it was', async () => {
  await running.stop()
  expect(running.lines.join('\n')).toMatch(/Stopped\. Nothing is lost/)
  expect(processesOf(home)).toEqual([])
  expect(readdirSync(join(home.space(), 'sandboxes')).filter((name) => name !== 'layers')).toEqual([])
  const { token } = running
  running = await startGrace(home, { token })
  expect(
    running.lines.some((line) => line.startsWith('token:')),
    'the token is shown once',
  ).toBe(false)
  expect(await show('M-1')).toMatchObject({ phase: 'complete', outcome: 'succeeded' })
}, 90_000)

test('the ledger is whole, and the command says so beside the running Grace', () => {
  expect(grace(home, ['ledger', 'verify'])).toMatch(/The ledger is whole: \d+ entries/)
  const doctor = grace(home, ['doctor'])
  expect(doctor).toMatch(/✔ isolation: contained/)
  expect(doctor).toMatch(/✔ PostgreSQL 18.*: the gate is enforced for the app login/)
  expect(doctor).toMatch(/– signing key: not encrypted/)
})

test('tokens are made, listed and revoked from the command line', async () => {
  const made = grace(home, ['token', 'create', '--agent', 'codey', '--scope', 'read,propose'])
  const [id, token] = [/^id: (.*)$/m.exec(made)![1]!, /^token: (.*)$/m.exec(made)![1]!]
  const list = async () =>
    (await fetch(`${running.url}${MISSIONS}`, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await list()).toBe(200)
  expect(grace(home, ['token', 'list'])).toMatch(new RegExp(`${id}  agent codey  read,propose  until`))
  expect(grace(home, ['token', 'list'])).not.toContain(token)
  grace(home, ['token', 'revoke', id])
  expect(await list()).toBe(401)
  expect(() => grace(home, ['token', 'create', '--agent', 'x', '--scope', 'vote'])).toThrow(
    /never holds vote/,
  )
})
