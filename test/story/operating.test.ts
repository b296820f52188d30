// What an operator has of a Grace that runs: a start after kill -9, readiness by part, metrics, logs, its commands, an
// orderly end.
// Every other point at which a process may die: npm run chaos.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import parsePrometheus from 'parse-prometheus-text-format'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MORE_TESTS } from '../support/bot.ts'
import { AS_FLEET } from '../support/fleet.ts'
import { grace, type Home, newHome, processesOf, type Running, startGrace } from '../support/grace.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'
import { until } from '../support/until.ts'
import { VERIFIER } from '../support/verifier.ts'

const MISSIONS = '/mission-control/autonomous/missions'

let home: Home
let target: SmallTarget
let running: Running
let token: string
beforeAll(async () => {
  home = newHome()
  target = await smallTarget(home.path)
  running = await startGrace(home, undefined, [])
  token = running.token
}, 90_000)
afterAll(async () => {
  await running?.stop()
  await target?.close()
  home.remove()
})

test('killed in the middle of a test, the next start takes it up', async () => {
  await running.api('POST', MISSIONS, { title: 'More tests', rationale: 'More is better', patch: MORE_TESTS })
  await running.saw(/🧪 tests on both sides: 25 %/)
  await running.kill()
  await until(() => processesOf(home).length === 0, 20_000)
  running = await startGrace(home, { token }, ['--verbose'])
  await running.saw(/🗳️ Awaiting your vote/)
  const { body } = await running.api<{ phase: string; card: object }>('GET', `${MISSIONS}/M-1`)
  expect(body).toMatchObject({ phase: 'discussion', card: { tests: { failed: 0 } } })
})

test('it says of each part how it is', async () => {
  const answer = await fetch(`${running.url}/readyz`)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    ready: true,
    failing: [],
    parts: { database: 'answers', queue: 'answers', sandbox: expect.stringMatching(/^contained/) },
  })
})

test('its metrics are what there is', async () => {
  const scrape = async (url: string) => {
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    return new Map(parsePrometheus(await answer.text()).map((one) => [one.name, one.metrics]))
  }
  const metrics = await scrape(running.url)
  expect(metrics.get('grace_missions')).toContainEqual({ labels: { phase: 'discussion' }, value: '1' })
  expect(metrics.get('grace_sessions_open')).toEqual([{ value: '1' }])
  expect(metrics.get('grace_part_up')).toContainEqual({ labels: { part: 'database' }, value: '1' })
  expect(metrics.get('grace_outbox_given_up')).toEqual([{ value: '0' }])
  // Of those that carry out, and each of its own.
  const jobs = await Promise.all(
    running.urls.map(async (url) => (await scrape(url)).get('grace_job_seconds')),
  )
  expect(jobs.flatMap((some) => some ?? []).length).toBeGreaterThan(0)
})

test('its log is JSON, names the mission, and holds no secret', async () => {
  const log = running.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  const { body } = await running.api<{ mission_id: string }>('GET', `${MISSIONS}/M-1`)
  expect(log).toContainEqual(
    expect.objectContaining({ job: 'test-candidate', mission: body.mission_id, outcome: 'done' }),
  )
  expect(log).toContainEqual(expect.objectContaining({ method: 'GET', path: `${MISSIONS}/M-1`, status: 200 }))
  expect(running.lines.join('\n')).not.toContain(token)
})

test('the ledger is whole, and the command says so beside the running Grace', async () => {
  expect(await grace(home, ['ledger', 'verify'])).toMatch(/The ledger is whole: \d+ entries/)
  const doctor = await grace(home, ['doctor'])
  expect(doctor).toMatch(/✔ isolation: contained/)
  expect(doctor).toMatch(/✔ PostgreSQL 18.*: the gate is enforced for the app login/)
  expect(doctor).toMatch(/– keys: not encrypted/)
})

test('keys that can’t be read are no missing keys: doctor says what is wrong with them', async () => {
  const file = join(home.state, 'keys', 'keys.json')
  const kept = readFileSync(file)
  writeFileSync(file, '{}')
  await expect(grace(home, ['doctor'])).rejects.toMatchObject({
    stdout: expect.stringMatching(/✘ keys: .*keys\.json is not what Grace wrote there.*backup/),
  })
  writeFileSync(file, kept)
})

