// How far a mission is, as Grace's check on the pull request that it came as. What is there now is shown: of many that are
// wanted, the last is enough.
import type { Shown } from '../candidate/pull-requests.ts'
import { cardOf } from '../cards/card.ts'
import { summaryOf } from '../cards/summary.ts'
import { fenced } from '../kernel/text.ts'
import type { Effect } from '../kernel/work.ts'
import { type MissionControl, targetOf } from '../mission/context.ts'
import type { Mission } from '../mission/mission.ts'
import { type MissionStory, storyOf } from '../mission/read-mission.ts'

const SHOW_EVERY_MS = 1_500

/** After an announcement; nothing where its target is not on GitHub. */
export const pullRequestEffects = (
  config: MissionControl['config'],
  mission: Pick<Mission, 'id' | 'target'>,
): Effect[] =>
  config.targets.get(mission.target)?.github
    ? [
        {
          kind: 'show-on-pull-request',
          payload: { mission: mission.id },
          key: `pull-request:${mission.id}`,
          afterMs: SHOW_EVERY_MS,
        },
      ]
    : []

export async function showOnPullRequest(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'pullRequests' | 'pageOf'>,
  id: string,
): Promise<void> {
  const { story, candidate } = await ctx.transact(async (stores) => ({
    story: await storyOf(stores, id),
    // Also one that the mission no longer stands by: its check would say for ever that it is being tested.
    candidate: await stores.candidates.latest(id),
  }))
  const { mission } = story
  const target = targetOf(ctx.config, mission.target)
  if (!target.github || !candidate?.pullRequest) return
  const card = cardOf(story, ctx.config)
  const lines = [`${card.name} ${card.title}`, ...summaryOf(card).lines]
  await ctx.pullRequests.show(target, candidate.pullRequest.head, {
    state: checkStateOf(story),
    title: card.headline,
    summary: fenced(lines),
    url: ctx.pageOf(mission.number),
  })
}

/** Green from the unlock on and never before: where a branch requires the check, that is the only way to it. */
export function checkStateOf({
  mission: { phase, outcome, candidate, evidence },
}: Pick<MissionStory, 'mission'>): Shown['state'] {
  switch (phase) {
    case 'live_execution':
    case 'monitoring':
      return 'success'
    case 'complete':
      if (outcome === 'succeeded' || outcome === 'inconclusive') return 'success'
      return outcome === 'cancelled' || outcome === 'superseded' ? 'cancelled' : 'failure'
    default:
      return candidate && !evidence ? 'queued' : 'in_progress'
  }
}
