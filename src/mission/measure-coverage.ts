// Measures the line coverage of a target's branch, once per commit, in the sandbox: what the coverage detector sees.

import { linePercent, readLcov } from '../sandbox/readers/lcov.ts'
import type { MissionControl } from './context.ts'

export async function measureCoverage(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'rooms'>,
  name: string,
): Promise<void> {
  const target = ctx.config.targets.get(name)
  const report = target?.test?.coverage
  if (!target?.test || report === undefined) return
  const commit = await ctx.repositories.head(target)
  const known = await ctx.transact(({ coverage }) => coverage.latest(name))
  if (known?.commit === commit) return
  const rooms = await ctx.rooms(target, 'grace')
  const room = await rooms.open(target, commit)
  try {
    const { files } = await room.run({
      command: target.test.command,
      environment: target.environment,
      collect: [report],
    })
    const percent = files[report] === undefined ? null : linePercent(await readLcov(files[report]))
    if (percent !== null) await ctx.transact(({ coverage }) => coverage.add(name, commit, percent))
  } finally {
    await room.close()
  }
}
