// The stories that bugs are planted into: one trunk up to the vote, and on each branch of it another end.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { BROKEN, openBot } from '../support/bot.ts'
import { type Branch, branchOff, endTrunk, type Trunk } from './branch.ts'
import type { Rule } from './checker/checking.ts'
import { RULES } from './checker.ts'

interface Measured extends Trunk {
  /** A mission that all is well with. */
  readonly good: string
  /** One that breaks a test and asks for a person. */
  readonly held: string
  close(): Promise<void>
}

/** For one file of tests: a trunk that all of them share, and branches of it that are gone after their test. */
export function planting() {
  let trunk: Measured | undefined
  let branch: Branch | undefined
  beforeAll(async () => {
    trunk = await openTrunk()
  }, 120_000)
  afterAll(() => trunk?.close())
  afterEach(async () => {
    await branch?.close()
    branch = undefined
  })
  return {
    trunk: (): Measured => trunk!,
    async onBranch(): Promise<Branch> {
      branch = await branchOff(trunk!)
      return branch
    },
  }
}

/** Both are put to the vote; Ada, Ben and Cem have one each. */
async function openTrunk(): Promise<Measured> {
  const logs = mkdtempSync(join(tmpdir(), 'chaos-planted-'))
  const deployLog = join(logs, 'deploys')
  const write = (what: string, revision: string) =>
    `echo ${what} $GRACE_EXECUTION_ID ${revision} >> ${deployLog}`
  const bot = await openBot({
    members: ['ada', 'ben', 'cem'].map((id) => ({ id, slack: `U0${id.toUpperCase()}` })),
    chat: { slack: { team: 'T0HOME', channel: 'C0MISSIONS' } },
    parliament: { share: '50%' },
    target: {
      deploy: {
        command: write('deploy', '$GRACE_REVISION'),
        rollback: write('rollback', '$GRACE_PREVIOUS_REVISION'),
        status: `tail -n 1 ${deployLog} | cut -d ' ' -f 3`,
        timeout: '20s',
      },
    },
  })
  const good = await bot.proposes()
  const held = await bot.proposes({
    title: 'The mean of nobody',
    patch: BROKEN.replace('xs.length === 0 ?', 'xs.gender === 1 || xs.length === 0 ?'),
  })
  await bot.works()
  const trunk: Trunk = { bot, deployLog }
  await endTrunk(trunk)
  return {
    ...trunk,
    good,
    held,
    async close() {
      await bot.close()
      rmSync(logs, { recursive: true, force: true })
    },
  }
}

/** Ada thinks again, Ben approves, Cem abstains: nobody is left who could change it. */
export async function approve(b: Branch, mission: string): Promise<void> {
  await b.clicks(mission, 'ada', 'reject')
  await b.works()
  await b.clicks(mission, 'ada', 'approve')
  await b.clicks(mission, 'ben', 'approve')
  await b.votes(mission, 'cem', 'abstain')
  await b.works()
}

export async function goLive(b: Branch, mission: string): Promise<void> {
  await b.traffic(120, 20)
  await approve(b, mission)
}

export async function endWell(b: Branch, mission: string): Promise<void> {
  await goLive(b, mission)
  await b.skip(61_000)
  await b.traffic(60, 20)
  await b.works()
}

export async function doHarm(b: Branch, mission: string): Promise<void> {
  await goLive(b, mission)
  await b.skip(30_000)
  await b.traffic(25, 80)
  await b.works()
}

/** What is found is called by these rules and no others, each in words like these. */
export async function expectFound(b: Branch, wanted: Partial<Record<Rule, RegExp>>): Promise<void> {
  const found = await b.found()
  const names = Object.keys(wanted).map((rule) => RULES[rule as Rule])
  expect(new Set(found.map(({ rule }) => rule)), JSON.stringify(found, null, 2)).toEqual(new Set(names))
  for (const [rule, what] of Object.entries(wanted))
    expect(found).toContainEqual({ rule: RULES[rule as Rule], what: expect.stringMatching(what) })
}

export async function endOf(b: Branch, mission: string): Promise<string | null | undefined> {
  const [row] = await b.sql<{ phase: string; outcome: string | null }[]>`
    select phase, outcome from grace.missions where id = ${mission}`
  return row?.outcome ?? row?.phase
}
