// People stop a target: nothing is unlocked on it until they let it go on.
import { type Actor, nameOf, refOf } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import { spoken } from '../kernel/work.ts'
import { type MissionControl, targetOf } from './context.ts'
import { permitVoter } from './permit-voter.ts'

type Ctx = Pick<MissionControl, 'transact' | 'config'>

export async function pauseTarget(ctx: Ctx, actor: Actor, name: string): Promise<void> {
  permit(actor, 'vote')
  const target = targetOf(ctx.config, name)
  permitVoter(ctx.config, actor, target.name)
  const why = `Paused by ${nameOf(actor)}.`
  await ctx.transact(async ({ freezes, standing, ledger }) => {
    if (!(await freezes.set(target.name, why)))
      throw new Refusal(
        'conflict',
        'frozen_already',
        `${target.name} stands still already: ${await standing.frozen(target.name)}`,
        `Let it go on with: resume ${target.name}`,
      )
    await ledger.append([
      { kind: 'TargetPaused', actor: refOf(actor), facts: { target: target.name, why: spoken(why) } },
    ])
  })
}

export async function resumeTarget(ctx: Ctx, actor: Actor, name: string): Promise<void> {
  permit(actor, 'vote')
  const target = targetOf(ctx.config, name)
  permitVoter(ctx.config, actor, target.name)
  await ctx.transact(async ({ freezes, ledger }) => {
    if (!(await freezes.lift(target.name)))
      throw new Refusal('conflict', 'not_frozen', `${target.name} is not paused.`, 'Nothing has to be done.')
    await ledger.append([{ kind: 'TargetResumed', actor: refOf(actor), facts: { target: target.name } }])
  })
}
