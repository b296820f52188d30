// kill -9 in the middle of a test. Every other point at which a process may die: npm run chaos.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { MORE_TESTS } from '../support/bot.ts'
import { type Home, newHome, processesOf, type Running, startGrace } from '../support/grace.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'
import { until } from '../support/until.ts'

const MISSIONS = '/mission-control/autonomous/missions'

let home: Home
let target: SmallTarget
let running: Running
afterEach(async () => {
  await running?.stop()
  await target?.close()
  home.remove()
})

test('the next start takes it up, and nothing is left behind', async () => {
  home = newHome()
  target = await smallTarget(home.path)
  running = await startGrace(home, undefined, [])
  const { token } = running
  await running.api('POST', MISSIONS, { title: 'More tests', rationale: 'More is better', patch: MORE_TESTS })
  await running.saw(/🧪 tests on both sides: 25 %/)
  await running.kill()
  await until(() => processesOf(home).length === 0, 20_000)
  running = await startGrace(home, { token }, [])
  await running.saw(/🗳️ Awaiting your vote/)
  const { body } = await running.api<{ phase: string; card: object }>('GET', `${MISSIONS}/M-1`)
  expect(body).toMatchObject({ phase: 'discussion', card: { tests: { failed: 0 } } })
  await running.stop()
  expect(processesOf(home)).toEqual([])
  expect(readdirSync(join(home.space(), 'sandboxes')).filter((name) => name !== 'layers')).toEqual([])
})
