import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, digestOf } from '../../../src/kernel/digest.ts'
import { add, floorAt, fraction, isOne, times } from '../../../src/kernel/fraction.ts'
import { newMissionId, shortName, shortNumber } from '../../../src/kernel/ids.ts'
import { permit } from '../../../src/kernel/permit.ts'
import { oneLine, visible, written } from '../../../src/kernel/text.ts'
import { agent, member } from '../../support/people.ts'

describe('fractions', () => {
  test('are exact where floating point is not', () => {
    const third = fraction(1, 3)
    expect(isOne(add(add(third, third), third))).toBe(true)
    expect(floorAt(times(fraction(19, 20), fraction(1)), 10_000)).toBe(9_500)
    expect(floorAt(fraction(9_499_999_999n, 10_000_000_000n), 10_000)).toBe(9_499)
  })
  test('have no zero denominator', () => {
    expect(() => fraction(1, 0)).toThrow(RangeError)
  })
})

describe('digests', () => {
  test('do not depend on the order of members', () => {
    expect(digestOf({ b: 1, a: [1, 2] })).toBe(digestOf({ a: [1, 2], b: 1 }))
    expect(canonical({ b: 1, a: 'é', c: undefined })).toBe('{"a":"é","b":1}')
  })
})

describe('names', () => {
  test('of missions are distinct however many are made', () => {
    const ids = new Set(Array.from({ length: 20_000 }, newMissionId))
    expect(ids.size).toBe(20_000)
    expect([...ids][0]).toMatch(/^auto_mission_[0-9a-f]{24}$/)
  })
  test('are short in chat', () => {
    expect(shortName(12)).toBe('M-12')
    expect([
      shortNumber('M-12'),
      shortNumber(' m-12 '),
      shortNumber('12'),
      shortNumber('M-'),
      shortNumber('auto_mission_12'),
    ]).toEqual([12, 12, 12, undefined, undefined])
  })
})

describe('text from outside', () => {
  test('loses terminal escapes, controls and what hides or reorders', () => {
    expect(visible('a\u001b[31mred\u001b[0m\u0000\u202eb\u200bc\u001b]52;c;aGk=\u0007d\tx\ny')).toBe(
      'aredbcd\tx\ny',
    )
  })
  test('keeps what people write with', () => {
    for (const text of ['Grüße, 世界 👩‍👩‍👧', 'عربى', 'e\u0301'])
      expect(visible(text).length).toBeGreaterThan(0)
  })
  test('never grows, and holds no control whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = visible(text)
        expect(clean.length).toBeLessThanOrEqual(text.length)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them
        expect(clean).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
  })
  test('is cut by code point where it is only shown', () => {
    expect(oneLine('👍'.repeat(10), 5)).toBe('👍👍👍👍…')
    expect(oneLine('a\n  b\u0000')).toBe('a b')
  })
  test('is refused, not cut, where it is kept', () => {
    expect(() => written('title', 'x'.repeat(201))).toThrow(
      expect.objectContaining({ code: 'title_too_long' }),
    )
    expect(() => written('title', ' \u0000\u200b ')).toThrow(
      expect.objectContaining({ code: 'title_missing' }),
    )
    expect(written('reason', undefined, true)).toBe('')
    expect(written('title', '👍'.repeat(200))).toHaveLength(400)
  })
})

describe('permission', () => {
  test('is by scope', () => {
    expect(() => permit(member('ada', ['read']), 'vote')).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'scope_missing' }),
    )
    expect(() => permit(member('ada'), 'vote')).not.toThrow()
  })
  test('of Grace itself is never to vote', () => {
    expect(() => permit({ kind: 'grace', id: 'x' }, 'vote')).toThrow()
    expect(() => permit({ kind: 'grace', id: 'x' }, 'propose')).not.toThrow()
    expect(() => permit(agent('bot'), 'vote')).toThrow()
  })
})
