// The form of a proposal, read: what people write in one field is a ref, a pull request's URL, or a patch.
import type { ProposalInput } from '../mission/open-mission.ts'
import type { Claim } from '../trust/claim.ts'
import type { Kpi } from '../trust/kpi.ts'

const CLAIMS: Readonly<Record<string, Kpi>> = {
  performance: 'performance_improvement',
  errors: 'error_rate_reduction',
  latency: 'latency_improvement',
  memory: 'memory_efficiency',
  quality: 'code_quality_score',
  coverage: 'test_coverage',
  security: 'security_score',
}

/** `latency 5`: at least 5 of the KPI's unit; empty: no harm. `performance 10 bench/parse.mjs`: as that bench shows. */
export function claimsOf(text: string): Claim[] | undefined {
  const words = text.trim()
  if (words === '' || words.toLowerCase() === 'no harm') return []
  const [, name = '', amount, bench] =
    /^([a-z]+)[\s:≥>=]*(\d+(?:\.\d+)?)\s*(?:ms|%|points?)?(?:\s+(\S+\.[cm]?js))?$/i.exec(words) ?? []
  const kpi = CLAIMS[name.toLowerCase()]
  return kpi ? [{ kind: 'kpi', kpi, atLeast: Number(amount), ...(bench ? { bench } : {}) }] : undefined
}
export const CLAIM_HINT = `Say a KPI and a number, such as "latency 5". KPIs: ${Object.keys(CLAIMS).join(', ')}.`

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
