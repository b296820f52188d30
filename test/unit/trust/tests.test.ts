import { describe, expect, test } from 'vitest'
import { unprovenTests } from '../../../src/trust/claim.ts'
import type { CaseResult } from '../../../src/trust/measurements.ts'
import { changeOf, countsOf, failShare, regressed } from '../../../src/trust/tests.ts'

const P: CaseResult[] = ['passed', 'passed']
const F: CaseResult[] = ['failed', 'failed']
const X: CaseResult[] = ['passed', 'failed']
const S: CaseResult[] = ['skipped', 'skipped']
const of = (baseline: CaseResult[], candidate: CaseResult[]) => ({ name: 't', baseline, candidate })

test.each([
  [P, P, 'pass→pass'],
  [F, P, 'fail→pass'],
  [P, F, 'pass→fail'],
  [P, X, 'pass→fail'],
  [F, F, 'fail→fail'],
  [X, P, 'flaky'],
  [F, X, 'flaky'],
  [[], P, 'new'],
  [P, [], 'gone'],
  [P, S, 'gone'],
  [S, P, 'new'],
  [S, S, 'skipped'],
] as const)('%j then %j is %s', (before, after, change) => {
  expect(changeOf(of([...before], [...after]))).toBe(change)
})

test('passing every time before and not every time after is a regression', () => {
  expect(regressed(of(P, X))).toBe(true)
  expect(regressed(of(X, F))).toBe(false)
})

test('the share of failing tests is of those both sides run', () => {
  const cases = [of(P, P), of(P, F), of([], F), of(F, P)]
  expect(failShare(cases, 'baseline')).toBeCloseTo(1 / 3)
  expect(failShare(cases, 'candidate')).toBeCloseTo(1 / 3)
  expect(failShare([of([], P)], 'candidate')).toBeNull()
  expect(countsOf(cases, 'candidate')).toEqual({ passed: 2, failed: 2, skipped: 0 })
})

describe('a claim about a bug', () => {
  const five = (r: CaseResult) => [r, r, r, r, r]
  const claim = [{ kind: 'tests' as const, names: ['t'] }]
  test('is proven by five failures before and five passes after', () => {
    expect(
      unprovenTests(claim, [{ name: 't', baseline: five('failed'), candidate: five('passed') }]),
    ).toEqual([])
  })
  test.each([
    ['never ran', []],
    ['passed before', [{ name: 't', baseline: five('passed'), candidate: five('passed') }]],
    [
      'was flaky before',
      [{ name: 't', baseline: [...five('failed').slice(1), 'passed' as const], candidate: five('passed') }],
    ],
    ['still fails', [{ name: 't', baseline: five('failed'), candidate: five('failed') }]],
    ['ran too seldom', [{ name: 't', baseline: ['failed' as const], candidate: ['passed' as const] }]],
  ])('is not proven by a test that %s', (_why, cases) => {
    expect(unprovenTests(claim, cases)).toHaveLength(1)
  })
})
