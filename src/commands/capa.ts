// /missions capa: the ticket that a rollback opened, read and worked on.
import { type Reply, reply } from '../cards/post.ts'
import { shortName } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { closeCapa } from '../mission/close-capa.ts'
import { readMission } from '../mission/read-mission.ts'
import { CAPA_FIELDS, type CapaField, workOnCapa } from '../mission/work-on-capa.ts'
import type { Acting, Command } from './command.ts'
import { missionIdOf } from './mission-id.ts'
import { MISSION } from './reading.ts'

const isField = (word: string): word is CapaField => (CAPA_FIELDS as readonly string[]).includes(word)

export const capa: Command<Acting> = {
  slash: 'missions',
  name: 'capa',
  args: [
    MISSION,
    { name: 'field', required: false, help: `${CAPA_FIELDS.join(', ')} or close; nothing: as it stands` },
    { name: 'text', required: false, help: 'what it says from now on; for close, what was done' },
  ],
  role: 'reader',
  help: 'what is to be done after a rollback: who, what, until when; close asks live traffic',
  example: '/missions capa M-12 owner ada',
  async run(ctx, { actor }, values): Promise<Reply> {
    const id = await missionIdOf(ctx, values)
    const field = (values.field ?? '').toLowerCase()
    const text = values.text ?? ''
    if (field === 'close') return reply('', `🩹 ${await closeCapa(ctx.control, actor, id, text)}`)
    if (field !== '') {
      if (!isField(field))
        throw new Refusal(
          'invalid',
          'capa_field_unknown',
          `${JSON.stringify(field.slice(0, 40))} is nothing that a CAPA has.`,
          `It has ${CAPA_FIELDS.join(', ')}; or say close.`,
        )
      await workOnCapa(ctx.control, actor, id, { [field]: text })
    }
    const { mission, capa: ticket } = await readMission(ctx.control, actor, id)
    if (!ticket) return reply(`${shortName(mission.number)} has no CAPA`, 'Nothing of it was rolled back.')
    return reply(
      `CAPA-${ticket.number} of ${shortName(mission.number)} (${ticket.state})`,
      ticket.summary,
      `Owner: ${ticket.owner ?? 'nobody yet'}; due ${ticket.dueAt.toISOString().slice(0, 10)}`,
      `Cause: ${ticket.cause}`,
      `Corrective: ${ticket.corrective}`,
      `Preventive: ${ticket.preventive}`,
      `Its timeline: /missions audit ${shortName(mission.number)}`,
    )
  },
}
