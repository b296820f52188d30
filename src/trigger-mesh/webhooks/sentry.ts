// What a Sentry integration sends: https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
import { z } from 'zod'
import { firstOf, type Noticed } from './noticed.ts'

const RANK: Readonly<Record<string, number>> = { fatal: 4, error: 3, warning: 2, info: 1, debug: 1 }

const issue = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  title: z.string(),
  culprit: z.string().nullish(),
  level: z.string().nullish(),
  web_url: z.string().nullish(),
  permalink: z.string().nullish(),
  shortId: z.string().nullish(),
})
const event = z.object({
  issue_id: z.union([z.string(), z.number()]).transform(String),
  title: z.string(),
  culprit: z.string().nullish(),
  level: z.string().nullish(),
  web_url: z.string().nullish(),
})
const hook = z.object({
  action: z.string(),
  data: z.object({ issue: issue.optional(), event: event.optional() }),
})

/** An issue is the same one as long as Sentry says so. Its end, and what is about no issue, is nothing to find. */
export function issuesIn(body: unknown): Noticed[] {
  const { action, data } = hook.parse(body)
  if (['resolved', 'archived', 'ignored', 'assigned'].includes(action)) return []
  const seen = data.issue ?? data.event
  if (!seen) return []
  const id = 'id' in seen ? seen.id : seen.issue_id
  const url = seen.web_url ?? ('permalink' in seen ? seen.permalink : undefined)
  return [
    {
      fields: { issue: id },
      title: firstOf(seen.title, `Sentry issue ${id}`),
      summary: firstOf([seen.title, seen.culprit].filter(Boolean).join(' in '), `Sentry issue ${id}`),
      rationale: `Sentry sees this error${'shortId' in seen && seen.shortId ? ` (${seen.shortId})` : ''} in production.`,
      evidence: { issue: id, ...(seen.level ? { level: seen.level } : {}), ...(url ? { url } : {}) },
      magnitude: RANK[seen.level ?? ''] ?? 3,
    },
  ]
}
