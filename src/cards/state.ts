// What a mission waits for, or how it ended, in sentences.
import { shortName } from '../kernel/ids.ts'
import { publicationSentence } from '../ledger/publication.ts'
import { isAwaitingCandidate } from '../mission/mission.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import { stopSentence } from '../mission/stop.ts'
import { heldBack } from '../parliament/cast-vote.ts'
import { stillOpen } from '../parliament/still-open.ts'

export function stateOf(story: MissionStory): string {
  const { mission, stop } = story
  const stopped = stop && mission.phase !== 'complete' ? `🛑 ${stopSentence(stop)}` : ''
  const state = isAwaitingCandidate(mission)
    ? [
        `${mission.reason.replace(/^awaiting_candidate: |\.+$/g, '')}. ${howToAttach(shortName(mission.number), mission.evidence !== null)}`,
      ]
    : [
        mission.reason,
        // Said already, and with how it ends.
        ...(stopped ? [] : mission.heldBy.map((by) => `held by: ${by}`)),
        ...openVote(story),
      ]
  return [stopped, ...state, publicationSentence(story.publications)].filter(Boolean).join(' ')
}

const howToAttach = (name: string, better: boolean): string =>
  `Attach a ${better ? 'better ' : ''}change in the console, with grace attach ${name} --ref … in a terminal, or: POST /mission-control/autonomous/missions/${name}/candidate with a patch or a ref.`

/** What an open vote waits for, and what an approval would not bring. */
const openVote = ({ vote, measured }: MissionStory): string[] =>
  vote?.session.state === 'open'
    ? [heldBack(vote.session, measured?.checks ?? []), stillOpen(vote.electors, vote.ballots, vote.session)]
    : []
