import { type Check, fail, pass } from '../checks/check.ts'

export const permissionLevels: Check = {
  id: 'permission_levels',
  family: 'governance',
  title: 'Permission levels',
  looksAt: 'who proposed, and whether that one may on this target',
  notYetChecked: ['CODEOWNERS', 'permissions by area'],
  ask({ mission, candidate, target }) {
    const playbook = candidate.authors.find((author) => author.kind === 'grace')?.id.replace(/^playbook:/, '')
    if (playbook !== undefined && !target.playbooks.includes(playbook))
      return fail(`The playbook "${playbook}" is not configured for ${target.name}.`)
    if (candidate.authors.length === 0) return fail('Nobody is named as the author of the change.')
    const who = candidate.authors.map((author) => `${author.kind} ${author.id}`).join(', ')
    return pass(`Proposed by ${mission.proposer.kind} ${mission.proposer.id}, written by ${who}; both may.`)
  },
}
