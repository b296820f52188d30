// What was measured: trust and how it came about, the KPIs with their intervals, the chart.
import type { VNode } from 'preact'
import type { Card, KpiLine } from '../../../src/cards/card.ts'
import { kpiNumber } from '../../../src/cards/kpi-table.ts'
import { openCheckLines } from '../../../src/cards/trust-lines.ts'
import { partName } from '../../../src/trust/holds.ts'
import { percent } from '../../../src/trust/trust.ts'
import { bar, html } from '../html.ts'

export function trustSection({ trust, holds, checks, isolation, timeline }: Card): VNode | null {
  if (!trust) return null
  return html`<section aria-labelledby="trust">
    <h2 id="trust">Trust</h2>
    <p class=${`trust ${trust.reached ? 'good' : 'low'}`}>
      <strong>${trust.shown}</strong> of ${trust.threshold} needed${' '}
      ${trust.shown === trust.formula ? '' : ` (the formula alone says ${trust.formula}; a hold keeps it below)`}
    </p>
    ${list('In the way', [...holds, ...openCheckLines(checks)])}
    ${list(
      'What would bring it there',
      trust.mends.map((mend) => `${mend.sentence} (then ${mend.trust})`),
    )}
    <details>
      <summary>How the score came about</summary>
      <div class="wide" tabindex="0" role="region" aria-label="Waterfall of the trust score">
        <table>
          <thead><tr><th scope="col">Part</th><th scope="col">Brought</th><th scope="col">Possible</th><td></td></tr></thead>
          <tbody>
            ${trust.waterfall.map(
              (step) => html`<tr>
                <th scope="row">${partName(step.part)}</th>
                <td class="figure">${percent(step.brought)}</td>
                <td class="figure">${percent(step.possible)}</td>
                <td>${bar(step.possible === 0 ? 0 : step.brought / step.possible, step.brought === step.possible ? 'good' : 'low')}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
    ${
      isolation &&
      html`<details>
        <summary>Isolation: ${isolation.level}</summary>
        <ul>${isolation.off.map((what) => html`<li>${what}</li>`)}</ul>
      </details>`
    }
    ${
      timeline.length > 0 &&
      html`<details>
        <summary>Measured in ${Math.round(timeline.reduce((sum, { seconds }) => sum + seconds, 0))} s</summary>
        <ul>${timeline.map(({ step, seconds }) => html`<li>${step}: ${seconds} s</li>`)}</ul>
      </details>`
    }
  </section>` as VNode
}

const list = (title: string, items: readonly string[]): VNode | null =>
  items.length === 0
    ? null
    : (html`<h3>${title}</h3><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` as VNode)

export function kpiSection({ kpis }: Card): VNode | null {
  if (kpis.length === 0) return null
  return html`<section aria-labelledby="kpis">
    <h2 id="kpis">Seven KPIs</h2>
    ${kpiTable(kpis)}
  </section>` as VNode
}

/** What was measured last, for who waits for the next. */
export function beforeSection({ before }: Card): VNode | null {
  if (!before) return null
  return html`<section aria-labelledby="before">
    <h2 id="before">Measured before</h2>
    <p>Trust of revision ${before.revision} was ${before.trust}. These figures decide nothing any more.</p>
    <details>
      <summary>Its seven KPIs</summary>
      ${kpiTable(before.kpis)}
    </details>
  </section>` as VNode
}

function kpiTable(kpis: readonly KpiLine[]): VNode {
  return html`<div class="wide" tabindex="0" role="region" aria-label="KPIs with their intervals">
    <table>
      <thead>
        <tr>
          <th scope="col">KPI</th>
          <th scope="col">Value</th>
          <th scope="col">Gain, 95 % interval</th>
          <th scope="col">Verdict</th>
          <th scope="col">Noise</th>
          <th scope="col">Rests on</th>
        </tr>
      </thead>
      <tbody>
        ${kpis.map(
          (row) => html`<tr>
            <th scope="row">${row.name}</th>
            <td class="figure">${row.value === null ? 'no data' : `${kpiNumber(row.value)} ${row.unit}`}</td>
            <td class="figure">${interval(row)}</td>
            <td><span class=${`verdict ${row.verdict.replace(' ', '-')}`}>${row.verdict}</span></td>
            <td class="figure">${row.noise ?? '–'}</td>
            <td class="note">${row.note}${row.claimed ? html` <strong>Claimed: ${row.claimed}</strong>` : null}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>` as VNode
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${kpiNumber(value)}`

function interval({ interval: gain, unit }: KpiLine): VNode | string {
  if (!gain) return '–'
  const [from, to] = gain
  return from === to
    ? `${signed(from)} ${unit}`
    : (html`${signed(from)} … ${signed(to)} ${unit}${whisker(from, to)}` as VNode)
}

/** The interval on a line with its zero: left is worse, right is better. */
function whisker(from: number, to: number): VNode {
  const reach = Math.max(Math.abs(from), Math.abs(to)) || 1
  const at = (value: number) => Math.round((50 + (value / reach) * 48) * 10) / 10
  return html`<svg class="whisker" viewBox="0 0 100 8" aria-hidden="true">
    <line class="axis" x1="0" y1="4" x2="100" y2="4" />
    <line class="zero" x1="50" y1="0" x2="50" y2="8" />
    <line class=${from > 0 ? 'span good' : to < 0 ? 'span bad' : 'span'} x1=${at(from)} y1="4" x2=${Math.max(at(to), at(from) + 1)} y2="4" />
  </svg>` as VNode
}

/** `text` says the same as the picture. */
export function chartSection(card: Card, text: string, evidence: string): VNode | null {
  if (card.chart.length === 0) return null
  const source = (theme: string) => `/missions/${card.name}/chart.svg?theme=${theme}&of=${evidence}`
  return html`<section aria-labelledby="chart">
    <h2 id="chart">Before and after</h2>
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset=${source('dark')} />
      <img class="chart" src=${source('light')} alt=${text} width="436" height="150" />
    </picture>
  </section>` as VNode
}
