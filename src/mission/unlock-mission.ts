// Job: from an approved mission to an execution. Asks again what may have moved; PostgreSQL decides.

import { assuranceFor } from '../access/assurance.ts'
import { attest } from '../attestations/release.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { CheckResult } from '../checks/ask.ts'
import type { Target } from '../config/config.ts'
import { isStricter, ruleDecided } from '../governance/rule.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { sentence } from '../kernel/text.ts'
import { keyIdOf, unseal } from '../keys/key.ts'
import { proveEntry } from '../ledger/prove-entry.ts'
import { sequence } from '../ledger/sequence.ts'
import { isTrusted, stands, trustOf } from '../trust/trust.ts'
import { notTrusted, onceTheWorldMoved } from '../trust/undecided.ts'
import { adoptPolicy, measureAnew } from './adopt-policy.ts'
import { askAgain } from './ask-again.ts'
import { type EvidenceRecord, type MissionControl, type Stores, targetOf } from './context.ts'
import { followBase } from './follow-base.ts'
import { improve } from './improve.ts'
import { findCandidate, findEvidence, findMission, lockMission } from './load.ts'
import { type Mission, move } from './mission.ts'
import { releaseOf } from './release-of.ts'
import { voidSession } from './void-session.ts'

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'keys' | 'hunter' | 'advisories'>
const actor = grace('gate')
/** How soon a held mission is looked at again. */
const LOOK_AGAIN_MS = 15_000

export async function unlockMission(ctx: Ctx, id: string): Promise<void> {
  const loaded = await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    if (mission.phase !== 'consensus') return undefined
    const evidence = await findEvidence(stores, mission)
    return {
      mission,
      candidate: await findCandidate(stores, mission),
      evidence,
      checks: await stores.evidence.standing(evidence.id),
      session: mission.session ? await stores.sessions.find(mission.session) : undefined,
    }
  })
  if (!loaded) return
  const { mission, candidate, evidence } = loaded
  const target = targetOf(ctx.config, mission.target)
  const needed = target.policy.trust_threshold
  // Where nothing is executed, the base need not be followed.
  if (target.deploy) {
    const head = await ctx.repositories.head(target)
    if (head !== candidate.baseCommit) return requeue(ctx, mission, candidate, target, head)
  }
  const refused = await ctx.transact(({ candidates }) =>
    candidates.refusedBefore(target.name, candidate.patchId, mission.id),
  )
  if (refused)
    return hold(ctx, id, [
      `this very change was refused in M-${refused.mission}: ${sentence(refused.why)} Cancel this mission, or attach a different change.`,
    ])

  const checks = await askAgain(ctx, mission, candidate, target, evidence, loaded.checks)
  const trust = trustOf(evidence.report, checks, evidence.holds)
  const open = checks.filter((check) => !stands(check.verdict))
  const attestable = open.filter((check) => check.verdict === 'needs_human')
  // What only an answer of a person or the end of a freeze can mend waits here; what only a better change can, does not.
  if (attestable.length > 0)
    return hold(
      ctx,
      id,
      attestable.map(
        (check) =>
          `attestation outstanding: ${check.title}. ${check.reason} Who may approve answers: /missions attest M-${mission.number} ${check.id} and why.`,
      ),
    )
  const ended = await endedKey(ctx, evidence)
  if (ended)
    return again(
      ctx,
      mission,
      'key_not_valid',
      `${ended} It is measured again, signed anew, and put to a new vote.`,
    )
  if (target.policy.freeze) return hold(ctx, id, [`change freeze: ${target.policy.freeze}`])
  const mended = onceTheWorldMoved(checks)
  const couldPass = isTrusted(trustOf(evidence.report, mended, evidence.holds), needed)
  if (open.length > 0 && couldPass && mended.every((check) => stands(check.verdict)))
    return hold(
      ctx,
      id,
      open.map((check) => `${check.title}: ${check.reason}`),
    )
  if (!isTrusted(trust, needed) || open.length > 0) {
    const why = isTrusted(trust, needed)
      ? `${open[0]?.title}: ${open[0]?.reason}`
      : notTrusted(trust, needed, evidence.report, open[0]?.reason)
    return backToTesting(ctx, id, target, why, evidence, checks)
  }
  if (!target.deploy)
    return hold(ctx, id, [
      `${target.name} has no deploy command, so nothing goes live from here. Merge the change yourself and cancel the mission, saying so; or let Grace do it: that needs deploy.command, deploy.rollback and live, which is watched, in grace.yaml.`,
    ])
  const rule = ruleDecided(checks, target.parliament.min_approvals)
  const assurance = assuranceFor(ctx.config.passkeys, target.parliament.passkey_from, rule.risk)
  if (
    loaded.session &&
    (isStricter(rule, loaded.session) || (assurance === 'passkey' && loaded.session.assurance === 'click'))
  )
    return again(
      ctx,
      mission,
      'rule_changed',
      `Its risk (${rule.risk}) asks for more by now than it was voted by: it is measured again, and put to a new vote.`,
    )
  await sequence(ctx)
  await unlock(ctx, mission, candidate, target, evidence, checks)
}

