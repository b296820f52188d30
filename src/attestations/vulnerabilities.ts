// in-toto vulns v0.2: what the advisories say of the packages that the change brings in.
import type { CheckResult } from '../checks/ask.ts'
import { type Statement, type Subject, statementAbout } from './statement.ts'

export const VULNERABILITIES = 'https://in-toto.io/attestation/vulns/v0.2'

export interface Vulnerabilities {
  readonly scanner: {
    readonly uri: string
    readonly db: { readonly lastUpdate: string }
    readonly result: readonly {
      readonly id: string
      readonly severity: readonly []
      readonly annotations: readonly object[]
    }[]
  }
  readonly metadata: { readonly scanStartedOn: string; readonly scanFinishedOn: string }
}

/** `at`: when the check was asked last. Sources of advisories are asked online, so that is also how old they are. */
export const vulnerabilities = (
  subject: Subject,
  check: CheckResult,
  at: string,
): Statement<Vulnerabilities> =>
  statementAbout(subject, VULNERABILITIES, {
    scanner: {
      uri: `urn:grace:check:${check.id}`,
      db: { lastUpdate: at },
      result: check.evidence.map(({ at: of, what }) => ({
        id: what,
        severity: [],
        annotations: [{ package: of, verdict: check.verdict }],
      })),
    },
    metadata: { scanStartedOn: at, scanFinishedOn: at },
  })