test('a key is rotated and revoked beside the running Grace; what it signed before stays provable', async () => {
  const before = await grace(home, ['keys'])
  expect(
    before.match(/^[0-9a-f]{16} {2}(?:ledger|attestation|execution), since .*, good until/gm),
  ).toHaveLength(3)
  expect(before).toMatch(/verifier key: grace\/ledger\+/)
  expect(before).toMatch(/git's allowed signers: grace@localhost ssh-ed25519 /)
  expect(await grace(home, ['keys', 'rotate', 'ledger'])).toMatch(/is good for one more day/)
  expect((await grace(home, ['ledger', 'key'])).trim().split('\n')).toHaveLength(2)
  expect(await grace(home, ['ledger', 'verify'])).toMatch(/The ledger is whole/)
  await expect(grace(home, ['keys', 'rotate', 'kitchen'])).rejects.toMatchObject({
    stderr: expect.stringMatching(/no purpose of a key.*ledger, attestation, execution/s),
  })
  const [, old] = /^([0-9a-f]{16}) {2}execution/m.exec(before)!
  await grace(home, ['keys', 'rotate', 'execution'])
  await grace(home, ['keys', 'revoke', old!, '--reason', 'for the test'])
  expect(await grace(home, ['keys'])).toMatch(new RegExp(`${old}  execution, since .*, revoked on`))
  await expect(grace(home, ['keys', 'revoke', 'ffff', '--reason', 'none'])).rejects.toMatchObject({
    stderr: expect.stringContaining('ffff'),
  })
})

test('what the ledger says can be taken along and checked elsewhere, and words can be taken out of it', async () => {
  const at = (name: string) => join(home.path, name)
  const check = (file: string, ...args: string[]) =>
    execFileSync(process.execPath, [VERIFIER.pathname, at(file), ...args], { encoding: 'utf8' })
  // It runs since before the rotation.
  const [fresh, key] = (await grace(home, ['ledger', 'key'])).trim().split('\n')
  expect(await grace(home, ['ledger', 'export', at('all')])).toMatch(/has the \d+ numbered entries/)
  expect(check('all', '--key', key!)).toMatch(/Whole: \d+ entries/)
  expect(() => check('all', '--key', fresh!)).toThrow(/not signed by a key/)
  await expect(grace(home, ['ledger', 'export', at('all')])).rejects.toMatchObject({
    stderr: expect.stringContaining('is there already'),
  })
  const before = readFileSync(at('all'), 'utf8')
  writeFileSync(at('published'), JSON.parse(before.trimEnd().split('\n').at(-1)!).checkpoint)
  await grace(home, ['ledger', 'prove', 'M-1', '--out', at('receipt'), '--since', at('published')])
  expect(check('receipt', '--key', key!, '--checkpoint', at('published'))).toMatch(/entries of mission/)

  const seq = before.split('\n').findIndex((line) => line.includes('More is better')) - 1
  expect(await grace(home, ['ledger', 'redact', String(seq), '--reason', 'for the test'])).toMatch(
    /gone from entry/,
  )
  await until(async () => /[1-9] texts are redacted/.test(await grace(home, ['ledger', 'verify'])), 20_000)
  await grace(home, ['ledger', 'export', at('later')])
  expect(readFileSync(at('later'), 'utf8').split('\n')[seq + 1]).not.toContain('More is better')
  expect(check('later', '--key', key!, '--checkpoint', at('published'))).toMatch(
    /texts? (?:was|were) taken out/,
  )
  await expect(grace(home, ['ledger', 'redact', '99999', '--reason', 'none'])).rejects.toMatchObject({
    stderr: expect.stringContaining('99999'),
  })
})

test('policies are tried before a start activates them: by their own cases, and on past missions', async () => {
  const file = join(home.path, 'grace.yaml')
  const before = readFileSync(file, 'utf8')
  const policies = (weekday: string) =>
    `policies: |\n  @id("no-tests") forbid (principal, action == Action::"policy_compliance", resource) when { context.paths.contains("test/more.test.mjs") };\npolicy_cases:\n  - { name: more tests, check: policy_compliance, facts: { paths: [test/more.test.mjs] }, expect: ${weekday} }\n`
  try {
    writeFileSync(file, before + policies('forbid'))
    expect(await grace(home, ['policy', 'test'])).toMatch(/✔ more tests\n1 of 1 cases/)
    expect(await grace(home, ['policy', 'backtest'])).toMatch(
      /M-1 policy_compliance: was pass, would be fail by no-tests\n\d+ decisions about \d+ missions: \d+ would be others/,
    )
    writeFileSync(file, before + policies('allow'))
    await expect(grace(home, ['policy', 'test'])).rejects.toMatchObject({
      stdout: expect.stringContaining('✘ more tests: it is forbid by no-tests, expected was allow'),
    })
    writeFileSync(file, before + policies('allow').replace('paths.contains', 'pahts.contains'))
    await expect(grace(home, ['policy', 'test'])).rejects.toMatchObject({
      stderr: expect.stringMatching(/policies: no-tests: attribute `pahts` .*did you mean `paths`/),
    })
  } finally {
    writeFileSync(file, before)
  }
  expect(await grace(home, ['policy', 'backtest'])).toMatch(/decisions about \d+ missions: all as they were/)
  expect(await grace(home, ['policy', 'show'])).toMatch(/@id\("too-large"\)/)
})

test('doctor goes on where grace.yaml is broken, and names each fault', async () => {
  const other = newHome(false)
  try {
    writeFileSync(
      join(other.path, 'grace.yaml'),
      'parliament: { members: [{ id: nora }], quorum: 2 }\ntargets: { tally: { repository: /r, voters: [zoe] } }\n',
    )
    await expect(grace(other, ['doctor'])).rejects.toMatchObject({
      stdout: expect.stringMatching(
        /✘ .*grace\.yaml: parliament\.quorum — is not a known setting[\s\S]*✔ isolation: contained[\s\S]*✔ PostgreSQL 18/,
      ),
    })
  } finally {
    other.remove()
  }
})

test('a mission’s evidence is shown, whole, and comes out the same again', async () => {
  const shown = await grace(home, ['evidence', 'M-1'])
  expect(shown).toMatch(/^M-1 More tests\nevidence sha256:[0-9a-f]{64}\nisolation: contained/)
  expect(shown).toMatch(/tests, change: 3 passed, 0 failed, 0 skipped\n {2}new: .*adds negatives/)
  expect(shown).toMatch(/time: [\d.]+ s tests\n/)
  expect(JSON.parse(await grace(home, ['evidence', 'M-1', '--json']))).toMatchObject({
    isolation: 'contained',
  })
  expect(await grace(home, ['rerun', 'M-1'])).toMatch(
    /= test coverage: recorded .*\n[\s\S]*7 of 7 KPIs agree; every test does\./,
  )
}, 120_000)

test('missions are listed, read and voted on from a terminal, by the words of the slash commands', async () => {
  expect(await grace(home, ['missions'])).toMatch(/^Missions \(1\)\nM-1 · discussion · trust 100\.00 % · /)
  expect(await grace(home, ['missions', 'why', 'M-1'])).toMatch(/^M-1: trust 100\.00 % of 95\.00 % needed\n/)
  await expect(grace(home, ['vote', 'M-1', 'reject'])).rejects.toThrow(/A reject needs its reason/)
  await expect(grace(home, ['missions', 'show', 'M-9'])).rejects.toThrow(
    /There is no mission "M-9".*\n.*grace missions list/,
  )
  expect(await grace(home, ['vote', 'M-1', 'abstain'])).toMatch(/^Your vote "abstain" is counted/)
})

test('a command that meets another Grace’s state, or none, says so and makes nothing', async () => {
  const other = newHome(false)
  try {
    await expect(grace(other, ['missions'])).rejects.toThrow(
      /No Grace was ever started on .*\n.*GRACE_STATE_DIR/,
    )
    expect(existsSync(other.state)).toBe(false)
    writeFileSync(
      join(other.path, 'grace.yaml'),
      'parliament: { members: [{ id: nora }] }\ntargets: { tally: { repository: /nowhere } }\n',
    )
    // A fleet's is where its database is.
    if (!AS_FLEET)
      await expect(grace(other, ['console'], { GRACE_STATE_DIR: home.state })).rejects.toThrow(
        /is about .*, and .*grace\.yaml about tally/,
      )
  } finally {
    other.remove()
  }
})

test('a change is proposed from a terminal, by its branch', async () => {
  await expect(grace(home, ['propose', 'Nothing', '--rationale', 'x', '--ref', 'nowhere'])).rejects.toThrow(
    /nowhere/,
  )
  expect(await grace(home, ['propose', 'To be written', '--rationale', 'Somebody will'])).toMatch(
    /^M-2 To be written\nOpened without a change, for neither --ref nor --patch was given/,
  )
})

test('tokens are made, listed and revoked from the command line', async () => {
  const made = await grace(home, ['token', 'create', '--agent', 'codey', '--scope', 'read,propose'])
  const [id, token] = [/^id: (.*)$/m.exec(made)![1]!, /^token: (.*)$/m.exec(made)![1]!]
  const list = async () =>
    (await fetch(`${running.url}${MISSIONS}`, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await list()).toBe(200)
  expect(await grace(home, ['token', 'list'])).toMatch(new RegExp(`${id}  agent codey  read,propose  until`))
  expect(await grace(home, ['token', 'list'])).not.toContain(token)
  await grace(home, ['token', 'revoke', id])
  expect(await list()).toBe(401)
  await expect(grace(home, ['token', 'create', '--agent', 'x', '--scope', 'vote'])).rejects.toThrow(
    /never holds vote/,
  )
})

test('told to stop, it ends, and nothing of it is left', async () => {
  await running.stop()
  expect(running.lines.join('\n')).toMatch(/Stopped\. Nothing is lost/)
  expect(processesOf(home)).toEqual([])
  expect(readdirSync(join(home.space(), 'sandboxes')).filter((name) => name !== 'layers')).toEqual([])
})