/** Why its signature does not count any more, where today's key would. */
async function endedKey({ transact, keys }: Ctx, evidence: EvidenceRecord): Promise<string | undefined> {
  const { signer, known } = keys.attestation
  const by = unseal(evidence.signature, known)?.keyId
  if (by === undefined) return undefined
  return transact(async ({ standing }) => {
    const fault = await standing.keyFault(by, 'attestation')
    if (fault === null || (await standing.keyFault(keyIdOf(signer.publicKey), 'attestation')) !== null)
      return undefined
    return fault
  })
}

const again = (ctx: Ctx, { id, session }: Mission, cause: string, why: string): Promise<void> =>
  ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    if (current.phase === 'consensus' && current.session === session)
      await measureAnew(stores, current, actor, cause, why)
  })

async function unlock(
  ctx: Ctx,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  evidence: EvidenceRecord,
  checks: readonly CheckResult[],
): Promise<void> {
  try {
    const closing = await ctx.transact(
      async ({ sessions }) => (await sessions.find(mission.session!))?.closingEntry,
    )
    // Reads all leaves: nobody waits for a lock meanwhile.
    const proof = closing ? await proveEntry(ctx, closing) : ''
    await ctx.transact(async (stores) => {
      const current = await lockMission(stores, mission.id)
      const session = current.session ? await stores.sessions.lock(current.session) : undefined
      if (current.phase !== 'consensus' || !session || session.id !== mission.session) return
      if (current.evidence !== mission.evidence) return
      const execution = newId()
      await stores.executions.unlock({
        id: execution,
        mission: current.id,
        session: session.id,
        target: target.name,
        candidateDigest: session.candidateDigest,
        evidenceDigest: session.evidenceDigest,
        policyDigest: session.policyDigest,
      })
      await stores.attestations.insert(execution, {
        envelopes: await attest(
          await releaseOf(stores, mission, candidate, target, evidence, checks, session),
          ctx.keys.attestation.signer,
        ),
        proof,
      })
      const { next, entry } = move(current, 'live_execution', actor, 'unlocked')
      await stores.missions.save(next)
      await stores.ledger.append([
        {
          kind: 'MissionUnlocked',
          actor: refOf(actor),
          mission: current.id,
          facts: {
            execution,
            session: session.id,
            candidate: session.candidateDigest,
            evidence: session.evidenceDigest,
            policy: session.policyDigest,
            verdicts: Object.fromEntries(checks.map((check) => [check.id, check.verdict])),
          },
        },
        entry,
      ])
      await stores.outbox.add([
        { kind: 'announce', payload: { mission: current.id, event: 'unlocked' } },
        { kind: 'execute-mission', payload: { execution } },
      ])
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // Another process, of an older version or with an older grace.yaml, opened the session under its own policy.
    if (error.code === 'gate_not_what_was_seen') await adoptPolicy(ctx, [mission.id])
    await hold(ctx, mission.id, [error.message])
  }
}

/** Keeps the mission in consensus and says why; looks again soon. */
async function hold(ctx: Ctx, id: string, heldBy: readonly string[]): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase !== 'consensus') return
    const isNews = heldBy.some((why) => !mission.heldBy.includes(why))
    if (isNews) await stores.missions.save({ ...mission, heldBy })
    await stores.outbox.add([
      ...(isNews
        ? [{ kind: 'announce', payload: { mission: id, event: 'held', why: heldBy.join('; ') } }]
        : []),
      { kind: 'unlock-mission', payload: { mission: id }, key: `unlock:${id}`, afterMs: LOOK_AGAIN_MS },
    ])
  })
}

/** Approved without trust: it needs a better change, or more rounds, before anybody is asked again. */
async function backToTesting(
  ctx: Ctx,
  id: string,
  target: Target,
  why: string,
  { id: measured, report, holds }: EvidenceRecord,
  checks: readonly CheckResult[],
): Promise<void> {
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (mission.phase !== 'consensus' || mission.evidence !== measured) return
    const returned = await voidAndReturn(stores, mission, 'not_trusted', `Approved, but ${why}`)
    await improve(stores, returned, target, { why, report, checks, holds })
  })
}

async function voidAndReturn(stores: Stores, mission: Mission, cause: string, why: string): Promise<Mission> {
  await voidSession(stores, mission, actor, why)
  const { next, entry } = move(mission, 'sandbox_testing', actor, cause)
  await stores.missions.save(next)
  await stores.ledger.append([entry])
  return next
}

/** The base moved: as a merge queue does, the change is put on the new base and measured again. */
async function requeue(
  ctx: Ctx,
  mission: Mission,
  candidate: Candidate,
  target: Target,
  head: string,
): Promise<void> {
  const change = await ctx.repositories.rebase(target, candidate, head)
  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, mission.id)
    if (current.phase !== 'consensus' || current.candidate !== candidate.id) return
    const why = `${target.branch} moved to ${head.slice(0, 12)}: the change is put on it and measured again.`
    const returned = await voidAndReturn(stores, current, 'base_moved', why)
    const carryFrom = current.session
    await followBase(stores, actor, returned, target, { candidate, head, change, carryFrom })
  })
}
