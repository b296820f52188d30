// Runs a detector of one's own in a sandboxed tree; what it prints is its answer.
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Rooms } from '../../src/sandbox/room.ts'
import type { OwnDetectors } from '../../src/trigger-mesh/own-detector.ts'

const WALL_MS = 120_000

export const ownDetectorsIn = (
  rooms: (target: Target, authored: 'grace') => Promise<Rooms>,
): OwnDetectors => ({
  async run(target, detector, commit, question) {
    const room = await (await rooms(target, 'grace')).open(target, commit)
    try {
      const receipt = await room.run({
        command: detector.command,
        stdin: JSON.stringify(question),
        evidence: detector.evidence,
        environment: target.environment,
        limits: { wallMs: WALL_MS },
      })
      // Of an answer that was cut nobody knows what is missing.
      if (receipt.exit === 0 && receipt.droppedBytes === 0) return receipt.stdout
      throw new Refusal(
        'invalid',
        'detector_failed',
        `The detector ${detector.name} of ${target.name} ${receipt.exit === 0 ? 'printed too much' : `ended with ${receipt.exit ?? receipt.ended}`}: ${receipt.output.trim().slice(-300)}`,
        'Mend it; it is asked again at its next turn.',
      )
    } finally {
      await room.close()
    }
  },
})
