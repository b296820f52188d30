import { type Check, fail, pass } from '../checks/check.ts'

const HOLDS_MS = 10 * 60_000

export const cryptographicSignatures: Check = {
  id: 'cryptographic_signatures',
  family: 'security',
  title: 'Cryptographic signatures',
  looksAt: "Grace's signature over candidate and evidence, with a key that is valid",
  notYetChecked: [],
  ask({ records }) {
    const answer = records.signature.ok ? pass(records.signature.why) : fail(records.signature.why)
    return { ...answer, validForMs: HOLDS_MS }
  },
}
