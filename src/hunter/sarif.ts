// Findings in SARIF 2.1.0 (OASIS), as forges and editors read them.
import type { Log, Result } from 'sarif'
import type { Finding } from '../checks/scan.ts'

/** A block is an error, a point for review a note. Paths are relative to where the scan began. */
export const sarifOf = (findings: readonly Finding[], version: string): Log => ({
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Hunter',
          version,
          rules: [...new Set(findings.map(({ rule }) => rule))].sort().map((id) => ({ id })),
        },
      },
      results: findings.map(
        ({ rule, grade, path, line, what }): Result => ({
          ruleId: rule,
          level: grade === 'block' ? 'error' : 'note',
          message: { text: what },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(path) },
                region: { startLine: line },
              },
            },
          ],
        }),
      ),
    },
  ],
})
