import { asJson } from '../../kernel/digest.ts'
import type { Detector } from '../detector.ts'

/** Line coverage of the branch below the target's objective. */
export const coverage: Detector = {
  name: 'coverage',
  look({ target, coverage: reading }) {
    if (target.coverage_objective === undefined || !reading) return undefined
    const objective = target.coverage_objective / 100
    if (reading.percent >= objective) return undefined
    const percent = Math.round(reading.percent * 10) / 10
    const worth = reading.uncovered
      .slice(0, 3)
      .map(({ path, lines, commits }) => `${path} (${lines} lines, ${commits} commits in 90 days)`)
    const atLeast = Math.max(0.1, Math.round(((objective - reading.percent) / 2) * 10) / 10)
    return {
      target: target.name,
      detector: 'coverage',
      fields: { metric: 'line_coverage' },
      title: `Cover more of ${target.name} with tests`,
      summary: `tests execute ${percent} % of the lines of ${target.name}, its objective is ${objective} % (commit ${reading.commit.slice(0, 12)})`,
      rationale: `${Math.round((100 - reading.percent) * 10) / 10} % of the lines of ${target.name} are executed by no test; the objective is ${objective} %.${worth.length > 0 ? ` A test is worth most in ${worth.join(', ')}.` : ''}`,
      evidence: {
        percent,
        objective_percent: objective,
        commit: reading.commit,
        uncovered: asJson(reading.uncovered),
      },
      magnitude: objective - reading.percent,
      claims: [{ kind: 'kpi', kpi: 'test_coverage', atLeast }],
    }
  },
}
