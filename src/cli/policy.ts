// grace policy …: the policies of grace.yaml, tried before they are activated by a start.

import { readFile } from 'node:fs/promises'
import { decidedOn } from '../../db/stores/evidence.ts'
import { type Config, parseConfig } from '../config/config.ts'
import type { Env } from '../config/env.ts'
import { missing } from '../kernel/refusal.ts'
import { backtest, type Difference, tryCase } from '../policies/cases.ts'
import { DEFAULT_POLICIES } from '../policies/default-policies.ts'
import { openPolicies } from '../policies/engine.ts'
import { CEDAR_SCHEMA } from '../policies/schema.ts'
import { withDatabase } from './with-database.ts'

type Say = (line: string) => void

/** Only the file: nothing is started or made for it. */
async function configured(env: Env): Promise<Config> {
  const file = env.config ?? 'grace.yaml'
  const text = await readFile(file, 'utf8').catch(() => {
    throw missing('configuration', file, 'Say it in the directory of grace.yaml, or set GRACE_CONFIG.')
  })
  return parseConfig(file, text)
}

/** All that is in force, and what policies may speak of: in Cedar. */
export async function showPolicies(env: Env, say: Say): Promise<void> {
  const { policies } = await configured(env)
  say(`// What a policy may speak of.\n${CEDAR_SCHEMA}\n`)
  say(DEFAULT_POLICIES.trim())
  if (policies.trim() !== '') say(`\n// grace.yaml\n${policies.trim()}`)
}

/** False where a case comes out otherwise. */
export async function testPolicies(env: Env, say: Say): Promise<boolean> {
  const { policies, policyCases } = await configured(env)
  const opened = openPolicies(policies)
  let failed = 0
  for (const one of policyCases) {
    const wrong = tryCase(opened, one)
    if (wrong) failed++
    say(wrong ? `✘ ${one.name}: ${wrong}` : `✔ ${one.name}`)
  }
  say(
    policyCases.length === 0
      ? `${opened.byId.size} policies are valid. There are no policy_cases in grace.yaml; docs/governance.md shows some.`
      : `${policyCases.length - failed} of ${policyCases.length} cases come out as expected.`,
  )
  return failed === 0
}

export async function backtestCommand(env: Env, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }, { config }) => {
    const decided = await decidedOn(db)
    const different = backtest(openPolicies(config.policies), decided)
    for (const one of different) say(lineOf(one))
    const missions = new Set(decided.map(({ mission }) => mission)).size
    say(
      `${decided.length} decisions about ${missions} missions: ${different.length === 0 ? 'all as they were' : `${different.length} would be others`}.`,
    )
  })
}

const lineOf = ({ of, now }: Difference): string =>
  `M-${of.mission} ${of.check}: was ${of.verdict}, ${'why' in now ? `could not be decided: ${now.why}` : `would be ${now.verdict}${now.by.length > 0 ? ` by ${now.by.join(', ')}` : ''}`}`
