// Signs for an execution that an older Grace unlocked: one from before attestations left none, and the executor asks for them.
import { attest } from '../attestations/release.ts'
import { proveEntry } from '../ledger/prove-entry.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { findCandidate, findEvidence, lockMission } from './load.ts'
import { releaseOf } from './release-of.ts'

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'keys'>

export async function attestExecution(ctx: Ctx, id: string): Promise<void> {
  const unsigned = await ctx.transact(async (stores) => {
    const execution = await unsignedExecution(stores, id)
    const session = execution && (await stores.sessions.find(execution.session))
    return session?.closingEntry ? { ...execution!, closingEntry: session.closingEntry } : undefined
  })
  if (!unsigned) return
  // Reads all leaves: nobody waits for a lock meanwhile.
  const proof = await proveEntry(ctx, unsigned.closingEntry)
  await ctx.transact(async (stores) => {
    // Whoever else signs for it waits here.
    const mission = await lockMission(stores, unsigned.mission)
    if (!(await unsignedExecution(stores, id))) return
    const session = (await stores.sessions.find(unsigned.session))!
    const evidence = await findEvidence(stores, mission)
    const release = await releaseOf(
      stores,
      mission,
      await findCandidate(stores, mission),
      targetOf(ctx.config, unsigned.target),
      evidence,
      await stores.evidence.standing(evidence.id),
      session,
    )
    await stores.attestations.insert(id, {
      envelopes: await attest(release, ctx.keys.attestation.signer),
      proof,
    })
  })
}

/** Of which nothing is done yet. */
async function unsignedExecution(stores: Stores, id: string) {
  const execution = await stores.executions.find(id)
  return execution?.state === 'unlocked' && !(await stores.attestations.of(id)) ? execution : undefined
}
