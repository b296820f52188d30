import { describe, expect, test } from 'vitest'
import { isAnswered, restsUntil } from '../../../src/trigger-mesh/fatigue.ts'
import type { Ending } from '../../../src/trigger-mesh/opportunity.ts'

const NOW = new Date('2026-03-20T12:00:00Z')
const HOUR = 3_600_000
/** The newest first, each an hour older. */
const endings = (...outcomes: (string | null)[]): Ending[] =>
  outcomes.map((outcome, i) => ({
    mission: 100 - i,
    outcome,
    endedAt: outcome === null ? null : new Date(NOW.getTime() - (i + 1) * HOUR),
    magnitude: 1,
  }))

describe('the brake', () => {
  test.each([
    [['cancelled', 'cancelled'], false],
    [['cancelled', 'rolled_back', 'failed'], true],
    [['expired', 'expired', 'expired'], true],
    [['succeeded', 'cancelled', 'cancelled', 'cancelled'], true],
    [['succeeded', 'succeeded', 'succeeded', 'cancelled', 'cancelled', 'cancelled'], false],
    [[null, null, 'cancelled', 'cancelled', 'cancelled'], true],
    [['superseded', 'inconclusive', 'cancelled', 'cancelled'], false],
    [[], false],
  ])('%j', (outcomes, rests) => {
    expect(restsUntil(endings(...outcomes), NOW) !== undefined).toBe(rests)
  })
  test('ends three days after the last no', () => {
    const until = restsUntil(endings('cancelled', 'cancelled', 'cancelled'), NOW)!
    expect(until).toEqual(new Date(NOW.getTime() - HOUR + 72 * HOUR))
    expect(restsUntil(endings('cancelled', 'cancelled', 'cancelled'), until)).toBeUndefined()
  })
})

describe('a finding that got a no', () => {
  const last = (outcome: string): Ending => ({ mission: 7, outcome, endedAt: NOW, magnitude: 100 })
  test.each([
    ['cancelled', 100, true],
    ['cancelled', 124, true],
    ['cancelled', 125, false],
    ['failed', 90, true],
    ['rolled_back', 90, true],
    ['expired', 90, false],
    ['succeeded', 90, false],
  ])('%s, at %i of 100: stays answered %s', (outcome, magnitude, is) => {
    expect(isAnswered(last(outcome), magnitude)).toBe(is)
  })
  test('is new where there was none', () => {
    expect(isAnswered(undefined, 1)).toBe(false)
  })
})
