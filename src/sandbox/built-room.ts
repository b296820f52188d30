// A room in which the target's build has run. Where it failed, that is the answer to whatever is asked of the room.
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Receipt, Room } from './room.ts'

export async function builtRoom(room: Room, target: Target): Promise<Room> {
  const receipt = await build(room, target)
  if (!receipt || isBuilt(receipt)) return room
  const refuse = async (): Promise<never> => {
    throw new Refusal(
      'invalid',
      'build_failed',
      `The build ended with ${receipt.ended === 'exit' ? `exit ${receipt.exit}` : receipt.ended}: ${receipt.output.trim().slice(-300)}`,
      'Check build in grace.yaml; it is run in the sandbox, without a network.',
    )
  }
  return {
    run: async () => receipt,
    converse: refuse,
    serve: refuse,
    patch: () => room.patch(),
    close: () => room.close(),
  }
}

/** Once more after something was changed there. Undefined where the target has none. */
export const build = async (
  room: Room,
  { build: command, environment }: Target,
): Promise<Receipt | undefined> => (command === undefined ? undefined : room.run({ command, environment }))

export const isBuilt = ({ exit }: Receipt): boolean => exit === 0
