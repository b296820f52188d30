// Job: a detected mission gets its candidate from the playbook that the target has for it.
import { draft } from '../candidate/draft.ts'
import type { Change } from '../candidate/repositories.ts'
import { grace } from '../kernel/actor.ts'
import { asJson } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine } from '../kernel/text.ts'
import { type MissionControl, type Stores, targetOf } from './context.ts'
import { findMission, lockMission } from './load.ts'
import { move } from './mission.ts'
import { candidateEntry, waitForCandidate } from './open-mission.ts'
import { mustBeNew } from './refused-change.ts'

export async function proposeCandidate(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'playbooks' | 'pageOf'>,
  id: string,
): Promise<void> {
  const { mission, opportunity } = await ctx.transact(async (stores) => {
    const found = await findMission(stores, id)
    return {
      mission: found,
      opportunity: found.opportunity ? await stores.opportunities.find(found.opportunity) : undefined,
    }
  })
  if (mission.phase !== 'detected' || !opportunity) return
  const target = targetOf(ctx.config, mission.target)
  const playbook = target.playbooks.find((one) => one.on === opportunity.detector)
  const actor = grace(playbook ? `playbook:${playbook.name}` : `detector:${opportunity.detector}`)
  const refusedBecause = (refusal: Refusal) =>
    `the change of playbook ${playbook?.name} was refused: ${refusal.message} ${refusal.next}`
  const proposal: { change?: Change; why: string } = playbook
    ? await propose()
    : { why: `no playbook of ${target.name} answers ${opportunity.detector}` }

  async function propose(): Promise<{ change?: Change; why: string }> {
    const base = await ctx.repositories.head(target)
    const { patch, output } = await ctx.playbooks.run(target, playbook!, base, {
      mission: mission.id,
      title: mission.title,
      detector: opportunity!.detector,
      evidence: asJson(opportunity!.evidence),
    })
    if (patch.trim() === '')
      return {
        why: `the playbook ${playbook!.name} left no change: ${oneLine(output, 160) || 'it said nothing'}`,
      }
    try {
      return { change: await ctx.repositories.fromPatch(target, base, patch), why: oneLine(output, 160) }
    } catch (error) {
      if (error instanceof Refusal) return { why: refusedBecause(error) }
      throw error
    }
  }

  async function newOnly(stores: Stores): Promise<{ change?: Change; why: string }> {
    try {
      if (proposal.change) await mustBeNew(stores, ctx, target.name, proposal.change, id)
      return proposal
    } catch (error) {
      if (error instanceof Refusal) return { why: refusedBecause(error) }
      throw error
    }
  }

  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    if (current.phase !== 'detected') return
    const { change, why } = await newOnly(stores)
    if (!change) {
      const { next, entry } = move(current, 'sandbox_testing', actor, 'awaiting_candidate')
      await stores.missions.save(next)
      await stores.ledger.append([entry])
      await waitForCandidate(stores, next, why)
      return
    }
    const candidate = draft(current.id, 1, change, [{ kind: 'grace', id: actor.id }])
    const { next, entry } = move(current, 'sandbox_testing', actor, 'proposed', { candidate: candidate.id })
    await stores.candidates.insert(candidate)
    await stores.missions.save(next)
    await stores.ledger.append([candidateEntry(actor, candidate), entry])
    await stores.outbox.add([
      { kind: 'announce', payload: { mission: current.id, event: 'proposed', what: why } },
      { kind: 'test-candidate', payload: { mission: current.id, candidate: candidate.id } },
    ])
  })
}
