import { type Check, fail, pass } from '../checks/check.ts'

const HOLDS_MS = 10 * 60_000

export const immutableLogging: Check = {
  id: 'immutable_logging',
  family: 'security',
  title: 'Immutable logging',
  looksAt: "the ledger's tree against its last signed checkpoint, and this mission's entries in it",
  notYetChecked: ['publication of the checkpoint outside Grace'],
  ask({ records }) {
    const answer = records.ledger.ok ? pass(records.ledger.why) : fail(records.ledger.why)
    return { ...answer, validForMs: HOLDS_MS }
  },
}
