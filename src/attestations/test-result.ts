// in-toto test-result v0.1: which tree was tested, for which candidate and with which evidence.
import { bare, isAbout, type Statement, type Subject, statementAbout } from './statement.ts'

export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1'

export interface TestResult {
  readonly result: 'PASSED' | 'FAILED'
  readonly configuration: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly passedTests: readonly string[]
  readonly failedTests: readonly string[]
}

export const testResult = ({
  candidateDigest,
  evidenceDigest,
  passed,
  failed,
  ...subject
}: Subject & {
  readonly candidateDigest: string
  readonly evidenceDigest: string
  readonly passed: readonly string[]
  readonly failed: readonly string[]
}): Statement<TestResult> =>
  statementAbout(subject, TEST_RESULT, {
    result: failed.length === 0 ? 'PASSED' : 'FAILED',
    configuration: [
      { name: 'candidate', digest: { sha256: bare(candidateDigest) } },
      { name: 'evidence', digest: { sha256: bare(evidenceDigest) } },
    ],
    passedTests: passed,
    failedTests: failed,
  })

/** Whether an unsealed statement speaks of exactly this tree, candidate and evidence. */
export function speaksOf(
  statement: unknown,
  of: { readonly tree: string; readonly candidateDigest: string; readonly evidenceDigest: string },
): boolean {
  if (!isAbout(statement, of.tree) || statement.predicateType !== TEST_RESULT) return false
  const { configuration } = statement.predicate as Partial<TestResult>
  const digests = new Map(configuration?.map(({ name, digest }) => [name, digest?.sha256]))
  return (
    digests.get('candidate') === bare(of.candidateDigest) &&
    digests.get('evidence') === bare(of.evidenceDigest)
  )
}
