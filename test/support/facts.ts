import type { FileChange } from '../../src/candidate/diff.ts'
import type { Answer } from '../../src/checks/advisories.ts'
import type { Facts } from '../../src/checks/facts.ts'
import { changedPackages } from '../../src/hunter/files/changed-packages.ts'
import { scanFile, together } from '../../src/hunter/scan.ts'
import { scannedFiles } from '../../src/mission/changed-files.ts'

type Deep<T> = { readonly [K in keyof T]?: Partial<T[K]> }

/** Facts of a harmless change; a test says what is different. */
export const facts = (
  over: Omit<Deep<Facts>, 'advisories'> & {
    changes?: readonly FileChange[]
    after?: Record<string, string>
    before?: Record<string, string>
    advisories?: Answer
  } = {},
): Facts => {
  const files = {
    changes: over.changes ?? [],
    after: new Map(Object.entries(over.after ?? {})),
    before: new Map(Object.entries(over.before ?? {})),
  }
  return {
    packages: () => changedPackages(scannedFiles(files)),
    advisories: async () => over.advisories ?? { answered: true, source: 'a test', found: [] },
    hunter: async () => together(await Promise.all(scannedFiles(files).map(scanFile))),
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
      ...files,
      reverts: true,
      ...over.candidate,
    },
    policy: {
      policies: '',
      forbiddenPaths: ['.github/**', '.env*', 'grace.yaml'],
      protectedPaths: ['**/auth/**'],
      maxChangedLines: 100,
      maxOpenMissions: 5,
      maxOpenMissionsOfProposer: 3,
      maxExecutionsPerDay: 5,
      sandboxMinutes: 10,
      minApprovals: 1,
      freeze: null,
      ...over.policy,
    },
    target: {
      name: 'shop',
      openMissions: 1,
      openMissionsOfProposer: 1,
      errorBudget: null,
      executionsLastDay: 0,
      frozen: null,
      playbooks: ['missing-index-sqlite'],
      codeOwners: { named: [], members: [] },
      record: { live: 0, rolledBack: 0 },
      deploys: true,
      hasRollback: true,
      ...over.target,
    },
    electorate: {
      eligible: 2,
      mayApprove: 2,
      owners: ['ada', 'ben'],
      ownersWhoMayApprove: 2,
      selfApproval: false,
      ...over.electorate,
    },
    sandbox: { isolation: 'contained', minutes: 1, limitsHit: [], off: [], scanners: [], ...over.sandbox },
    records: {
      signature: { ok: true, why: 'signed' },
      ledger: { ok: true, why: 'whole', entries: 3 },
      stop: { ok: true, why: 'held' },
      ...over.records,
    },
  }
}
