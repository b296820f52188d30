// Asks a registry's checks. A check that throws has not passed: its answer is unknown.
import type { Verdict } from '../trust/trust.ts'
import type { Answer, Check, Evidence } from './check.ts'
import type { Facts } from './facts.ts'

/** A verdict as it is kept. */
export interface CheckResult {
  readonly id: string
  readonly family: Check['family']
  readonly title: string
  readonly looksAt: string
  readonly notYetChecked: readonly string[]
  readonly verdict: Verdict
  readonly reason: string
  readonly evidence: readonly Evidence[]
  readonly validUntil: Date | null
  /** All that a policy decided by; null for what is no policy. */
  readonly facts: Answer['facts'] | null
  readonly durationMs: number
}

/** One check may take this long (ms); then its answer is unknown. */
const LIMIT_MS = 20_000

async function answer(check: Check, facts: Facts): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      Promise.resolve(check.ask(facts)),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS)
      }),
    ])
  } catch (error) {
    return {
      verdict: 'unknown',
      reason: `The check could not be carried out: ${(error as Error).message}`,
    }
  } finally {
    clearTimeout(timer)
  }
}

export async function ask(checks: readonly Check[], facts: Facts): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    const begun = performance.now()
    const given = await answer(check, facts)
    results.push({
      id: check.id,
      family: check.family,
      title: check.title,
      looksAt: check.looksAt,
      notYetChecked: check.notYetChecked,
      verdict: given.verdict,
      reason: given.reason,
      evidence: given.evidence ?? [],
      validUntil: given.validForMs === undefined ? null : new Date(facts.now.getTime() + given.validForMs),
      facts: given.facts ?? null,
      durationMs: Math.round((performance.now() - begun) * 10) / 10,
    })
  }
  return results
}
