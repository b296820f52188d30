// Measures the line coverage of a target's branch, once per commit, in the sandbox: what the coverage detector sees.

import { uncoveredOf } from '../monitoring/uncovered.ts'
import { builtRoom } from '../sandbox/built-room.ts'
import { readCoverage } from '../sandbox/readers/coverage-report.ts'
import { linePercent } from '../sandbox/readers/line-hits.ts'
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
  const churn = await ctx.repositories.churn(target, commit)
  const rooms = await ctx.rooms(target, 'grace')
  const room = await rooms.open(target, commit)
  try {
    const { files, ended } = await (await builtRoom(room, target)).run({
      command: target.test.command,
      environment: target.environment,
      collect: [report],
    })
    // Of a run that was killed the report may be a half that looks whole.
    const text = ended === 'exit' ? files[report] : undefined
    if (text === undefined) return
    const hits = await readCoverage(text)
    const percent = linePercent(hits)
    if (percent === null) return
    const uncovered = uncoveredOf(hits, churn, target.directory)
    await ctx.transact(({ coverage }) => coverage.add(name, { commit, percent, uncovered }))
  } finally {
    await room.close()
  }
}
