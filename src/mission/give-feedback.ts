// What people say about a mission. Quoted data with an author: it never changes who may vote, nor runs anything.
import { type Actor, nameOf, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { permit } from '../kernel/permit.ts'
import { LIMITS, visible, written } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl } from './context.ts'
import { findMission } from './load.ts'

/** Where it was said, when it was said in a thread. */
export interface SaidIn {
  /** The platform's own id of the message: the same one is kept once. */
  readonly external: string
  readonly permalink: string | null
}

type Ctx = Pick<MissionControl, 'transact'>

/** False where this message was kept before. */
export async function giveFeedback(
  ctx: Ctx,
  actor: Actor,
  id: string,
  text: string,
  said?: SaidIn,
): Promise<boolean> {
  // Whoever stands in the channel may speak; it changes nothing but what is read.
  permit(actor, actor.kind === 'guest' ? 'read' : 'propose')
  const clean = written('feedback', text)
  return ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    const name = nameOf(actor)
    const source = actor.kind === 'grace' ? 'grace' : actor.via
    const kept = await stores.feedback.insert({
      id: newId(),
      mission: mission.id,
      author: { ...refOf(actor), name },
      source,
      text: clean,
      external: said?.external ?? null,
      permalink: said?.permalink ?? null,
    })
    if (!kept) return false
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
    return true
  })
}

/** Its author changed the message (`text`), or took it back (null). Nothing where it was no feedback. */
export async function followFeedback(ctx: Ctx, external: string, text: string | null): Promise<void> {
  await ctx.transact(async (stores) => {
    const kept = await stores.feedback.byExternal(external)
    if (!kept || kept.text === text) return
    // An edit can't be refused any more: what is too long is kept as far as it goes.
    const clean = text === null ? null : Array.from(visible(text).trim()).slice(0, LIMITS.feedback).join('')
    if (clean) await stores.feedback.edit(kept.id, clean)
    else await stores.feedback.remove(kept.id)
    await stores.ledger.append([
      {
        kind: clean ? 'FeedbackEdited' : 'FeedbackDeleted',
        actor: { kind: kept.author.kind, id: kept.author.id },
        mission: kept.mission,
        facts: { source: kept.source, text: clean ? spoken(clean) : undefined },
      },
    ])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: kept.mission, event: 'feedback', member: kept.author.name } },
    ])
  })
}
