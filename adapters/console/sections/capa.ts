// The ticket that a rollback opened: as it stands, and what a voter does about it.
import type { VNode } from 'preact'
import type { CapaRecord } from '../../../src/execution/capa.ts'
import { LIMITS } from '../../../src/kernel/text.ts'
import { html, moment } from '../html.ts'
import type { Typed } from './vote.ts'

export function capaSection(
  name: string,
  capa: CapaRecord | undefined,
  typed: Typed | undefined,
): VNode | null {
  if (!capa) return null
  const words = (field: 'owner' | 'cause' | 'corrective' | 'preventive' | 'due', now: string) =>
    typed?.form === 'capa' ? (typed.values[field] ?? '') : now
  const text = (field: 'cause' | 'corrective' | 'preventive', label: string) =>
    html`<label for=${`capa-${field}`}>${label}</label>
      <textarea id=${`capa-${field}`} name=${field} rows="2" required maxlength=${LIMITS[field]}>${words(field, capa[field])}</textarea>`
  return html`<section aria-labelledby="capa">
    <h2 id="capa">CAPA-${capa.number} (${capa.state})</h2>
    <p>${capa.summary} ${capa.owner ? `${capa.owner} answers for it.` : 'Nobody answers for it yet.'} Due ${moment(capa.dueAt)}.</p>
    <dl>
      <dt>Cause</dt><dd>${capa.cause}</dd>
      <dt>Corrective</dt><dd>${capa.corrective}</dd>
      <dt>Preventive</dt><dd>${capa.preventive}</dd>
    </dl>
    ${
      capa.state === 'closed'
        ? null
        : html`<details open=${typed?.form === 'capa'}>
              <summary>Work on it</summary>
              <form method="post" action=${`/missions/${name}/capa`}>
                <label for="capa-owner">Owner: a member</label>
                <input id="capa-owner" name="owner" required maxlength="40" value=${words('owner', capa.owner ?? '')} />
                ${text('cause', 'Cause')} ${text('corrective', 'Corrective action')} ${text('preventive', 'Preventive action')}
                <label for="capa-due">Due</label>
                <input id="capa-due" name="due" type="date" required value=${words('due', capa.dueAt.toISOString().slice(0, 10))} />
                <button>Keep it</button>
              </form>
            </details>
            <details open=${typed?.form === 'capa-close'}>
              <summary>Close it</summary>
              <form method="post" action=${`/missions/${name}/capa-close`}>
                <label for="capa-close-reason">What was done. Live traffic is asked whether it helped.</label>
                <textarea id="capa-close-reason" name="reason" rows="2" required maxlength=${LIMITS.reason}>${typed?.form === 'capa-close' ? (typed.values.reason ?? '') : ''}</textarea>
                <button>Close it</button>
              </form>
            </details>`
    }
  </section>` as VNode
}
