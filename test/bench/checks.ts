// What deciding and scanning cost. They have no limit of their own: the figure is what there is to know.
import { readFileSync } from 'node:fs'
import { scanFile } from '../../src/hunter/scan.ts'
import { digestOf } from '../../src/kernel/digest.ts'
import { HARMLESS } from '../../src/policies/cases.ts'
import { decide, openPolicies } from '../../src/policies/engine.ts'
import { median } from '../../src/trust/statistics.ts'
import type { BenchResult, Plan } from './bench.ts'

/** One decision of Cedar's over the facts of a change, against hashing those facts. */
export async function policyDecision({ rounds }: Plan): Promise<BenchResult> {
  const policies = openPolicies('')
  const facts = HARMLESS.policy_compliance
  const once = (run: () => unknown): number => {
    const begun = performance.now()
    for (let i = 0; i < 50; i++) run()
    return ((performance.now() - begun) * 1000) / 50
  }
  const decision = () =>
    decide(policies, {
      check: 'policy_compliance',
      principal: { kind: 'member', id: 'ada' },
      target: 'shop',
      facts,
    })
  const times = { decide: [] as number[], hash: [] as number[] }
  for (let i = 0; i < rounds; i++) {
    times.decide.push(once(decision))
    times.hash.push(once(() => digestOf(facts)))
  }
  return {
    id: 'policy-decision',
    value: median(times.decide),
    unit: 'µs',
    reference: median(times.hash),
    aim: null,
  }
}

const FILES = [
  'src/parliament/cast-vote.ts',
  'src/mission/unlock-mission.ts',
  'adapters/sandbox/rooms.ts',
  'src/cards/card.ts',
]

/** Hunter over a file of Grace's own (some 250 lines), as if all of it were added; against reading it from the disk. */
export async function hunterFile({ rounds }: Plan): Promise<BenchResult> {
  const root = new URL('../../', import.meta.url)
  const times = { scan: [] as number[], read: [] as number[] }
  for (let i = 0; i < rounds; i++)
    for (const path of FILES) {
      const begun = performance.now()
      const after = readFileSync(new URL(path, root), 'utf8')
      const read = performance.now()
      const added = after.split('\n').map((text, j) => ({ number: j + 1, text }))
      await scanFile({ path, before: undefined, after, added, removed: [] })
      times.read.push(read - begun)
      times.scan.push(performance.now() - read)
    }
  return {
    id: 'hunter-file',
    value: median(times.scan),
    unit: 'ms',
    reference: median(times.read),
    aim: null,
  }
}
