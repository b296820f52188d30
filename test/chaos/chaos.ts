// npm run chaos [-- --json FILE --seed N --quick --only a,b --shape up|roles]: kills every Grace process at every
// boundary and inside every long step of a mission, takes away its servers and its disk, and runs two versions at once.
// After each case the mission has come to its end, nothing is left over, and the checker (checker.ts) finds every
// promise kept.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { seeded } from '../../src/sandbox/order.ts'
import { CASES, type Case } from './cases.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    shape: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})
const QUICK = 5

const named = (one: Case, id: string): boolean =>
  one.id === id || one.id.startsWith(`${id}/`) || one.id.endsWith(`/${id}`)
const only = values.only?.split(',')
const unknown = (only ?? []).filter((id) => !CASES.some((one) => named(one, id)))
if (unknown.length > 0) {
  process.stderr.write(`No such case: ${unknown.join(', ')}. See: npm run chaos -- --list\n`)
  process.exit(1)
}
let chosen = CASES.filter((one) => !only || only.some((id) => named(one, id))).filter(
  (one) => !values.shape || one.shape === values.shape,
)
if (values.quick) {
  const random = seeded(Number(values.seed))
  chosen = chosen
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, QUICK)
    .map(({ one }) => one)
}
if (values.list) {
  for (const { id } of chosen) process.stdout.write(`${id}\n`)
  process.exit(0)
}

/** `value` is what went wrong, in number; `aim` the most that is well. */
interface Result {
  readonly id: string
  readonly value: number
  readonly unit: 'violations'
  readonly reference: 0
  readonly ratio: null
  readonly aim: 0
  readonly ok: boolean
  readonly seconds: number
  readonly what: readonly string[]
}
const rows: Result[] = []
const byShape = Map.groupBy(chosen, (one) => one.world)
for (const cases of byShape.values()) {
  const world = await cases[0]!.world()
  try {
    for (const one of cases) {
      const begun = performance.now()
      const what = await one
        .run(world)
        .catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
      const seconds = Math.round((performance.now() - begun) / 100) / 10
      rows.push({
        id: one.id,
        value: what.length,
        unit: 'violations',
        reference: 0,
        ratio: null,
        aim: 0,
        ok: what.length === 0,
        seconds,
        what,
      })
      process.stdout.write(`${what.length === 0 ? 'ok    ' : 'NOT OK'} ${one.id} (${seconds} s)\n`)
      for (const line of what) process.stdout.write(`       ${line}\n`)
    }
  } finally {
    await world.close()
  }
}
const bad = rows.filter((row) => !row.ok)
process.stdout.write(`${rows.length - bad.length} of ${rows.length} cases held\n`)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
process.exit(bad.length === 0 ? 0 : 1)
