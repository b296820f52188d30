// The form to propose a mission: the same one that chat opens.
import type { VNode } from 'preact'
import { missionForm } from '../../src/cards/forms.ts'
import type { Field } from '../../src/cards/post.ts'
import { html } from './html.ts'

export function proposeBody(
  targets: readonly string[],
  typed: Readonly<Record<string, string>> = {},
  faults: Readonly<Record<string, string>> = {},
): VNode {
  return html`<h1>Propose a mission</h1>
    <form method="post" action="/propose" class="propose">
      ${missionForm().fields.map((field) => one(field, targets, typed[field.id] ?? '', faults[field.id]))}
      <button class="primary">Propose</button>
    </form>` as VNode
}

function one(field: Field, targets: readonly string[], value: string, fault: string | undefined): VNode {
  const { id, label, hint, required, limit } = field
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined
  const common = {
    id,
    name: id,
    required,
    'aria-describedby': described,
    'aria-invalid': fault ? 'true' : undefined,
  }
  const input =
    id === 'target'
      ? html`<select ...${common}>
          ${targets.length > 1 ? html`<option value="">Choose one</option>` : null}
          ${targets.map((name) => html`<option value=${name} selected=${name === value}>${name}</option>`)}
        </select>`
      : field.kind === 'text'
        ? html`<textarea ...${common} rows=${id === 'change' ? 10 : 4} maxlength=${id === 'change' ? undefined : limit} spellcheck=${id === 'change' ? 'false' : undefined}>${value}</textarea>`
        : html`<input ...${common} value=${value} maxlength=${limit} />`
  return html`<p class="field">
    <label for=${id}>${label}${required ? '' : html` <span class="hint">(optional)</span>`}</label>
    ${hint && html`<span class="hint below" id=${`${id}-hint`}>${hint}</span>`}
    ${input}
    ${fault && html`<span class="fault" id=${`${id}-fault`}>${fault}</span>`}
  </p>` as VNode
}
