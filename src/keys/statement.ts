// in-toto statements that Grace signs (Statement v1; predicates as LIBRARIES.md names them).

const STATEMENT = 'https://in-toto.io/Statement/v1'
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1'

export interface TestResultStatement {
  readonly _type: typeof STATEMENT
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly gitTree: string } }]
  readonly predicateType: typeof TEST_RESULT
  readonly predicate: {
    readonly result: 'PASSED' | 'FAILED'
    readonly configuration: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
    readonly passedTests: readonly string[]
    readonly failedTests: readonly string[]
  }
}

const bare = (digest: string): string => digest.replace(/^sha256:/, '')

/** Says which tree was tested, for which candidate and with which evidence. */
export const testResult = (of: {
  mission: string
  tree: string
  candidateDigest: string
  evidenceDigest: string
  passed: readonly string[]
  failed: readonly string[]
}): TestResultStatement => ({
  _type: STATEMENT,
  subject: [{ name: of.mission, digest: { gitTree: of.tree } }],
  predicateType: TEST_RESULT,
  predicate: {
    result: of.failed.length === 0 ? 'PASSED' : 'FAILED',
    configuration: [
      { name: 'candidate', digest: { sha256: bare(of.candidateDigest) } },
      { name: 'evidence', digest: { sha256: bare(of.evidenceDigest) } },
    ],
    passedTests: of.passed,
    failedTests: of.failed,
  },
})

/** Whether an unsealed statement speaks of exactly this tree, candidate and evidence. */
export function speaksOf(
  statement: unknown,
  of: { tree: string; candidateDigest: string; evidenceDigest: string },
): boolean {
  const s = statement as Partial<TestResultStatement> | undefined
  const digests = new Map(s?.predicate?.configuration?.map((c) => [c.name, c.digest?.sha256]))
  return (
    s?._type === STATEMENT &&
    s.predicateType === TEST_RESULT &&
    s.subject?.length === 1 &&
    s.subject[0]?.digest?.gitTree === of.tree &&
    digests.get('candidate') === bare(of.candidateDigest) &&
    digests.get('evidence') === bare(of.evidenceDigest)
  )
}
