// The form of a proposal, read: what people write in one field is a ref, a pull request's URL, or a patch.
import type { ProposalInput } from '../mission/open-mission.ts'
import { CLAIM_HINT, claimsOf } from '../trust/claim-words.ts'

const PULL = /^https:\/\/([^\s/]+\/\S+?)(?:\/-)?\/(pulls?|merge_requests)\/(\d+)\/?$/

/** A pull request as its forge offers it to git. `repository`: which one it belongs to, as host/owner/name. */
export function pullRequest(url: string): { repository: string; ref: string } | undefined {
  const [, repository, kind, number] = PULL.exec(url) ?? []
  if (!repository) return undefined
  return { repository, ref: `refs/${kind === 'merge_requests' ? 'merge-requests' : 'pull'}/${number}/head` }
}

/** `https://host/owner/name.git`, `git@host:owner/name.git` → `host/owner/name`. */
const plain = (url: string): string =>
  url
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]+@/, '')
    .replace(/^([^/:]+):(?!\d)/, '$1/')
    .replace(/(?:\.git)?\/?$/, '')
    .toLowerCase()

export function proposalOf(
  values: Readonly<Record<string, string>>,
  targets: ReadonlyMap<string, { readonly repository: string }>,
): ProposalInput | { readonly faults: Readonly<Record<string, string>> } {
  const claims = claimsOf(values.claim ?? '')
  if (!claims) return { faults: { claim: CLAIM_HINT } }
  const change = (values.change ?? '').replace(/^\s+|[\r\n]+$/g, '')
  const isPatch = /^(?:diff --git |--- )/m.test(change)
  if (change !== '' && !isPatch && /\s/.test(change))
    return {
      faults: {
        change: 'This is neither a branch, a commit, a pull request URL nor a patch (diff --git …).',
      },
    }
  const target = values.target?.trim() || (targets.size === 1 ? [...targets.keys()][0]! : undefined)
  const pull = pullRequest(change)
  if (pull && target && plain(targets.get(target)?.repository ?? '') !== pull.repository.toLowerCase())
    return { faults: { change: `This pull request is not one of ${target}'s repository.` } }
  return {
    target: values.target?.trim() || undefined,
    title: values.title ?? '',
    description: values.rationale ?? '',
    rationale: values.rationale ?? '',
    claims,
    ...(change === '' ? {} : isPatch ? { patch: `${change}\n` } : { ref: pull?.ref ?? change }),
  }
}
