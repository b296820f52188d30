import { governanceCheck } from './governance-check.ts'

export const permissionLevels = governanceCheck({
  id: 'permission_levels',
  title: 'Permission levels',
  looksAt: 'who proposed and who wrote it, whether they may on this target, and whose the touched paths are',
  notYetChecked: [],
  facts({ mission, candidate, target }) {
    const playbooks = candidate.authors.flatMap(({ kind, id }) =>
      kind === 'grace' ? [id.replace(/^playbook:/, '')] : [],
    )
    return {
      proposer: mission.proposer.id,
      proposer_kind: mission.proposer.kind,
      authors: candidate.authors.map(({ kind, id }) => `${kind} ${id}`),
      author_kinds: [...new Set(candidate.authors.map(({ kind }) => kind))],
      unknown_playbooks: playbooks.filter((name) => !target.playbooks.includes(name)),
      code_owners: target.codeOwners.named,
      code_owner_members: target.codeOwners.members,
      paths: [...new Set(candidate.changes.map(({ path }) => path))].sort(),
    }
  },
  passed: ({ proposer_kind, proposer, authors, code_owners }) =>
    `Proposed by ${proposer_kind} ${proposer}, written by ${authors.join(', ')}; both may.${code_owners.length > 0 ? ` What is touched is owned by ${code_owners.slice(0, 5).join(', ')}.` : ''}`,
})
