import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { findingsIn, MOST_FINDINGS } from '../../../src/trigger-mesh/own-detector.ts'

const LINE = { fields: { path: 'a.js' }, title: 'T', summary: 'S', rationale: 'R' }
const printed = (...lines: object[]) => lines.map((one) => JSON.stringify(one)).join('\n')

describe('what a detector of one’s own prints', () => {
  test('is a finding a line; what it leaves out is filled in', () => {
    expect(findingsIn('shop', 'own', `\n${printed(LINE)}\n\n`)).toEqual([
      { ...LINE, target: 'shop', detector: 'own', evidence: {}, magnitude: 1, claims: [{ kind: 'no_harm' }] },
    ])
  })
  test('claims as the API takes them', () => {
    const claims = [{ kpi: 'code_quality_score', at_least: 2 }, { tests: ['adds'] }]
    expect(findingsIn('shop', 'own', printed({ ...LINE, claims }))[0]!.claims).toEqual([
      { kind: 'kpi', kpi: 'code_quality_score', atLeast: 2 },
      { kind: 'tests', names: ['adds'] },
    ])
  })
  test('nothing is no finding, and of too many the first count', () => {
    expect(findingsIn('shop', 'own', '')).toEqual([])
    const many = Array.from({ length: 50 }, (_, i) => ({ ...LINE, title: `T${i}` }))
    const found = findingsIn('shop', 'own', printed(...many))
    expect(found.map(({ title }) => title)).toEqual(many.slice(0, MOST_FINDINGS).map(({ title }) => title))
  })
  test.each([
    ['no JSON', 'hello', /Line 1 of the detector own is no finding/],
    ['no fields', printed({ ...LINE, fields: {} }), /needs one field/],
    ['a wrong line after a right one', printed(LINE, { ...LINE, title: '' }), /Line 2 .*title/],
    ['a word too many', printed({ ...LINE, votes: 'approve' }), /votes/],
    ['a claim of nothing', printed({ ...LINE, claims: [{ kpi: 'security_score', at_least: 0 }] }), /claims/],
  ])('%s is refused, with the line', (_what, text, message) => {
    expect(() => findingsIn('shop', 'own', text)).toThrow(
      expect.objectContaining({ code: 'detector_unreadable', message: expect.stringMatching(message) }),
    )
  })
  test('text is data: no escapes, no second lines in a title', () => {
    const [found] = findingsIn('shop', 'own', printed({ ...LINE, title: 'a\u001b[31m\nb\u202ec' }))
    expect(found!.title).toBe('a bc')
  })
  test('whatever it prints, it is findings or a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.record({ fields: fc.object() }).map((o) => printed({ ...LINE, ...o })),
        ),
        (text) => {
          try {
            for (const finding of findingsIn('shop', 'own', text)) {
              expect(finding.title.length).toBeGreaterThan(0)
              expect(Object.keys(finding.fields).length).toBeGreaterThan(0)
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
