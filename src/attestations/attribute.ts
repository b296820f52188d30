// in-toto SCAI v0.3: one check of the constitution, and the digest of what it answered.
import type { CheckResult } from '../checks/ask.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { bare, type Statement, type Subject, statementAbout } from './statement.ts'

export const ATTRIBUTE = 'https://in-toto.io/attestation/scai/v0.3'

export interface Attribute {
  readonly attributes: readonly [
    {
      readonly attribute: string
      readonly conditions: { readonly verdict: string }
      readonly evidence: { readonly name: string; readonly digest: { readonly sha256: string } }
    },
  ]
}

/** Words of the change stay where they are: only their digest travels. */
export const attribute = (subject: Subject, check: CheckResult): Statement<Attribute> =>
  statementAbout(subject, ATTRIBUTE, {
    attributes: [
      {
        attribute: `${check.family}:${check.id}`,
        conditions: { verdict: check.verdict },
        evidence: {
          name: 'answer',
          digest: {
            sha256: bare(
              digestOf(
                asJson({
                  id: check.id,
                  verdict: check.verdict,
                  reason: check.reason,
                  evidence: check.evidence,
                }),
              ),
            ),
          },
        },
      },
    ],
  })
