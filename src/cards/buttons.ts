// What can be pressed on a card, and what is asked before it counts.
import type { Target } from '../config/config.ts'
import type { Command } from '../config/units.ts'
import { oneLine } from '../kernel/text.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import type { Button, Card } from './card.ts'

export function buttonsOf(
  { mission, vote, measured, execution }: MissionStory,
  change: Card['change'],
  target: Target | undefined,
): Button[] {
  const details: Button = {
    action: 'details',
    about: mission.id,
    label: 'Details',
    style: 'plain',
    confirm: null,
  }
  if (mission.phase === 'complete' || mission.phase === 'detected') return [details]
  if (execution?.state === 'watching')
    return [
      { action: 'rollback', about: mission.id, label: 'Roll back', style: 'danger', confirm: null },
      details,
    ]
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
    { action: 'approve', about, label: 'Approve', style: 'primary', confirm: warningOf(change, target) },
    { action: 'reject', about, label: 'Reject', style: 'danger', confirm: null },
    { action: 'abstain', about, label: 'Abstain', style: 'plain', confirm: null },
    details,
    ...revise,
  ]
}

const words = (command: Command): string => (typeof command === 'string' ? command : command.join(' '))

function goesLive({ deploy, github }: Target): string {
  if (deploy?.command) return `and this runs: ${words(deploy.command)}`
  return deploy && github?.environment
    ? `and deployed to ${github.environment} by what listens on GitHub`
    : 'and this runs: nothing'
}

/** What approving sets in motion; null where the risk is not high. */
export function warningOf(change: Card['change'], target: Target | undefined): string | null {
  if (!change || !target || change.risk === 'low' || change.risk === 'medium') return null
  return oneLine(
    `${change.risk === 'high' ? 'High' : 'Critical'} risk. If it passes, ${change.files} ${change.files === 1 ? 'file' : 'files'} of ${target.name} are merged into ${target.branch} ${goesLive(target)}`,
    280,
  )
}
