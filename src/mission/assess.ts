// Puts the seventeen checks to a candidate: gathers the facts, asks, returns the answers.

import { speaksOf } from '../attestations/test-result.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { FileChange } from '../candidate/diff.ts'
import { ask, type CheckResult } from '../checks/ask.ts'
import type { Check } from '../checks/check.ts'
import type { Facts } from '../checks/facts.ts'
import { type Config, policyDigest, type Target } from '../config/config.ts'
import { CONSTITUTION } from '../constitution/index.ts'
import { CODEOWNERS_PATHS, membersAmong, ownersOfPaths, readCodeowners } from '../governance/codeowners.ts'
import { GOVERNANCE } from '../governance/index.ts'
import { canBeUndone } from '../governance/risk.ts'
import { changedPackages } from '../hunter/files/changed-packages.ts'
import { HUNTER } from '../hunter/index.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { unseal } from '../keys/key.ts'
import { openCheckpoint } from '../ledger/checkpoint.ts'
import { CompactRange } from '../ledger/merkle.ts'
import { ORIGIN, sequence } from '../ledger/sequence.ts'
import { electorateNow, selfApproved } from '../parliament/electorate.ts'
import { openPolicies } from '../policies/engine.ts'
import { misreported } from '../trust/recompute.ts'
import { changedFiles, scannedFiles } from './changed-files.ts'
import type { EvidenceRecord, MissionControl, Stores } from './context.ts'
import type { Mission } from './mission.ts'

export const ALL_CHECKS: readonly Check[] = [...GOVERNANCE, ...CONSTITUTION, ...HUNTER]

/** As the policy row has them and the gate demands them. */
export const REQUIRED_CHECKS: readonly string[] = ALL_CHECKS.map((check) => `${check.family}:${check.id}`)

export const digestOfPolicy = (config: Pick<Config, 'policies'>, target: Target): string =>
  policyDigest(target, REQUIRED_CHECKS, openPolicies(config.policies).digest)

export type Assessing = Pick<
  MissionControl,
  'transact' | 'config' | 'repositories' | 'keys' | 'hunter' | 'advisories'
>

export type Sealed = Pick<EvidenceRecord, 'digest' | 'isolation' | 'signature' | 'body' | 'report'> & {
  readonly minutes: number
  readonly limitsHit: readonly string[]
  readonly off: readonly string[]
}

/** `checks` are all of them, or those whose world moves. */
export async function assess(
  ctx: Assessing,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  sealed: Sealed,
  checks: readonly Check[] = ALL_CHECKS,
): Promise<CheckResult[]> {
  return ask(checks, await gather(ctx, mission, candidate, target, sealed))
}

async function gather(
  ctx: Assessing,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  sealed: Sealed,
): Promise<Facts> {
  const files = await changedFiles(ctx.repositories, target, candidate)
  const reverts = await ctx.repositories.reverts(target, candidate)
  const named = await codeOwnersOf(ctx, target, candidate, files.changes)
  const codeOwners = {
    named,
    members: membersAmong(named, ctx.config.members).filter((id) => target.voters.includes(id)),
  }
  // Whom grace.yaml names, a file of the repository does not replace.
  const owners = target.owners ?? (codeOwners.members.length > 0 ? codeOwners.members : target.voters)
  // What was recorded so far gets its number and its checkpoint, so that the check has a tree to look at.
  await sequence(ctx)
  return ctx.transact(async (stores) => {
    const electors = await electorateNow(stores, ctx.config, target, candidate.authors)
    const opportunity = mission.opportunity ? await stores.opportunities.find(mission.opportunity) : undefined
    return {
      now: await stores.clock.now(),
      mission: { ...mission, detectedBy: opportunity?.detector ?? null },
      candidate: { digest: candidate.digest, authors: candidate.authors, ...files, reverts },
      hunter: once(() => ctx.hunter.scan(scannedFiles(files))),
      packages: () => changedPackages(scannedFiles(files)),
      advisories: (packages) => ctx.advisories.of(packages),
      policy: {
        policies: ctx.config.policies,
        forbiddenPaths: target.policy.forbidden_paths,
        protectedPaths: target.policy.protected_paths,
        maxChangedLines: target.policy.max_changed_lines,
        maxOpenMissions: target.policy.max_open_missions,
        maxOpenMissionsOfProposer: target.policy.max_open_missions_of_proposer,
        maxExecutionsPerDay: target.policy.max_executions_per_day,
        sandboxMinutes: target.policy.sandbox_minutes,
        minApprovals: target.parliament.min_approvals,
        freeze: target.policy.freeze ?? null,
      },
      target: {
        name: target.name,
        openMissions: await stores.standing.openMissions(target.name),
        openMissionsOfProposer: await stores.standing.openMissionsOf(target.name, mission.proposer),
        executionsLastDay: await stores.standing.executionsLastDay(target.name),
        errorBudget: errorBudgetOf(target, await stores.standing.requestsLastDay(target.name)),
        frozen: await stores.standing.frozen(target.name),
        playbooks: target.playbooks.map((playbook) => playbook.name),
        codeOwners,
        record: await stores.standing.recentRollbacks(target.name, mission.proposer),
        deploys: target.deploy !== undefined,
        hasRollback: canBeUndone(target),
      },
      electorate: {
        eligible: electors.length,
        mayApprove: electors.filter((elector) => elector.mayApprove).length,
        owners,
        ownersWhoMayApprove: electors.filter(
          ({ member, mayApprove }) => mayApprove && owners.includes(member),
        ).length,
        selfApproval: selfApproved(electors),
      },
      sandbox: {
        isolation: sealed.isolation,
        minutes: sealed.minutes,
        limitsHit: sealed.limitsHit,
        off: sealed.off,
        scanners: (sealed.body as { scanners?: Facts['sandbox']['scanners'] }).scanners ?? [],
      },
      records: {
        signature: await signatureOf(stores, ctx, mission, candidate, target, sealed),
        ledger: await ledgerOf(stores, ctx, mission),
        stop: (await stores.stops.drill())
          ? { ok: true, why: 'A drill of the stop held.' }
          : { ok: false, why: 'A drill of the stop failed: PostgreSQL would let an execution through.' },
      },
    }
  })
}

