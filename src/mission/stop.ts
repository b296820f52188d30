// The stop: anybody who votes can end all going live at once; it goes on when more than half of them say so.
import { type Actor, nameOf, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine, sentence } from '../kernel/text.ts'
import { spoken } from '../kernel/work.ts'
import type { MissionControl, Stores } from './context.ts'

export interface Stop {
  readonly id: string
  /** Name of the member who said it. */
  readonly by: string
  readonly reason: string
  readonly since: Date
}

/** How many have said that it may go on, of how many that have to. */
export interface Lifting {
  readonly said: number
  readonly needed: number
}

/** The same on every surface; what lifting brings, each says in its own words. */
export const liftingSentence = ({ said, needed }: Lifting): string =>
  `${said} of ${needed} have said that it may go on.`

export interface Stops {
  /** The one in force. */
  current(): Promise<Stop | undefined>
  /** False where one is in force already. */
  begin(id: string, member: string, reason: string): Promise<boolean>
  /** Counts the member once. Lifts it as soon as enough have said so. */
  lift(id: string, member: string): Promise<Lifting & { readonly isLifted: boolean }>
  /** Whether PostgreSQL would refuse an execution if everything were stopped now. */
  drill(): Promise<boolean>
}

type Ctx = Pick<MissionControl, 'transact' | 'config'>

const REASON_MAX = 300

/** Who votes on something may stop everything, and say that it goes on. */
function voterOf({ config }: Ctx, actor: Actor): string {
  permit(actor, 'vote')
  if (actor.kind === 'member' && [...config.targets.values()].some(({ voters }) => voters.includes(actor.id)))
    return actor.id
  throw new Refusal(
    'forbidden',
    'not_a_voter',
    'Only members who vote on a target may do that.',
    'Ask one of them; grace.yaml names them.',
  )
}

export async function stopEverything(ctx: Ctx, actor: Actor, given: string): Promise<void> {
  const member = voterOf(ctx, actor)
  const reason = oneLine(given, REASON_MAX)
  if (reason === '')
    throw new Refusal(
      'invalid',
      'reason_missing',
      'A stop needs its reason: others decide by it when to go on.',
      'Say why: /grace stop The shop is on fire',
    )
  await ctx.transact(async (stores) => {
    if (!(await stores.stops.begin(newId(), member, reason))) {
      const { by, reason: why } = (await stores.stops.current())!
      throw new Refusal(
        'conflict',
        'stopped_already',
        `Everything is stopped already, by ${by}: ${why}`,
        'It goes on when more than half of the voters say: /grace lift',
      )
    }
    await stores.ledger.append([
      { kind: 'StopBegun', actor: refOf(actor), facts: { member, reason: spoken(reason) } },
    ])
    await tellAll(stores, 'stopped', { by: nameOf(actor), why: reason })
  })
}

export async function liftStop(ctx: Ctx, actor: Actor): Promise<Lifting & { isLifted: boolean }> {
  const member = voterOf(ctx, actor)
  return ctx.transact(async (stores) => {
    const stop = await stores.stops.current()
    if (!stop) throw new Refusal('conflict', 'not_stopped', 'Nothing is stopped.', 'Nothing has to be done.')
    const lifting = await stores.stops.lift(stop.id, member)
    await stores.ledger.append([
      {
        kind: lifting.isLifted ? 'StopLifted' : 'StopLiftVoted',
        actor: refOf(actor),
        facts: { stop: stop.id, member, said: lifting.said, needed: lifting.needed },
      },
    ])
    if (lifting.isLifted) await tellAll(stores, 'stop_lifted', { by: nameOf(actor) })
    return lifting
  })
}

/** Every mission that is not over says so on its card and in its thread. */
async function tellAll(
  { missions, outbox }: Pick<Stores, 'missions' | 'outbox'>,
  event: string,
  said: Readonly<Record<string, string>>,
): Promise<void> {
  await outbox.add(
    (await missions.unfinished()).map((mission) => ({
      kind: 'announce',
      payload: { mission, event, ...said },
    })),
  )
}

/** One sentence for every surface. */
export const stopSentence = ({ by, reason }: Pick<Stop, 'by' | 'reason'>): string =>
  `Everything is stopped by ${by}: ${sentence(reason)} Nothing goes live until more than half of the voters have said /grace lift.`
