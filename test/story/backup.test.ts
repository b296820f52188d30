// A backup beside a running Grace, restored elsewhere: the log is whole, and the vote that was open goes on.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GOOD } from '../support/bot.ts'
import { AS_FLEET } from '../support/fleet.ts'
import { grace, type Home, newHome, type Running, startGrace } from '../support/grace.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'
import { until } from '../support/until.ts'

const MISSIONS = '/mission-control/autonomous/missions'
interface Shown {
  readonly phase: string
  readonly outcome: string | null
  readonly parliament_session_id: string
}

// In a fleet the database is the test server's, and a new home is a new database on it: the same story.
const homes: Home[] = []
let [old, fresh]: [Home, Home] = [] as never
let target: SmallTarget
let running: Running | undefined
let file: string
const home = () => {
  const one = newHome()
  homes.push(one)
  return one
}
beforeAll(async () => {
  old = home()
  fresh = home()
  target = await smallTarget(old.path)
  running = await startGrace(old, undefined, [])
  file = join(old.path, 'grace.tgz')
}, 90_000)
afterAll(async () => {
  await running?.stop()
  await target?.close()
  for (const one of homes) one.remove()
})

const show = async (on: Running) => (await on.api<Shown>('GET', `${MISSIONS}/M-1`)).body
const refusal = (at: Home, args: string[]): Promise<string> =>
  grace(at, args).then(
    () => Promise.reject(new Error(`grace ${args.join(' ')} was not refused`)),
    (error: { stderr?: string }) => String(error.stderr ?? error),
  )

test('it is made while a vote is open and Grace runs', async () => {
  const on = running!
  await on.api('POST', MISSIONS, {
    title: 'The mean of nothing',
    rationale: 'It was NaN',
    description: '',
    patch: GOOD,
  })
  await until(async () => (await show(on)).phase === 'discussion', 60_000)
  const said = await grace(old, ['backup', file])
  expect(said).toMatch(/\d+ tables, \d+ rows, the keys and grace\.yaml/)
  expect(said).toMatch(/The keys in it are not encrypted/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await refusal(old, ['backup', file])).toMatch(/is there already.*Name another file/s)
}, 120_000)

test('restored into another home it is the same Grace: the vote is open, the log is whole, the token is good', async () => {
  const { token } = running!
  await running!.stop()
  const said = await grace(fresh, ['restore', file])
  expect(said).toMatch(/The ledger is whole: \d+ entries\./)
  expect(said).toMatch(/grace\.yaml was written/)
  expect(readFileSync(join(fresh.path, 'grace.yaml'), 'utf8')).toBe(
    readFileSync(join(old.path, 'grace.yaml'), 'utf8'),
  )
  running = await startGrace(fresh, { token }, [])
  const mission = await show(running)
  expect(mission.phase).toBe('discussion')
  const vote = await running.api('POST', `/api/parliament/sessions/${mission.parliament_session_id}/vote`, {
    member_id: 'ada',
    vote: 'approve',
  })
  expect(vote.body).toMatchObject({ outcome: 'counted' })
  await until(async () => (await show(running!)).phase === 'complete', 60_000)
  expect((await show(running)).outcome).toMatch(/succeeded|inconclusive/)
  expect(target.git('git log -1 --format=%B')).toMatch(/Grace-Mission: M-1/)
  expect(await grace(fresh, ['ledger', 'verify'])).toMatch(/The ledger is whole/)
}, 120_000)

test('it is not restored over what is there', async () => {
  expect(await refusal(fresh, ['restore', file])).toMatch(/has keys already.*GRACE_STATE_DIR/s)
  if (AS_FLEET) return
  const state = join(fresh.state, 'keys')
  const kept = readdirSync(state)
  expect(kept).toEqual(['keys.json'])
  execFileSync('mv', [join(state, 'keys.json'), join(fresh.path, 'aside.json')])
  expect(await refusal(fresh, ['restore', file])).toMatch(/has missions in it already/)
  expect(readdirSync(state), 'as if nothing had been tried').toEqual([])
  execFileSync('mv', [join(fresh.path, 'aside.json'), join(state, 'keys.json')])
}, 60_000)

test('what is no whole backup of this version or an older one is refused by name, and leaves nothing', async () => {
  const other = home()
  const inState = () => (existsSync(other.state) ? readdirSync(other.state) : [])
  const before = inState()
  const changed = (name: string, change: (directory: string) => void): string => {
    const directory = join(other.path, name)
    mkdirSync(directory)
    execFileSync('tar', ['-xzf', file, '-C', directory])
    change(directory)
    execFileSync('tar', ['-czf', `${directory}.tgz`, '-C', directory, '.'])
    return `${directory}.tgz`
  }
  const cut = join(other.path, 'cut.tgz')
  writeFileSync(cut, readFileSync(file).subarray(0, 5_000))
  copyFileSync(join(old.path, 'grace.yaml'), join(other.path, 'text.tgz'))
  const tampered = changed('tampered', (directory) => {
    const ballots = join(directory, 'tables/missions')
    writeFileSync(ballots, readFileSync(ballots, 'utf8').replace('nothing', 'anything'))
  })
  const newer = changed('newer', (directory) => {
    const manifest = join(directory, 'manifest.json')
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(/"schema": \d+/, '"schema": 9999999999999'),
    )
  })
  const bare = changed('bare', (directory) => execFileSync('rm', [join(directory, 'manifest.json')]))
  const broken = changed('broken', (directory) =>
    writeFileSync(join(directory, 'manifest.json'), '{"format":'),
  )
  expect(await refusal(other, ['restore', 'nowhere.tgz'])).toMatch(/There is no .*nowhere\.tgz/)
  expect(await refusal(other, ['restore', cut])).toMatch(/is no whole backup/)
  expect(await refusal(other, ['restore', join(other.path, 'text.tgz')])).toMatch(/is no whole backup/)
  expect(await refusal(other, ['restore', bare])).toMatch(/is no whole backup: its manifest can’t be read/)
  expect(await refusal(other, ['restore', broken])).toMatch(/is no whole backup: its manifest can’t be read/)
  expect(await refusal(other, ['restore', tampered])).toMatch(
    /is no whole backup: the table missions is not what it was/,
  )
  expect(await refusal(other, ['restore', newer])).toMatch(/was made by a newer Grace/)
  expect(readdirSync(other.path).filter((name) => name === 'grace.yaml')).toEqual([])
  expect(inState()).toEqual(before)
}, 60_000)
