// Runs a playbook in a sandboxed tree; whatever diff it leaves is the candidate.
import type { Target } from '../../src/config/config.ts'
import type { Playbooks } from '../../src/proposing/playbook.ts'
import type { Rooms } from '../../src/sandbox/room.ts'

const WALL_MS = 120_000

export const playbooksIn = (rooms: (target: Target, authored: 'grace') => Promise<Rooms>): Playbooks => ({
  async run(target, playbook, baseCommit, brief) {
    const room = await (await rooms(target, 'grace')).open(target, baseCommit)
    try {
      const receipt = await room.run({
        command: playbook.command,
        stdin: JSON.stringify(brief),
        evidence: playbook.evidence,
        registries: playbook.registries,
        limits: { wallMs: WALL_MS },
      })
      if (receipt.exit !== 0)
        return {
          patch: '',
          output: `it ended with ${receipt.exit ?? receipt.ended}: ${receipt.output.trim().slice(-300)}`,
        }
      return { patch: await room.patch(), output: receipt.stdout.trim().split('\n').at(-1) ?? '' }
    } finally {
      await room.close()
    }
  },
})
