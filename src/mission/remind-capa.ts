// Job: a CAPA that is due and still open is said once.
import type { MissionControl } from './context.ts'

/** `due`: as it was when the reminder was set; moved since, it is not this one's turn. */
export async function remindCapa(
  ctx: Pick<MissionControl, 'transact'>,
  mission: string,
  due: string,
): Promise<void> {
  await ctx.transact(async ({ capas, outbox }) => {
    const capa = await capas.of(mission)
    if (capa?.state !== 'open' || capa.dueAt.toISOString() !== due) return
    const what = `CAPA-${capa.number} is due${capa.owner ? `; ${capa.owner} answers for it` : ', and nobody answers for it'}: ${capa.preventive}`
    await outbox.add([{ kind: 'announce', payload: { mission, event: 'capa_due', what } }])
  })
}
