import { shortNumber } from '../kernel/ids.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import type { Speaking, Values } from './command.ts'

/** The id behind `M-12`. */
export async function missionIdOf(ctx: Pick<Speaking, 'list'>, { mission = '' }: Values): Promise<string> {
  const number = shortNumber(mission)
  if (number === undefined)
    throw new Refusal(
      'invalid',
      'mission_name',
      `${JSON.stringify(mission.slice(0, 40))} is no mission's name.`,
      'Missions are called M-1, M-2 … See /missions list.',
    )
  const id = await ctx.list.idOf(number)
  if (!id) throw missing('mission', `M-${number}`, 'See /missions list.')
  return id
}
