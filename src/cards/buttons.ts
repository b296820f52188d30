// What can be pressed on a card, and what is asked before it counts.
import { readDiff } from '../candidate/diff.ts'
import type { Target } from '../config/config.ts'
import type { Command } from '../config/units.ts'
import { riskOf } from '../governance/risk.ts'
import { oneLine } from '../kernel/text.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import type { Button } from './card.ts'

export function buttonsOf(story: MissionStory, target: Target | undefined): Button[] {
  const { mission, vote, measured } = story
  const details: Button = {
    action: 'details',
    about: mission.id,
    label: 'Details',
    style: 'plain',
    confirm: null,
  }
  if (mission.phase === 'complete' || mission.phase === 'detected') return [details]
  const revise: Button[] =
    measured && (mission.phase === 'discussion' || mission.phase === 'sandbox_testing')
      ? [
          {
            action: 'revise',
            about: mission.id,
            label: 'Revise with feedback',
            style: 'plain',
            confirm: null,
          },
        ]
      : []
  if (vote?.session.state !== 'open') return [details, ...revise]
  const about = vote.session.id
  return [
    { action: 'approve', about, label: 'Approve', style: 'primary', confirm: warningOf(story, target) },
    { action: 'reject', about, label: 'Reject', style: 'danger', confirm: null },
    { action: 'abstain', about, label: 'Abstain', style: 'plain', confirm: null },
    details,
    ...revise,
  ]
}

const words = (command: Command | undefined): string =>
  command === undefined ? 'nothing' : typeof command === 'string' ? command : command.join(' ')

/** What approving sets in motion; null where the risk is not high. */
export function warningOf({ candidate, mission }: MissionStory, target: Target | undefined): string | null {
  if (!candidate || !target) return null
  const changes = readDiff(candidate.patch)
  const { level } = riskOf(changes, target.deploy?.rollback !== undefined)
  if (level === 'low' || level === 'medium') return null
  return oneLine(
    `${level === 'high' ? 'High' : 'Critical'} risk. If it passes, ${changes.length} ${changes.length === 1 ? 'file' : 'files'} of ${mission.target} are merged into ${target.branch} and this runs: ${words(target.deploy?.command)}`,
    280,
  )
}
