// Job: says in the mission's threads how the ledger stands, so that what it says now can't be rewritten unnoticed.
import { sequence } from '../ledger/sequence.ts'
import type { MissionControl } from './context.ts'

export async function publishCheckpoint(
  ctx: Pick<MissionControl, 'transact' | 'keys'>,
  mission: string,
): Promise<void> {
  await sequence(ctx)
  await ctx.transact(async ({ sequencing, outbox }) => {
    const head = await sequencing.head()
    if (!head) return
    await outbox.add([
      {
        kind: 'announce',
        payload: { mission, event: 'checkpoint', size: head.size, note: head.note },
        key: `checkpoint:${mission}:${head.size}`,
      },
    ])
  })
}
