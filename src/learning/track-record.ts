// How often what came from somebody held live.
import { createRequire } from 'node:module'
import type { Lesson } from './lesson.ts'

const require = createRequire(import.meta.url)
/** Loaded when somebody asks: its many files would be at every start. */
const betaQuantile = (p: number, a: number, b: number): number =>
  (
    require('@stdlib/stats-base-dists-beta-quantile') as typeof import('@stdlib/stats-base-dists-beta-quantile')
  )(p, a, b)

export interface TrackRecord {
  readonly succeeded: number
  readonly rolledBack: number
  readonly inconclusive: number
  /** Share that will hold, by what is known: mean and central 95 % interval of the posterior. */
  readonly expected: number
  readonly interval: readonly [number, number]
}

/** Beta-binomial, from a uniform prior: nothing known is a half, and anything between 2.5 % and 97.5 %. What was inconclusive says nothing. */
export function trackRecordOf(lessons: readonly Lesson[]): TrackRecord {
  const count = (outcome: Lesson['outcome']) => lessons.filter((one) => one.outcome === outcome).length
  const [succeeded, rolledBack] = [count('succeeded'), count('rolled_back')]
  const [a, b] = [1 + succeeded, 1 + rolledBack]
  return {
    succeeded,
    rolledBack,
    inconclusive: count('inconclusive'),
    expected: a / (a + b),
    interval: [betaQuantile(0.025, a, b), betaQuantile(0.975, a, b)],
  }
}

export interface Subject {
  readonly kind: 'target' | 'proposer' | 'author'
  readonly name: string
}

/** Of every target, of everybody who opened a mission there (detectors among them), of every author (playbooks among them). */
export function trackRecords(lessons: readonly Lesson[]): (Subject & TrackRecord)[] {
  const subjects = ({ target, proposer, authors }: Lesson): Subject[] => [
    { kind: 'target', name: target },
    { kind: 'proposer', name: proposer },
    ...authors.map((name): Subject => ({ kind: 'author', name })),
  ]
  const by = new Map<string, { subject: Subject; own: Lesson[] }>()
  for (const lesson of lessons)
    for (const subject of subjects(lesson)) {
      const key = `${subject.kind} ${subject.name}`
      const known = by.get(key) ?? { subject, own: [] }
      known.own.push(lesson)
      by.set(key, known)
    }
  return [...by]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { subject, own }]) => ({ ...subject, ...trackRecordOf(own) }))
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

/** `3 of 4 held live: 67 % expected (28–95 %)` */
export function trackSentence({
  succeeded,
  rolledBack,
  inconclusive,
  expected,
  interval,
}: TrackRecord): string {
  const concluded = succeeded + rolledBack
  const [lower, upper] = interval.map((share) => Math.round(share * 100))
  return `${succeeded} of ${concluded} held live${inconclusive > 0 ? `, ${inconclusive} inconclusive` : ''}: ${percent(expected)} expected (${lower}–${upper} %)`
}
