// What was learned so far, for whoever may read.
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import type { Transact } from '../kernel/work.ts'
import { type Calibration, calibrationOf } from './calibration.ts'
import type { Lesson, Lessons } from './lesson.ts'
import { type Subject, type TrackRecord, trackRecords } from './track-record.ts'

export interface Learned {
  readonly calibration: Calibration
  readonly records: readonly (Subject & TrackRecord)[]
}

export const learnedFrom = (lessons: readonly Lesson[]): Learned => ({
  calibration: calibrationOf(lessons),
  records: trackRecords(lessons),
})

export async function readLearning(
  ctx: { readonly transact: Transact<{ lessons: Lessons }> },
  actor: Actor,
): Promise<Learned> {
  permit(actor, 'read')
  return learnedFrom(await ctx.transact(({ lessons }) => lessons.of()))
}
