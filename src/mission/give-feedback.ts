// What people say about a mission. Quoted data with an author: it never changes who may vote, nor runs anything.
import { type Actor, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { permit } from '../kernel/permit.ts'
import { written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl } from './context.ts'
import { findMission } from './load.ts'

export async function giveFeedback(
  ctx: Pick<MissionControl, 'transact'>,
  actor: Actor,
  id: string,
  text: string,
): Promise<void> {
  permit(actor, 'propose')
  const clean = written('feedback', text)
  await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    const name = actor.kind === 'grace' ? actor.id : actor.name
    const source = actor.kind === 'grace' ? 'grace' : actor.via
    await stores.feedback.insert({
      id: newId(),
      mission: mission.id,
      author: { ...refOf(actor), name },
      source,
      text: clean,
    })
    await stores.ledger.append([
      {
        kind: 'FeedbackGiven',
        actor: refOf(actor),
        mission: mission.id,
        facts: { source, text: spoken(clean) },
      },
    ])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: mission.id, event: 'feedback', member: name } },
    ])
  })
}
