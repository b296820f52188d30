// A member says who answers for a CAPA, what it came of, what is done about it, and until when.
import type { CapaRecord } from '../execution/capa.ts'
import { type Actor, refOf } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl } from './context.ts'
import { openCapaOf } from './load-capa.ts'
import { mirrorEffects } from './mirror-capa.ts'

export const CAPA_FIELDS = ['owner', 'cause', 'corrective', 'preventive', 'due'] as const
export type CapaField = (typeof CAPA_FIELDS)[number]

export async function workOnCapa(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  actor: Actor,
  id: string,
  fields: Readonly<Partial<Record<CapaField, string>>>,
): Promise<CapaRecord> {
  return ctx.transact(async (stores) => {
    const { mission, capa } = await openCapaOf(ctx, stores, actor, id)
    const is: Readonly<Record<CapaField, string | null>> = {
      ...capa,
      due: capa.dueAt.toISOString().slice(0, 10),
    }
    const given = CAPA_FIELDS.flatMap((field) => {
      const value = fields[field]?.trim()
      return value === undefined || value === is[field] ? [] : [[field, value] as const]
    })
    if (given.length === 0)
      throw new Refusal(
        'invalid',
        'nothing_to_change',
        'Nothing new was said of it.',
        `Say one of ${CAPA_FIELDS.join(', ')}.`,
      )
    let next = capa
    for (const [field, value] of given) {
      next = { ...next, ...changed(field, value) }
      await stores.ledger.append([
        {
          kind: 'CapaChanged',
          actor: refOf(actor),
          mission: mission.id,
          facts: { capa: capa.number, field, value: spoken(value) },
        },
      ])
    }
    await stores.capas.save(next)
    await stores.outbox.add(mirrorEffects(ctx.config, mission))
    if (next.dueAt.getTime() !== capa.dueAt.getTime())
      await stores.outbox.add([reminderOf(next, await stores.clock.now())])
    return next
  })

  function changed(field: CapaField, value: string): Partial<CapaRecord> {
    if (field === 'owner') return { owner: memberNamed(value) }
    if (field === 'due') return { dueAt: dayOf(value) }
    return { [field]: written(field, value) }
  }
  function memberNamed(name: string): string {
    const member = ctx.config.members.find((one) => one.id === name)
    if (member) return member.id
    throw new Refusal(
      'invalid',
      'owner_unknown',
      `${JSON.stringify(name.slice(0, 40))} is no member.`,
      `Members are ${ctx.config.members.map((one) => one.id).join(', ')}.`,
    )
  }
}

/** The end of that day, UTC. */
function dayOf(text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T23:59:59Z`) : undefined
  if (day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return day
  throw new Refusal(
    'invalid',
    'due_unreadable',
    `${JSON.stringify(text.slice(0, 40))} is no day.`,
    'Say it like 2026-12-24.',
  )
}

export const reminderOf = ({ mission, dueAt }: Pick<CapaRecord, 'mission' | 'dueAt'>, now: Date) => ({
  kind: 'remind-capa',
  payload: { mission, due: dueAt.toISOString() },
  afterMs: Math.max(0, dueAt.getTime() - now.getTime()),
})
