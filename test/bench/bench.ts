// npm run bench [-- --json FILE --seed N --quick --only a,b]: how fast Grace is, as ratios against a limit or against a
// peer that does the least of the same work in the same run.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { seeded } from '../../src/sandbox/order.ts'
import { hunterFile, policyDecision } from './checks.ts'
import { ledgerRoot, trustScore } from './pure.ts'
import { ballotGrowth, ledgerAppend, ledgerVerify } from './records.ts'
import { sandboxStart } from './sandbox.ts'

/** `value` and `reference` are in the same unit, `ratio` = value / reference, `aim` the largest ratio that is well; null: none. */
export interface BenchResult {
  readonly id: string
  readonly value: number
  readonly unit: string
  readonly reference: number
  readonly aim: number | null
}
export interface Plan {
  readonly rounds: number
  readonly random: () => number
}

const BENCHES: Readonly<Record<string, (plan: Plan) => Promise<BenchResult>>> = {
  'sandbox-start': sandboxStart,
  'trust-score': trustScore,
  'ledger-root': ledgerRoot,
  'ledger-append': ledgerAppend,
  'ledger-verify': ledgerVerify,
  'ballot-growth': ballotGrowth,
  'policy-decision': policyDecision,
  'hunter-file': hunterFile,
}

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const wanted = values.only?.split(',') ?? Object.keys(BENCHES)
/** `ledger` stands for all of the ledger's. */
const isMeant = (id: string, by: string): boolean => id === by || id.startsWith(`${by}-`)
const unknown = wanted.filter((by) => !Object.keys(BENCHES).some((id) => isMeant(id, by)))
const chosen = Object.keys(BENCHES).filter((id) => wanted.some((by) => isMeant(id, by)))
if (unknown.length > 0) {
  process.stderr.write(
    `No such bench: ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(1)
}
const plan: Plan = { rounds: values.quick ? 9 : 41, random: seeded(Number(values.seed)) }
const rows = []
for (const id of chosen) {
  const { value, unit, reference, aim } = await BENCHES[id]!(plan)
  const ratio = value / reference
  const ok = aim === null || ratio <= aim
  rows.push({ id, value, unit, reference, ratio, aim, ok })
  process.stdout.write(
    `${ok ? 'ok    ' : 'beyond'} ${id}: ${value.toFixed(3)} ${unit}, reference ${reference.toFixed(3)}: ×${ratio.toFixed(2)} (${aim === null ? 'no aim' : `aim ×${aim}`})\n`,
  )
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
process.exitCode = rows.every((row) => row.ok) ? 0 : 1
