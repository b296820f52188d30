// docs/trust.md, figure by figure.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { approximately } from '../../../src/kernel/fraction.ts'
import { type Kpi, type KpiResult, kpiScore } from '../../../src/trust/kpi.ts'
import { percent, type ScoredCheck, trustOf } from '../../../src/trust/trust.ts'

const page = readFileSync(new URL('../../../docs/trust.md', import.meta.url), 'utf8')
const examples = page
  .split('| KPI | L | U | margin | claim | score |\n')
  .slice(1)
  .map((text) => {
    const rows = [...text.matchAll(/^\| (\w+_\w+) \|(.*)\|$/gm)].map(([, kpi, cells]) => {
      const [lower = '', upper = '', margin = '', claim = '', score = ''] = cells!
        .split('|')
        .map((cell) => cell.trim())
      const thousandths = (cell: string) => (cell === '' ? null : Math.round(Number(cell) * 1000))
      const measured = lower !== 'no data'
      return {
        score,
        row: {
          kpi: kpi as Kpi,
          measured,
          baselineMeasured: measured,
          raw: null,
          lower: measured ? thousandths(lower) : null,
          upper: thousandths(upper),
          claim: thousandths(claim),
          margin: thousandths(margin) ?? 0,
          resolution: null,
          note: '',
        } satisfies KpiResult,
      }
    })
    const checks = [...text.matchAll(/(governance|constitution|security) (\d+) of (\d+)/g)].flatMap(
      ([, family, good, of]): ScoredCheck[] =>
        Array.from({ length: Number(of) }, (_, i) => ({
          id: `${family}.${i}`,
          family: family as ScoredCheck['family'],
          verdict: i < Number(good) ? 'pass' : 'fail',
        })),
    )
    const [, shown, formula, held] = /^Trust: (\S+ %), formula (\S+ %)\. (?:Not held|Held: (.*))\.$/m.exec(
      text,
    )!
    return { rows, checks, shown, formula, holds: held?.split(', ') ?? [] }
  })

test('there are three examples, each with its harmful twin', () => {
  expect(examples).toHaveLength(6)
  for (const { rows, checks } of examples) {
    expect(rows).toHaveLength(7)
    expect(checks.length).toBeGreaterThan(15)
  }
})

describe.each(examples.map((example, i) => [i + 1, example] as const))('example %i', (i, example) => {
  test.each(example.rows)('$row.kpi', ({ row, score }) => {
    expect(row.measured ? approximately(kpiScore(row)).toFixed(3) : '').toBe(score)
  })
  test('its trust and holds', () => {
    const trust = trustOf(
      example.rows.map(({ row }) => row),
      example.checks,
    )
    expect(percent(trust.formula)).toBe(example.formula)
    expect(percent(trust.shown)).toBe(example.shown)
    expect(trust.holds.map((hold) => hold.code)).toEqual(example.holds)
  })
  test(i % 2 ? 'unlocks' : 'is held', () => {
    expect(example.holds.length > 0).toBe(i % 2 === 0)
    expect(Number.parseFloat(example.shown!) >= 95).toBe(i % 2 === 1)
  })
})
