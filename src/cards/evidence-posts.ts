// The full evidence, as posts for the thread: what takes two minutes to examine.
import type { MissionStory } from '../mission/read-mission.ts'
import type { Card } from './card.ts'
import type { Post } from './post.ts'
import { inTheWayLines, waterfallLines } from './trust-lines.ts'

const sign = (value: number): string => `${value > 0 ? '+' : ''}${Math.round(value * 1000) / 1000}`

export function evidencePosts({ candidate }: MissionStory, card: Card): Post[] {
  if (!card.trust) return []
  const kpis: Post = {
    title: `Evidence: the seven KPIs (revision ${card.change?.revision ?? 1})`,
    lines: card.kpis.map((row) =>
      [
        `${row.name}: ${row.verdict}`,
        row.interval ? `${sign(row.interval[0])} to ${sign(row.interval[1])} ${row.unit}` : '',
        row.claimed ? `claimed ${row.claimed}` : '',
        row.note,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
  }
  const trust: Post = {
    title: `Trust ${card.trust.shown} (the formula says ${card.trust.formula}, ${card.trust.threshold} are needed)`,
    lines: [...waterfallLines(card.trust), ...inTheWayLines(card)],
  }
  const checks: Post = {
    title: 'Checks',
    lines: card.checks.map(
      (check) =>
        `${check.family} · ${check.title}: ${check.verdict.replace('_', ' ')}. ${check.reason}${
          check.notYetChecked.length > 0 ? ` Not yet checked: ${check.notYetChecked.join('; ')}.` : ''
        }`,
    ),
  }
  const isolation: Post[] = card.isolation
    ? [
        {
          title: '',
          lines: [
            `Isolation: ${card.isolation.level}.${card.isolation.off.length > 0 ? ` Off: ${card.isolation.off.join('; ')}.` : ''}`,
          ],
        },
      ]
    : []
  const diff: Post[] = candidate
    ? [{ title: 'The change', lines: [], code: { language: 'diff', text: candidate.patch } }]
    : []
  return [kpis, trust, checks, ...isolation, ...diff]
}
