// The checks, each with what it looked at and what it found; and the form for those that ask for a person.
import type { VNode } from 'preact'
import type { CheckResult } from '../../../src/checks/ask.ts'
import { LIMITS } from '../../../src/kernel/text.ts'
import { FAMILIES, type Verdict } from '../../../src/trust/trust.ts'
import { html, moment } from '../html.ts'
import type { Typed } from './vote.ts'

const MARKS: Readonly<Record<Verdict, string>> = {
  pass: '✔',
  attested: '✔',
  not_applicable: '–',
  fail: '✘',
  unknown: '?',
  needs_human: '✋',
}

export function checksSection(
  name: string,
  checks: readonly CheckResult[],
  mayAttest: boolean,
  typed: Typed | undefined,
): VNode | null {
  if (checks.length === 0) return null
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks</h2>
    ${FAMILIES.map(
      (family) => html`<h3>${family}</h3>
        ${checks
          .filter((check) => check.family === family)
          .map((check) => one(name, check, mayAttest && check.verdict === 'needs_human', typed))}`,
    )}
  </section>` as VNode
}

function one(name: string, check: CheckResult, attestable: boolean, typed: Typed | undefined): VNode {
  const { verdict } = check
  const reason = typed?.form === `attest:${check.id}` ? (typed.values.reason ?? '') : ''
  return html`<details class=${`check ${verdict}`} open=${verdict === 'fail' || verdict === 'needs_human'}>
    <summary>
      <span aria-hidden="true">${MARKS[verdict]}</span> ${check.title}: ${verdict.replaceAll('_', ' ')}
    </summary>
    <p>${check.reason}</p>
    ${
      check.evidence.length > 0 &&
      html`<ul>${check.evidence.map(({ at, what }) => html`<li><code>${at}</code> ${what}</li>`)}</ul>`
    }
    <p class="hint">
      Looked at ${check.looksAt} (${check.durationMs} ms)${check.validUntil ? html`; good until ${moment(check.validUntil)}` : null}.${' '}
      ${check.notYetChecked.length > 0 ? ` Not yet checked: ${check.notYetChecked.join('; ')}.` : ''}
    </p>
    ${
      attestable &&
      html`<form method="post" action=${`/missions/${name}/attest`}>
        <input type="hidden" name="check" value=${check.id} />
        <label for=${`attest-${check.id}`}>Why this is all right, in your words</label>
        <textarea id=${`attest-${check.id}`} name="reason" rows="2" required maxlength=${LIMITS.reason}>${reason}</textarea>
        <button>Attest with my name</button>
      </form>`
    }
  </details>` as VNode
}
