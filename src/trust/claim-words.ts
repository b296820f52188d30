// A claim as people write it in a line.
import type { Claim } from './claim.ts'
import type { Kpi } from './kpi.ts'

const CLAIMS: Readonly<Record<string, Kpi>> = {
  performance: 'performance_improvement',
  errors: 'error_rate_reduction',
  latency: 'latency_improvement',
  memory: 'memory_efficiency',
  quality: 'code_quality_score',
  coverage: 'test_coverage',
  security: 'security_score',
}

/** `latency 5`: at least 5 of the KPI's unit; empty: no harm. `performance 10 bench/parse.mjs`: as that bench shows. */
export function claimsOf(text: string): Claim[] | undefined {
  const words = text.trim()
  if (words === '' || words.toLowerCase() === 'no harm') return []
  const [, name = '', amount, bench] =
    /^([a-z]+)[\s:≥>=]*(\d+(?:\.\d+)?)\s*(?:ms|%|points?)?(?:\s+(\S+\.[cm]?js))?$/i.exec(words) ?? []
  const kpi = CLAIMS[name.toLowerCase()]
  return kpi ? [{ kind: 'kpi', kpi, atLeast: Number(amount), ...(bench ? { bench } : {}) }] : undefined
}
export const CLAIM_HINT = `Say a KPI and a number, such as "latency 5". KPIs: ${Object.keys(CLAIMS).join(', ')}.`
