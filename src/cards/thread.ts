// What of a mission's life is said in its thread, and under which name the thread is.
import { shortName } from '../kernel/ids.ts'
import { oneLine } from '../kernel/text.ts'
import type { Mission } from '../mission/mission.ts'

/** At most 100 characters, as Discord allows. */
export const threadTitle = (mission: Pick<Mission, 'number' | 'title'>): string =>
  oneLine(`${shortName(mission.number)} ${mission.title}`, 100)

/** Seen on the card itself, or said by the person: not repeated in the thread. */
const ON_THE_CARD = new Set(['detected', 'voted', 'feedback', 'watched'])

export const isForThread = (event: string): boolean => !ON_THE_CARD.has(event)
