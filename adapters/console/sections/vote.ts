// The vote: how it stands, and the buttons, each about the session that the page was made for.
import type { VNode } from 'preact'
import { type Card, selfApproval } from '../../../src/cards/card.ts'
import { LIMITS } from '../../../src/kernel/text.ts'
import { html, moment } from '../html.ts'

export interface Typed {
  /** Which form was refused, and what was typed into it. */
  readonly form: string
  readonly values: Readonly<Record<string, string>>
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** `as`: the vote of whoever looks, if there is one. */
export function voteSection(card: Card, as: string | undefined, typed: Typed | undefined): VNode | null {
  const { vote } = card
  if (!vote) return null
  const open = vote.state === 'open'
  return html`<section aria-labelledby="vote">
    <h2 id="vote">${open ? 'The vote' : `The vote (${vote.state})`}</h2>
    <p data-live id="tally">
      ${count(vote.approvals, 'approval')}, ${count(vote.rejects, 'reject')}, ${count(vote.abstentions, 'abstention')}. Needed: ${vote.rule}${open ? html`, by ${moment(vote.deadline)}` : ''}.
      ${vote.selfApproved ? ` ${selfApproval(vote)}: only its author may vote.` : ''}
    </p>
    <ul class="votes" data-live id="votes">
      ${vote.votes.map(
        ({ name, vote: cast, passkey, carried }) =>
          html`<li><strong>${name}</strong>: ${cast}${passkey ? ' (passkey)' : ''}${carried ? ' (carried over: only the base moved)' : ''}</li>`,
      )}
      ${open && vote.notVoted.length > 0 ? html`<li>Not voted: ${vote.notVoted.join(', ')}</li>` : null}
    </ul>
    ${open ? voteForm(card, vote.session, as, typed) : null}
  </section>` as VNode
}

function voteForm(card: Card, session: string, as: string | undefined, typed: Typed | undefined): VNode {
  const confirm = card.buttons.find((button) => button.action === 'approve')?.confirm ?? null
  const values = typed?.form === 'vote' ? typed.values : {}
  const needsPasskey = card.vote?.needsPasskey ?? false
  return html`<form method="post" action=${`/missions/${card.name}/vote`} class="ballot" data-passkey=${needsPasskey || undefined}>
    <input type="hidden" name="session" value=${session} />
    ${as ? html`<p>Your vote is <strong>${as}</strong>; a new one replaces it.</p>` : null}
    <label for="reason">Reason <span class="hint">(needed to reject; everybody reads it)</span></label>
    <textarea id="reason" name="reason" rows="2" maxlength=${LIMITS.reason}>${values.reason ?? ''}</textarea>
    ${
      confirm &&
      html`<p class="confirm">
        <input type="checkbox" id="confirmed" name="confirmed" value="yes" checked=${values.confirmed === 'yes'} />
        <label for="confirmed">To approve: ${confirm}</label>
      </p>`
    }
    ${
      needsPasskey &&
      html`<p class="hint">
        At this risk an approval needs your passkey: the browser asks for it, or makes one if you have none yet.
        <span data-told role="status"></span>
      </p>`
    }
    <p class="buttons">
      <button class="primary" name="vote" value="approve">Approve${needsPasskey ? ' with passkey' : ''}</button>
      <button class="danger" name="vote" value="reject">Reject</button>
      <button name="vote" value="abstain">Abstain</button>
      ${as ? html`<button class="quiet" name="vote" value="withdrawn">Withdraw my vote</button>` : null}
    </p>
  </form>` as VNode
}