/** As the base has it: a change does not say whose it is. */
async function codeOwnersOf(
  { repositories }: Assessing,
  target: Target,
  candidate: Candidate,
  changes: readonly FileChange[],
): Promise<string[]> {
  const tree = await repositories.treeOf(target, candidate.baseCommit)
  const found = await repositories.texts(target, tree, CODEOWNERS_PATHS)
  const path = CODEOWNERS_PATHS.find((one) => found.has(one))
  const paths = [...new Set(changes.flatMap((file) => [file.path, file.oldPath]))]
  return path === undefined ? [] : ownersOfPaths(readCodeowners(found.get(path)!), paths)
}

/** Below this, one failed request more or less says nothing. */
const LEAST_REQUESTS = 1_000

function errorBudgetOf(
  { live }: Target,
  { requests, errors }: { requests: number; errors: number },
): Facts['target']['errorBudget'] {
  const objective = live?.objectives.error_rate
  if (objective === undefined || requests < LEAST_REQUESTS) return null
  return { errors, allowed: Math.floor((requests * objective) / 10_000) }
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

async function signatureOf(
  stores: Stores,
  ctx: Assessing,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  sealed: Sealed,
) {
  if (digestOf(asJson(sealed.body)) !== sealed.digest)
    return { ok: false, why: 'The evidence is not what was signed: its content has another digest.' }
  const wrong = misreported(sealed.body, sealed.report, mission.claims, target.policy.margins)
  if (wrong)
    return {
      ok: false,
      why: `The KPI report does not follow from the measurements: ${wrong.replaceAll('_', ' ')}.`,
    }
  const opened = unseal(sealed.signature, ctx.keys.attestation.known)
  const of = { tree: candidate.tree, candidateDigest: candidate.digest, evidenceDigest: sealed.digest }
  if (!opened || !speaksOf(opened.statement, of))
    return { ok: false, why: 'The signature does not fit this candidate and evidence.' }
  const fault = await stores.standing.keyFault(opened.keyId, 'attestation')
  if (fault !== null) return { ok: false, why: fault }
  return {
    ok: true,
    why: `Tree ${candidate.tree.slice(0, 12)}, candidate and evidence are signed with key ${opened.keyId}.`,
  }
}

async function ledgerOf(stores: Stores, ctx: Assessing, mission: Mission) {
  const head = await stores.sequencing.head()
  const { total, waiting } = await stores.standing.ledgerEntries(mission.id)
  const no = (why: string) => ({ ok: false, why, entries: total })
  if (!head) return no('There is no signed checkpoint yet.')
  const said = openCheckpoint(head.note, ORIGIN, ctx.keys.ledger.known)
  if (!said || said.size !== head.size)
    return no(
      'The last checkpoint is not signed by a key that this worker knows. After grace keys rotate, start every worker again.',
    )
  const root = Buffer.from(new CompactRange(head.size, head.roots).root())
  if (!root.equals(said.root)) return no("The ledger's tree does not fit its last checkpoint.")
  const fault = await stores.standing.keyFault(said.keyId, 'ledger')
  if (fault !== null) return no(fault)
  if (total === 0) return no('The ledger has no entry of this mission.')
  if (waiting > 0) return no(`${waiting} of this mission's entries are not in the tree yet.`)
  return {
    ok: true,
    why: `${total} entries of this mission stand under the checkpoint of ${head.size} leaves.`,
    entries: total,
  }
}
