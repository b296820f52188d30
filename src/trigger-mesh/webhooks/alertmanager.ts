// What Prometheus' Alertmanager sends: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (version 4).
import { z } from 'zod'
import { firstOf, type Noticed } from './noticed.ts'

const RANK: Readonly<Record<string, number>> = { critical: 4, error: 3, warning: 2, info: 1 }

const notification = z.object({
  version: z.literal('4'),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()).default({}),
      startsAt: z.string().optional(),
      generatorURL: z.string().optional(),
      fingerprint: z.string().min(1),
    }),
  ),
})

/** An alert is the same one as long as Alertmanager's own fingerprint is. One that is resolved is none. */
export function alertsIn(body: unknown): Noticed[] {
  return notification
    .parse(body)
    .alerts.filter(({ status }) => status === 'firing')
    .map(({ labels, annotations, fingerprint, generatorURL, startsAt }) => {
      const name = labels.alertname ?? 'an alert without a name'
      return {
        fields: { alert: name, fingerprint },
        title: firstOf(annotations.summary, name),
        summary: firstOf(annotations.summary, annotations.description, name),
        rationale: firstOf(annotations.description, annotations.summary, `The alert ${name} fires.`),
        evidence: {
          labels,
          ...(startsAt ? { since: startsAt } : {}),
          ...(generatorURL ? { url: generatorURL } : {}),
        },
        magnitude: RANK[labels.severity ?? ''] ?? 2,
      }
    })
}
