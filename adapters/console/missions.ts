// The list of missions, with filters that work without a script.
import type { VNode } from 'preact'
import { headlineOf } from '../../src/cards/headline.ts'
import { shortName } from '../../src/kernel/ids.ts'
import type { MissionList, MissionPage } from '../../src/mission/list-missions.ts'
import { OUTCOMES, type Outcome, PHASES, type Phase } from '../../src/mission/phases.ts'
import { percent } from '../../src/trust/trust.ts'
import { bar, html, moment } from './html.ts'

/** As it stands in the URL. What is not known there filters nothing. */
export interface Filter {
  readonly state: string
  readonly target: string
  readonly before: number | undefined
}

const STATES: readonly (readonly [value: string, label: string])[] = [
  ['', 'All'],
  ['open', 'Open'],
  ...PHASES.filter((phase) => phase !== 'complete').map((phase) => [phase, phase.replace('_', ' ')] as const),
  ...OUTCOMES.map((outcome) => [outcome, outcome.replace('_', ' ')] as const),
]

export function filterOf(query: Readonly<Record<string, unknown>>, targets: readonly string[]): Filter {
  const of = (name: string) => (typeof query[name] === 'string' ? (query[name] as string) : '')
  return {
    state: STATES.some(([value]) => value === of('state')) ? of('state') : '',
    target: targets.includes(of('target')) ? of('target') : '',
    before: /^\d{1,9}$/.test(of('before')) ? Number(of('before')) : undefined,
  }
}

const PER_PAGE = 25

export const queryOf = ({ state, target, before }: Filter): Parameters<MissionList['page']>[0] => ({
  limit: PER_PAGE,
  before,
  target: target || undefined,
  open: state === 'open',
  phase: PHASES.find((phase): phase is Phase => phase === state),
  outcome: OUTCOMES.find((outcome): outcome is Outcome => outcome === state),
})

const addressOf = ({ state, target }: Filter, before: number): string =>
  `/?${new URLSearchParams({ ...(state ? { state } : {}), ...(target ? { target } : {}), before: String(before) })}`

export function missionsBody(
  { total, rows, next }: MissionPage,
  filter: Filter,
  targets: readonly string[],
): VNode {
  const option =
    (chosen: string) =>
    ([value, label]: readonly [string, string]) =>
      html`<option value=${value} selected=${value === chosen}>${label}</option>`
  return html`<h1>Missions</h1>
    <form class="filter" method="get" action="/" role="search" aria-label="Missions">
      <span class="field">
        <label for="state">State</label>
        <select id="state" name="state">${STATES.map(option(filter.state))}</select>
      </span>
      <span class="field">
        <label for="target">Target</label>
        <select id="target" name="target">
          ${option(filter.target)(['', 'All'])}${targets.map((name) => option(filter.target)([name, name]))}
        </select>
      </span>
      <button>Show</button>
    </form>
    <p class="count" role="status">${total === 1 ? '1 mission' : `${total} missions`}</p>
    ${
      rows.length === 0
        ? html`<p>
            None yet. Grace opens one when it finds something to improve, or <a href="/propose">propose one</a>.
          </p>`
        : html`<ol class="missions" data-live>
            ${rows.map(
              ({ mission, trust }) => html`<li key=${mission.id}>
                <p class="line">
                  <a href=${`/missions/${shortName(mission.number)}`}>
                    <span class="name">${shortName(mission.number)}</span> ${mission.title}
                  </a>
                </p>
                <p class="state">
                  <span>${headlineOf({ mission, vote: undefined, execution: undefined })}</span>
                  <span>${mission.target}</span>
                  <span>${trust === null ? 'not measured' : `trust ${percent(trust)}`}</span>
                  <span>${moment(mission.createdAt)}</span>
                </p>
                ${trust === null ? null : bar(trust / 10_000, trust >= 9_500 ? 'good' : 'low')}
              </li>`,
            )}
          </ol>`
    }
    ${next === null ? null : html`<p><a class="more" href=${addressOf(filter, next)}>Older missions</a></p>`}` as VNode
}
