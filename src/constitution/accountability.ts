import { type Check, fail, pass, targetLacks } from '../checks/check.ts'

export const accountability: Check = {
  id: 'accountability',
  family: 'constitution',
  title: 'Accountability',
  looksAt: 'named authors, a way back, and entries in the ledger',
  notYetChecked: ['a named owner of the roll-back'],
  ask({ candidate, records, target }) {
    if (candidate.authors.length === 0) return fail('Nobody is named as the author.')
    if (records.ledger.entries === 0) return fail('The ledger has no entry of this mission.')
    if (!target.hasRollback)
      return targetLacks(`${target.name} has no roll-back command: nobody could undo this.`)
    return pass(
      `Written by ${candidate.authors.map((a) => a.id).join(', ')}; ${records.ledger.entries} ledger entries; ${target.deploys ? `${target.name} can be rolled back` : `nothing is executed on ${target.name}: it has no deploy command`}.`,
    )
  },
}
