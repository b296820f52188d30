// What other watchers notice, by webhook: each form is a file beside this one.
import { z } from 'zod'
import type { Target } from '../../config/config.ts'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine, visible } from '../../kernel/text.ts'
import type { Finding } from '../opportunity.ts'
import { findingsIn, MOST_FINDINGS } from '../own-detector.ts'
import { alertsIn } from './alertmanager.ts'
import { issuesIn } from './sentry.ts'

export type Webhook = Target['webhooks'][number]

/** Refuses (webhook_unreadable) a body that is not of the form: nothing of it is taken. */
export function findingsOf(
  target: string,
  { name, from }: Pick<Webhook, 'name' | 'from'>,
  body: string,
): Finding[] {
  try {
    const json: unknown = JSON.parse(body)
    if (from === 'standard')
      return findingsIn(
        target,
        name,
        [json]
          .flat()
          .map((one) => JSON.stringify(one))
          .join('\n'),
      )
    return (from === 'sentry' ? issuesIn(json) : alertsIn(json)).slice(0, MOST_FINDINGS).map((one) => ({
      ...one,
      target,
      detector: name,
      fields: Object.fromEntries(Object.entries(one.fields).map(([key, value]) => [key, oneLine(value)])),
      title: oneLine(one.title),
      summary: oneLine(one.summary, 1_000),
      rationale: visible(one.rationale).slice(0, 4_000),
      claims: [{ kind: 'no_harm' as const }],
    }))
  } catch (error) {
    const why = whyUnreadable(error)
    if (why === undefined) throw error
    throw new Refusal(
      'invalid',
      'webhook_unreadable',
      `This is not what ${from} sends: ${why}.`,
      `Check that ${name} of ${target} is really ${from}'s; docs/finding.md has the forms.`,
    )
  }
}

function whyUnreadable(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return 'it is no JSON'
  if (!(error instanceof z.ZodError)) return undefined
  const [{ path, message }] = error.issues as [z.core.$ZodIssue]
  return `${path.join('.')}: ${message}`
}
