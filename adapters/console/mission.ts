// One mission, whole: the same card as in chat, and what stands behind it.
import type { VNode } from 'preact'
import { stepName } from '../../src/cards/announcement.ts'
import { type Card, cardOf } from '../../src/cards/card.ts'
import type { Config } from '../../src/config/config.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import type { AuditEntry } from '../../src/mission/audit-mission.ts'
import type { MissionStory } from '../../src/mission/read-mission.ts'
import { chartText } from '../chart/chart-text.ts'
import { html } from './html.ts'
import { actionsSection } from './sections/actions.ts'
import { agentsSection } from './sections/agents.ts'
import { capaSection } from './sections/capa.ts'
import { changeSection, testsSection } from './sections/change.ts'
import { checksSection } from './sections/checks.ts'
import { beforeSection, chartSection, kpiSection, trustSection } from './sections/measured.ts'
import { feedbackSection, historySection } from './sections/talk.ts'
import { type Typed, voteSection } from './sections/vote.ts'

export function missionBody(
  story: MissionStory,
  entries: readonly AuditEntry[],
  config: Config,
  actor: Actor,
  typed?: Typed,
): VNode {
  const card = cardOf(story, config)
  const { mission, vote, measured, candidate } = story
  const cast = vote?.ballots.find((ballot) => ballot.member === actor.id && ballot.vote !== 'withdrawn')
  const elector = vote?.electors.find((one) => one.member === actor.id && one.active)
  return html`<article data-mission=${mission.id}>
    <h1><span class="name">${card.name}</span> ${card.title}</h1>
    ${standing(card)}
    ${card.why.map((why) => html`<p>${why}</p>`)}
    ${trustSection(card)}
    ${voteSection(card, cast?.vote, typed)}
    ${chartSection(card, chartText(card.chart), measured?.evidence.id ?? '')}
    ${kpiSection(card)}
    ${beforeSection(card)}
    ${checksSection(card.name, measured?.checks ?? [], elector?.mayApprove === true, typed)}
    ${measured ? testsSection(measured.evidence.body) : null}
    ${changeSection(card, candidate?.patch ?? '')}
    ${agentsSection(card.name, story.transcripts)}
    ${feedbackSection(card.name, story.feedback, typed)}
    ${capaSection(card.name, story.capa, typed)}
    ${actionsSection(card.name, mission, typed)}
    ${historySection(entries)}
  </article>` as VNode
}

function standing(card: Card): VNode {
  const { progress } = card
  return html`<div class="standing" data-live id="standing">
    <p class="headline" role="status">${card.headline}</p>
    <p class="state">
      <span>${card.target}</span><span>${card.outcome ?? card.phase}</span>
      ${card.change ? html`<span>revision ${card.change.revision}</span><span>risk ${card.change.risk}</span>` : null}
    </p>
    ${card.state ? html`<p>${card.state}</p>` : null}
    ${
      progress
        ? html`<p>
            <label for="progress">${stepName(progress.step)}</label>
            <progress id="progress" value=${progress.done} max="1">${Math.round(progress.done * 100)} %</progress>
          </p>`
        : null
    }
  </div>` as VNode
}
