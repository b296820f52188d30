import { type Check, fail, pass, targetLacks } from '../checks/check.ts'

export const accountability: Check = {
  id: 'accountability',
  family: 'constitution',
  title: 'Accountability',
  looksAt:
    'named authors, somebody else who approves, entries in the ledger, a way back and who answers for it',
  notYetChecked: [],
  ask({ candidate, records, target, electorate }) {
    if (candidate.authors.length === 0) return fail('Nobody is named as the author.')
    if (records.ledger.entries === 0) return fail('The ledger has no entry of this mission.')
    if (!target.hasRollback)
      return targetLacks(`${target.name} has no roll-back command: nobody could undo this.`)
    if (electorate.owners.length === 0)
      return targetLacks(`Nobody answers for ${target.name}: it has no voters and no owners.`)
    return pass(
      `Written by ${candidate.authors.map((a) => a.id).join(', ')}${electorate.selfApproval ? ', and approved by the same person, the only one there is' : ', and approved by others'}; ${records.ledger.entries} ledger entries; ${target.deploys ? `${target.name} can be rolled back, and ${electorate.owners.slice(0, 3).join(', ')} ${electorate.owners.length === 1 ? 'answers' : 'answer'} for it` : `nothing is executed on ${target.name}: it has no deploy command`}.`,
    )
  },
}
