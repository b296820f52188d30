// A vote where there is no button: what the buttons of a chat ask for is asked here too.
import { cardOf } from '../cards/card.ts'
import type { ChatControl } from '../chat/stores.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { readMission } from '../mission/read-mission.ts'
import { castVote, type Receipt } from '../parliament/cast-vote.ts'
import { VOTES, type Vote } from '../parliament/tally.ts'

export interface Worded {
  readonly mission: string
  readonly session: string
  readonly vote: string
  readonly reason?: string | undefined
  /** The person has read what a high risk sets in motion. */
  readonly confirmed: boolean
  /** How one confirms here. */
  readonly toConfirm: string
}

/** Refuses to approve a high risk that was not confirmed. */
export async function mustBeConfirmed(
  control: Pick<ChatControl, 'transact' | 'config'>,
  actor: Actor,
  { mission, confirmed, toConfirm }: Pick<Worded, 'mission' | 'confirmed' | 'toConfirm'>,
): Promise<void> {
  const card = cardOf(await readMission(control, actor, mission), control.config)
  const asked = card.buttons.find((button) => button.action === 'approve')?.confirm ?? null
  if (asked !== null && !confirmed)
    throw new Refusal('invalid', 'confirmation_missing', `The risk is high: ${asked}`, toConfirm)
}

/** Refuses a reject without a reason, and to approve a high risk that was not confirmed. */
export async function voteInWords(
  control: Pick<ChatControl, 'transact' | 'config'>,
  actor: Actor,
  { mission, session, vote, reason, confirmed, toConfirm }: Worded,
): Promise<Receipt> {
  const choice = VOTES.find((one): one is Vote => one === vote)
  if (!choice)
    throw new Refusal(
      'invalid',
      'vote_unknown',
      `${JSON.stringify(vote.slice(0, 40))} is no vote.`,
      `A vote is one of ${VOTES.join(', ')}.`,
    )
  if (choice === 'reject' && !reason?.trim())
    throw new Refusal('invalid', 'reason_missing', 'A reject needs its reason.', 'Say why, in a few words.')
  if (choice === 'approve') await mustBeConfirmed(control, actor, { mission, confirmed, toConfirm })
  return castVote(control, actor, { session, vote: choice, reason })
}
