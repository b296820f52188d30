// What came of the changes that went live.
import type { VNode } from 'preact'
import type { Learned } from '../../src/learning/read-learning.ts'
import { type TrackRecord, trackSentence } from '../../src/learning/track-record.ts'
import { html } from './html.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const KINDS = { target: 'Target', proposer: 'Opened by', author: 'Written by' } as const

const share = ({ interval: [lower, upper], expected }: TrackRecord): VNode =>
  html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=${`${percent(expected)}, between ${percent(lower)} and ${percent(upper)}`}>
    <rect class="whole" x="0" y="3" width="100" height="2" />
    <rect class="interval" x=${lower * 100} y="2" width=${(upper - lower) * 100} height="4" />
    <rect class="expected" x=${expected * 100 - 0.5} y="0" width="1" height="8" />
  </svg>` as VNode

export function learnedBody({ calibration, records }: Learned): VNode {
  if (calibration.brier === null && records.length === 0)
    return html`<h1>Learned</h1>
      <p>Nothing went live yet. Once something has, this says how often what came from whom held, and whether trust told so before.</p>` as VNode
  return html`<h1>Learned</h1>
    <section aria-labelledby="trust">
      <h2 id="trust">Trust, and what came of it</h2>
      <p>
        ${
          calibration.brier === null
            ? 'No outcome says anything yet.'
            : `${calibration.count} changes. Brier score ${calibration.brier.toFixed(4)}: 0 would be trust that always tells; lower is better.`
        }
      </p>
      ${
        calibration.bins.length > 0 &&
        html`<table>
        <thead><tr><th scope="col">Trust</th><th scope="col">On average</th><th scope="col">Held live</th><th scope="col">Expected, and the 95 % interval</th></tr></thead>
        <tbody>
          ${calibration.bins.map(
            ({ from, to, meanTrust, record }) =>
              html`<tr>
                <th scope="row">${from / 100}–${to / 100} %</th>
                <td>${percent(meanTrust)}</td>
                <td>${record.succeeded} of ${record.succeeded + record.rolledBack}</td>
                <td>${share(record)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`
      }
    </section>
    <section aria-labelledby="records">
      <h2 id="records">Track records</h2>
      <table>
        <thead><tr><th scope="col">Of</th><th scope="col">Held live</th><th scope="col">Expected, and the 95 % interval</th></tr></thead>
        <tbody>
          ${records.map(
            (record) =>
              html`<tr>
                <th scope="row">${KINDS[record.kind]} ${record.name}</th>
                <td>${trackSentence(record)}</td>
                <td>${share(record)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>` as VNode
}
