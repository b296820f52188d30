// What else a member can do to a mission; the verbs say who may.
import type { VNode } from 'preact'
import { LIMITS } from '../../../src/kernel/text.ts'
import { MOST_REVISIONS } from '../../../src/mission/improve.ts'
import { isAwaitingCandidate, type Mission } from '../../../src/mission/mission.ts'
import { html } from '../html.ts'
import type { Typed } from './vote.ts'

export function actionsSection(name: string, mission: Mission, typed: Typed | undefined): VNode | null {
  const { phase } = mission
  const before = phase === 'sandbox_testing' || phase === 'discussion' || phase === 'consensus'
  const words = (form: string, field: string) => (typed?.form === form ? (typed.values[field] ?? '') : '')
  const withReason = (form: string, what: string, hint: string, button: string) =>
    html`<details open=${typed?.form === form}>
      <summary>${what}</summary>
      <form method="post" action=${`/missions/${name}/${form}`}>
        <label for=${`${form}-reason`}>${hint}</label>
        <textarea id=${`${form}-reason`} name="reason" rows="2" required maxlength=${LIMITS.reason}>${words(form, 'reason')}</textarea>
        <button class="danger">${button}</button>
      </form>
    </details>`
  const simple = (form: string, what: string, says: string) =>
    html`<form method="post" action=${`/missions/${name}/${form}`} class="simple">
      <button>${what}</button> <span class="hint">${says}</span>
    </form>`
  if (phase === 'complete' || phase === 'detected' || phase === 'live_execution') return null
  return html`<section aria-labelledby="actions">
    <h2 id="actions">Do something else</h2>
    ${
      before
        ? html`<details open=${typed?.form === 'change'}>
            <summary>Attach ${mission.candidate ? 'a better' : 'the'} change</summary>
            <form method="post" action=${`/missions/${name}/change`}>
              <label for="change-text">A patch (git diff), a branch, a commit, or a pull request’s URL</label>
              <textarea id="change-text" name="change" rows="6" required spellcheck="false">${words('change', 'change')}</textarea>
              <button>Attach it</button>
              ${mission.candidate ? html`<span class="hint">Votes so far are void then.</span>` : null}
            </form>
          </details>`
        : null
    }
    ${mission.candidate && mission.revisions < MOST_REVISIONS && (phase !== 'sandbox_testing' ? before : isAwaitingCandidate(mission)) ? simple('retry', 'Measure again', `the same change on today’s code; votes so far are void, and it is try ${mission.revisions + 1} of ${MOST_REVISIONS}`) : null}
    ${
      mission.evidence && (phase === 'discussion' || phase === 'sandbox_testing')
        ? simple('revise', 'Revise with feedback', 'its playbook or agent tries again, with what was said')
        : null
    }
    ${before ? withReason('cancel', 'Cancel this mission', 'Why it ends here', 'Cancel it') : null}
    ${phase === 'monitoring' ? withReason('rollback', 'Roll it back now', 'What is wrong with it', 'Roll it back') : null}
  </section>` as VNode
}
