// Job: shows a CAPA where the target's issues are. It is worked on in Grace; what is there now is shown.

import { shortName } from '../kernel/ids.ts'
import { fenced } from '../kernel/text.ts'
import type { Effect } from '../kernel/work.ts'
import { type MissionControl, targetOf } from './context.ts'
import { findMission } from './load.ts'
import type { Mission } from './mission.ts'

export const mirrorEffects = (
  config: MissionControl['config'],
  { id, target }: Pick<Mission, 'id' | 'target'>,
): Effect[] =>
  config.targets.get(target)?.github?.capa_issues
    ? [{ kind: 'mirror-capa', payload: { mission: id }, key: `mirror-capa:${id}` }]
    : []

export async function mirrorCapa(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'tracker' | 'pageOf'>,
  id: string,
): Promise<void> {
  const { mission, capa } = await ctx.transact(async (stores) => ({
    mission: await findMission(stores, id),
    capa: await stores.capas.of(id),
  }))
  const target = targetOf(ctx.config, mission.target)
  if (!capa || !target.github?.capa_issues) return
  const page = ctx.pageOf(mission.number)
  await ctx.tracker.mirror(target, {
    key: capa.id,
    title: `CAPA-${capa.number}: ${shortName(mission.number)} was taken back`,
    body: [
      fenced([
        capa.summary,
        `Cause: ${capa.cause}`,
        `Corrective: ${capa.corrective}`,
        `Preventive: ${capa.preventive}`,
        `Owner: ${capa.owner ?? 'nobody yet'}, due ${capa.dueAt.toISOString().slice(0, 10)}`,
      ]),
      `It is worked on, and closed, in Grace${page.startsWith('http') ? `: ${page}` : ''}.`,
    ].join('\n\n'),
    isOpen: capa.state === 'open',
  })
}
