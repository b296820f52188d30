// What people said about it, with a box to reply in; and the mission's story as the ledger has it.
import type { VNode } from 'preact'
import { historyLine } from '../../../src/cards/history.ts'
import { LIMITS } from '../../../src/kernel/text.ts'
import type { AuditEntry } from '../../../src/mission/audit-mission.ts'
import type { Feedback } from '../../../src/mission/context.ts'
import type { Phase } from '../../../src/mission/phases.ts'
import { html, moment, outward } from '../html.ts'
import type { Typed } from './vote.ts'

export function feedbackSection(
  name: string,
  feedback: readonly Feedback[],
  typed: Typed | undefined,
): VNode {
  return html`<section aria-labelledby="feedback">
    <h2 id="feedback">Feedback</h2>
    <ol class="thread" data-live id="thread">
      ${feedback.map(
        (one) => html`<li key=${one.id}>
          <p class="by">
            <strong>${one.author.name}</strong> on ${one.source}, ${moment(one.at)}${one.editedAt ? ' (edited)' : ''}${' '}
            ${outward(one.permalink, 'in the thread')}
          </p>
          <p class="words">${one.text}</p>
        </li>`,
      )}
    </ol>
    ${feedback.length === 0 ? html`<p>Nobody has said anything yet.</p>` : null}
    <form method="post" action=${`/missions/${name}/feedback`}>
      <label for="text">Your feedback <span class="hint">(it goes to the next revision as well)</span></label>
      <textarea id="text" name="text" rows="3" required maxlength=${LIMITS.feedback}>${typed?.form === 'feedback' ? (typed.values.text ?? '') : ''}</textarea>
      <button>Say it</button>
    </form>
  </section>` as VNode
}

interface Stay {
  readonly phase: string
  readonly from: string
  /** Null while it is there. */
  readonly until: string | null
}

/** How long the mission was in which phase. */
function staysOf(entries: readonly AuditEntry[]): Stay[] {
  const moves = entries.flatMap(({ kind, at, facts }) =>
    kind === 'MissionOpened'
      ? [{ at, phase: facts.phase as Phase }]
      : kind === 'MissionMoved'
        ? [{ at, phase: facts.to as Phase }]
        : [],
  )
  return moves.map(({ at, phase }, i) => ({
    phase,
    from: at,
    until: phase === 'complete' ? at : (moves[i + 1]?.at ?? null),
  }))
}

function span(from: string, until: string): string {
  const seconds = (Date.parse(until) - Date.parse(from)) / 1000
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

export function historySection(entries: readonly AuditEntry[]): VNode {
  return html`<section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="timeline" data-live id="stays">
        ${staysOf(entries).map(
          ({ phase, from, until }) => html`<li>
            <strong>${phase.replace('_', ' ')}</strong> ${moment(from)}${
              phase === 'complete' ? '' : until === null ? ', since then' : `, for ${span(from, until)}`
            }
          </li>`,
        )}
      </ol>
    </section>
    <section aria-labelledby="history">
      <h2 id="history">History, from the ledger</h2>
      <details>
        <summary>${entries.length} entries, signed and append-only</summary>
        <ol class="history" data-live id="entries">
          ${entries.map(
            (entry) => html`<li>
              <span class="seq">${entry.seq === null ? 'queued' : `#${entry.seq}`}</span>${' '}
              ${moment(entry.at)} <strong>${entry.actor}</strong> ${historyLine(entry)}
            </li>`,
          )}
        </ol>
      </details>
    </section>` as VNode
}
