// Security scanners of the target's own: what they find on the candidate and not on today's code.
import type { ScannerRun } from '../checks/facts.ts'
import type { Target } from '../config/config.ts'
import { unlessRefused } from '../kernel/refusal.ts'
import { findingsOn } from './findings-on.ts'
import type { LintFinding } from './readers/lint-report.ts'
import type { Room } from './room.ts'

const KEPT = 100
const RANK = { error: 0, warning: 1, note: 2 }

/**
 * In rooms where nothing of the change has run yet: a test could take away what a scanner should see. Of each the gravest
 * 100 are kept. One that says nothing readable of today's code is refused: that is no fault of the change.
 */
export async function runScanners(
  target: Target,
  open: (side: 'baseline' | 'candidate') => Promise<Room>,
): Promise<ScannerRun[]> {
  if (target.scanners.length === 0) return []
  const rooms = { baseline: await open('baseline'), candidate: await open('candidate') }
  const runs: ScannerRun[] = []
  for (const { name, ...tool } of target.scanners) {
    const on = (room: Room) => findingsOn(room, target, tool, `scanners.${name}`)
    const today = await on(rooms.baseline)
    const then = await unlessRefused(on(rooms.candidate))
    runs.push({
      scanner: name,
      added:
        then &&
        beyond(then, today)
          .sort((a, b) => RANK[a.severity] - RANK[b.severity])
          .slice(0, KEPT),
    })
  }
  return runs
}

/** Lines move: what a file has of a rule is counted. */
function beyond(these: readonly LintFinding[], those: readonly LintFinding[]): LintFinding[] {
  const left = new Map<string, number>()
  const key = ({ rule, path, severity }: LintFinding) => `${severity} ${rule} ${path}`
  for (const one of those) left.set(key(one), (left.get(key(one)) ?? 0) + 1)
  return these.filter((one) => {
    const count = left.get(key(one)) ?? 0
    left.set(key(one), count - 1)
    return count <= 0
  })
}
