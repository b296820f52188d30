// What people fill in.
import { LIMITS } from '../kernel/text.ts'
import type { Form } from './post.ts'

export const missionForm = (): Form => ({
  id: 'propose',
  about: '',
  title: 'Propose a mission',
  submit: 'Propose',
  fields: [
    {
      id: 'target',
      label: 'Target',
      hint: 'May be left out where there is only one',
      kind: 'line',
      required: false,
      limit: 40,
    },
    { id: 'title', label: 'Title', kind: 'line', required: true, limit: LIMITS.title },
    { id: 'rationale', label: 'Why, and what it should bring', kind: 'text', required: true, limit: 2_000 },
    {
      id: 'claim',
      label: 'Claim',
      hint: 'Such as: latency 5 (ms), performance 10 (%), coverage 2; empty: no harm',
      kind: 'line',
      required: false,
      limit: 200,
    },
    {
      id: 'change',
      label: 'Change',
      hint: 'A branch or commit, a pull request URL, or a patch; empty: attach it later',
      kind: 'text',
      required: false,
      limit: 3_000,
    },
  ],
})

/** `about`: the mission whose change is live. */
export const rollbackForm = (mission: string): Form => ({
  id: 'rollback',
  about: mission,
  title: 'Roll back',
  submit: 'Roll back',
  fields: [
    {
      id: 'reason',
      label: 'What is wrong with it',
      hint: 'Shown to everybody; it goes into the CAPA',
      kind: 'text',
      required: true,
      limit: LIMITS.reason,
    },
  ],
})

/** `about`: the session that is being voted on. */
export const rejectForm = (session: string): Form => ({
  id: 'reject',
  about: session,
  title: 'Reject this change',
  submit: 'Reject',
  fields: [
    {
      id: 'reason',
      label: 'Reason',
      hint: 'Shown to everybody; it helps the next revision',
      kind: 'text',
      required: true,
      limit: LIMITS.reason,
    },
  ],
})
