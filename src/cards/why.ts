// Why a mission is there: what was said for it, what was found, and what shows it.
import type { Target } from '../config/config.ts'
import { oneLine } from '../kernel/text.ts'
import { type Lesson, nameOf } from '../learning/lesson.ts'
import { trackRecordOf, trackSentence } from '../learning/track-record.ts'
import type { MissionStory } from '../mission/read-mission.ts'
import type { Opportunity } from '../trigger-mesh/opportunity.ts'
import { broughtBench, type Claim } from '../trust/claim.ts'

export const whyLines = (
  {
    mission,
    opportunity,
    candidate,
    lessons,
  }: Pick<MissionStory, 'mission' | 'opportunity' | 'candidate' | 'lessons'>,
  target: Pick<Target, 'bench'> | undefined,
): string[] =>
  [
    mission.rationale,
    opportunity ? `When it was found: ${mission.description} (${fieldsOf(opportunity)})` : '',
    howShown(mission.claims, target),
    ...(candidate?.authors ?? []).map((author) => recordOf(nameOf(author), mission.target, lessons)),
  ]
    .filter((text) => text !== '')
    .map((text) => oneLine(text, 600))

/** What came of the other changes of the same author there; empty where there are none. */
const recordOf = (author: string, target: string, lessons: readonly Lesson[]): string => {
  const own = lessons.filter(({ authors }) => authors.includes(author))
  return own.length > 0 ? `Track record of ${author} on ${target}: ${trackSentence(trackRecordOf(own))}.` : ''
}

/** What makes another finding the same one. */
const fieldsOf = ({ detector, fields }: Opportunity): string =>
  `${detector}: ${Object.entries(fields)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`

/** The one who claims chose what shows it: people should know. */
const howShown = (claims: readonly Claim[], target: Pick<Target, 'bench'> | undefined): string => {
  const bench = target?.bench ? undefined : broughtBench(claims)
  return bench ? `What it claims is measured by ${bench}, a bench that comes with the change.` : ''
}
