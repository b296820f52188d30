import { describe, expect, test } from 'vitest'
import { ARC_SINE, LOGARITHM, type PastWindow, usualAt, WINDOW_MS } from '../../../src/monitoring/history.ts'

const DAY = 86_400_000
const NOW = new Date('2026-03-20T14:00:00Z')
/** Every five minutes of so many days before now. */
const windows = (days: number, p95: (at: Date, day: number) => number, errorRate = 0): PastWindow[] =>
  Array.from({ length: (days * DAY) / WINDOW_MS }, (_, i) => {
    const at = new Date(NOW.getTime() - (i + 1) * WINDOW_MS)
    return {
      at,
      requests: 1000,
      errors: 1000 * errorRate,
      errorRate,
      p95Ms: p95(at, Math.floor(((i + 1) * WINDOW_MS) / DAY)),
    }
  })
const p95Of = (window: PastWindow) => window.p95Ms

describe('what is usual at this hour', () => {
  test('is what this hour was on the days before, not what the night was', () => {
    const byHour = windows(14, (at) => (at.getUTCHours() < 8 ? 50 : 100))
    expect(usualAt(byHour, NOW, p95Of, LOGARITHM)).toMatchObject({ days: 14, expected: expect.closeTo(100) })
    const night = new Date('2026-03-20T04:00:00Z')
    expect(usualAt(byHour, night, p95Of, LOGARITHM)?.expected).toBeCloseTo(50)
  })
  test('days that differ from each other widen what is ordinary; a steady service is held to little', () => {
    const steady = usualAt(
      windows(14, () => 100),
      NOW,
      p95Of,
      LOGARITHM,
    )!
    const moody = usualAt(
      windows(14, (_, day) => (day % 2 ? 80 : 120)),
      NOW,
      p95Of,
      LOGARITHM,
    )!
    expect(steady.bound).toBeCloseTo(100)
    expect(moody.bound).toBeGreaterThan(180)
  })
  test('fewer days know less: the bound is further away', () => {
    const noisy = (_: Date, day: number) => 100 * (1 + (day % 3) / 50)
    const bound = (days: number) => usualAt(windows(days, noisy), NOW, p95Of, LOGARITHM)!.bound
    expect(bound(6)).toBeGreaterThan(bound(14))
  })
  test('nothing is usual of four days, of other hours, or where there were no figures', () => {
    expect(
      usualAt(
        windows(4, () => 100),
        NOW,
        p95Of,
        LOGARITHM,
      ),
    ).toBeUndefined()
    expect(
      usualAt(
        windows(14, () => 100),
        NOW,
        () => null,
        LOGARITHM,
      ),
    ).toBeUndefined()
    const nights = windows(14, () => 100).filter(({ at }) => at.getUTCHours() < 6)
    expect(usualAt(nights, NOW, p95Of, LOGARITHM)).toBeUndefined()
  })
  test('shares of errors keep between nothing and all', () => {
    const all = usualAt(
      windows(14, () => 1, 1),
      NOW,
      ({ errorRate }) => errorRate,
      ARC_SINE,
    )!
    expect(all).toMatchObject({ expected: 1, bound: 1 })
    const none = usualAt(
      windows(14, () => 1),
      NOW,
      ({ errorRate }) => errorRate,
      ARC_SINE,
    )!
    expect(none).toMatchObject({ expected: 0, bound: 0 })
  })
})
