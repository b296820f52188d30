import { spawnSync } from 'node:child_process'
import { median } from '../../src/trust/statistics.ts'
import { openLab } from '../support/sandbox.ts'
import type { BenchResult, Plan } from './bench.ts'

/** `true` in the sandbox, started and torn down, against `true` started alone; taken in turns. */
export async function sandboxStart({ rounds, random }: Plan): Promise<BenchResult> {
  const lab = await openLab()
  const room = await lab.room(lab.target({ 'a.txt': 'a\n' }))
  const timed = async (run: () => unknown): Promise<number> => {
    const begun = performance.now()
    await run()
    return performance.now() - begun
  }
  const inside = () => timed(() => room.run({ command: ['true'] }))
  const bare = () => timed(() => spawnSync('true'))
  await inside()
  const times: { inside: number[]; bare: number[] } = { inside: [], bare: [] }
  for (let i = 0; i < rounds; i++)
    for (const which of random() < 0.5 ? (['inside', 'bare'] as const) : (['bare', 'inside'] as const))
      times[which].push(await (which === 'inside' ? inside() : bare()))
  await room.close()
  lab.close()
  return {
    id: 'sandbox-start',
    value: median(times.inside),
    unit: 'ms',
    reference: median(times.bare),
    aim: 12,
  }
}
