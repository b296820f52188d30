import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calibrationOf } from '../../../src/learning/calibration.ts'
import { CONCLUDED, type Lesson, lessonsIn } from '../../../src/learning/lesson.ts'
import { trackRecordOf, trackRecords, trackSentence } from '../../../src/learning/track-record.ts'

const lesson = (outcome: Lesson['outcome'], trust = 9_800, more: Partial<Lesson> = {}): Lesson => ({
  mission: 'm',
  target: 'shop',
  proposer: 'member ada',
  authors: ['member ada'],
  trust,
  outcome,
  confirmed: null,
  ...more,
})
const lessons = fc.array(
  fc.record({
    outcome: fc.constantFrom(...CONCLUDED),
    trust: fc.integer({ min: 9_500, max: 10_000 }),
    target: fc.constantFrom('shop', 'api'),
    proposer: fc.constantFrom('member ada', 'grace detector:latency'),
    authors: fc.uniqueArray(fc.constantFrom('member ada', 'grace playbook:x'), { minLength: 1 }),
  }),
  { maxLength: 60 },
)

describe('a track record', () => {
  // Quantiles of Beta(4, 2) and Beta(1, 1), as R's qbeta has them.
  test('is a Beta posterior with a uniform prior', () => {
    const of = (...outcomes: Lesson['outcome'][]) => trackRecordOf(outcomes.map((one) => lesson(one)))
    expect(of()).toMatchObject({ expected: 0.5, interval: [expect.closeTo(0.025), expect.closeTo(0.975)] })
    expect(of('succeeded', 'succeeded', 'succeeded', 'rolled_back')).toMatchObject({
      expected: expect.closeTo(4 / 6),
      interval: [expect.closeTo(0.28358, 4), expect.closeTo(0.94726, 4)],
    })
  })
  test('what was inconclusive is counted and changes nothing', () => {
    const without = trackRecordOf([lesson('succeeded')])
    expect(trackRecordOf([lesson('succeeded'), lesson('inconclusive')])).toEqual({
      ...without,
      inconclusive: 1,
    })
  })
  test('says its count', () => {
    expect(
      trackSentence(trackRecordOf([lesson('succeeded'), lesson('rolled_back'), lesson('inconclusive')])),
    ).toBe('1 of 2 held live, 1 inconclusive: 50 % expected (9–91 %)')
  })
  test('of targets and proposers add up to all lessons; a success never lowers what is expected', () => {
    fc.assert(
      fc.property(lessons, (drawn) => {
        const all = drawn.map((one, i): Lesson => ({ ...lesson(one.outcome), ...one, mission: `m${i}` }))
        const records = trackRecords(all)
        for (const kind of ['target', 'proposer'] as const) {
          const own = records.filter((record) => record.kind === kind)
          const total = own.reduce((sum, one) => sum + one.succeeded + one.rolledBack + one.inconclusive, 0)
          expect(total).toBe(all.length)
        }
        const before = trackRecordOf(all)
        const after = trackRecordOf([...all, lesson('succeeded')])
        expect(after.expected).toBeGreaterThan(before.expected)
        expect(before.interval[0]).toBeLessThan(before.expected)
        expect(before.interval[1]).toBeGreaterThan(before.expected)
      }),
    )
  })
})

describe('calibration', () => {
  test('of trust that always told is 0, of trust that never did nearly 1', () => {
    expect(calibrationOf([lesson('succeeded', 10_000)]).brier).toBe(0)
    expect(calibrationOf([lesson('rolled_back', 9_900)]).brier).toBeCloseTo(0.9801)
    expect(calibrationOf([]).brier).toBeNull()
    expect(calibrationOf([lesson('inconclusive')])).toEqual({ count: 0, brier: null, bins: [] })
  })
  test('every change is in one bin', () => {
    fc.assert(
      fc.property(lessons, (drawn) => {
        const all = drawn.map((one): Lesson => ({ ...lesson(one.outcome), ...one }))
        const { bins, count } = calibrationOf(all)
        expect(bins.reduce((sum, { record }) => sum + record.succeeded + record.rolledBack, 0)).toBe(count)
        for (const { from, to, meanTrust } of bins) {
          expect(meanTrust * 10_000).toBeGreaterThanOrEqual(from - 1e-6)
          expect(meanTrust * 10_000).toBeLessThanOrEqual(to + 1e-6)
        }
      }),
    )
  })
})

describe('lessons of a ledger', () => {
  const leaf = (kind: string, facts: object, mission = 'm1') =>
    JSON.stringify({ kind, actor: { kind: 'member', id: 'ada' }, mission, facts })
  test('are of what went live, by what was measured and written last', () => {
    const leaves = [
      leaf('MissionOpened', { target: 'shop' }),
      leaf('CandidateAttached', { authors: [{ kind: 'member', id: 'ada' }] }),
      leaf('EvidenceRecorded', { trust: 9_500 }),
      leaf('CandidateAttached', { authors: [{ kind: 'grace', id: 'playbook:x' }] }),
      leaf('EvidenceRecorded', { trust: 9_700 }),
      leaf('MissionOpened', { target: 'api' }, 'm2'),
      leaf('OutcomeRecorded', { outcome: 'succeeded', confirmed: true }),
      JSON.stringify({ kind: 'KeyRotated', actor: { kind: 'grace', id: 'x' }, facts: {} }),
      '{}',
    ]
    expect(lessonsIn(leaves)).toEqual([
      {
        mission: 'm1',
        target: 'shop',
        proposer: 'member ada',
        authors: ['grace playbook:x'],
        trust: 9_700,
        outcome: 'succeeded',
        confirmed: true,
      },
    ])
  })
})
