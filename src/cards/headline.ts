// Where a mission stands, in a line that says it in two seconds.
import { isAwaitingCandidate } from '../mission/mission.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import { ENDINGS } from './announcement.ts'

/** `held`: what is known of its figures keeps it from unlocking, however the vote ends. */
export function headlineOf(
  { mission, vote, execution }: Pick<MissionStory, 'mission' | 'vote' | 'execution'>,
  held = false,
): string {
  switch (mission.phase) {
    case 'detected':
      return '🔍 Detected: a change is being prepared'
    case 'sandbox_testing':
      return isAwaitingCandidate(mission)
        ? mission.evidence
          ? '✋ Not trusted yet'
          : '✋ Waiting for a change'
        : mission.heldBy.length > 0
          ? '✋ Held'
          : "🧪 Testing against today's code"
    case 'discussion':
      return held ? '🗳️ Awaiting your vote, but held' : '🗳️ Awaiting your vote'
    case 'consensus':
      return mission.heldBy.length > 0 ? '✋ Approved, held' : '🤝 Approved, not yet live'
    case 'live_execution':
      if (mission.heldBy.length > 0) return '✋ Going live, held'
      return execution?.state === 'deploying' ? '🚀 Deploying' : '🚀 Going live'
    case 'monitoring':
      return execution?.state === 'rolling_back' ? '↩️ Rolling back' : '📊 Live, being watched'
    case 'complete':
      return mission.outcome === 'cancelled' && vote?.session.result === 'rejected'
        ? '🚫 Rejected'
        : (ENDINGS[mission.outcome ?? ''] ?? '🏁 Complete')
  }
}
