import type { FileChange } from '../../src/candidate/diff.ts'
import type { Facts } from '../../src/checks/facts.ts'

type Deep<T> = { readonly [K in keyof T]?: Partial<T[K]> }

/** Facts of a harmless change; a test says what is different. */
export const facts = (
  over: Deep<Facts> & {
    changes?: readonly FileChange[]
    after?: Record<string, string>
    before?: Record<string, string>
  } = {},
): Facts => ({
  now: new Date('2026-11-22T12:00:00Z'),
  mission: {
    id: 'm',
    title: 'Faster look-ups',
    description: 'Adds an index',
    rationale: 'Users wait',
    proposer: { kind: 'grace', id: 'detector:latency' },
    claims: [],
    detectedBy: 'latency',
    ...over.mission,
  },
  candidate: {
    digest: 'sha256:0',
    authors: [{ kind: 'grace', id: 'playbook:missing-index-sqlite' }],
    changes: over.changes ?? [],
    after: new Map(Object.entries(over.after ?? {})),
    before: new Map(Object.entries(over.before ?? {})),
    reverts: true,
    ...over.candidate,
  },
  policy: {
    forbiddenPaths: ['.github/**', '.env*', 'grace.yaml'],
    maxChangedLines: 100,
    maxOpenMissions: 5,
    maxExecutionsPerDay: 5,
    sandboxMinutes: 10,
    minApprovals: 1,
    freeze: null,
    ...over.policy,
  },
  target: {
    name: 'shop',
    openMissions: 1,
    executionsLastDay: 0,
    frozen: null,
    playbooks: ['missing-index-sqlite'],
    deploys: true,
    hasRollback: true,
    ...over.target,
  },
  electorate: { eligible: 2, mayApprove: 2, selfApproval: false, ...over.electorate },
  sandbox: { isolation: 'contained', minutes: 1, limitsHit: [], off: [], ...over.sandbox },
  records: {
    signature: { ok: true, why: 'signed' },
    ledger: { ok: true, why: 'whole', entries: 3 },
    ...over.records,
  },
})
