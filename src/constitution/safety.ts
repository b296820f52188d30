import { addedLines } from '../checks/added-lines.ts'
import { type Check, type Evidence, failIfAny, needsHuman } from '../checks/check.ts'

const DESTRUCTIVE: readonly [RegExp, string][] = [
  [/\bDROP\s+(?:TABLE|DATABASE|SCHEMA|COLUMN)\b/i, 'drops data'],
  [/\bTRUNCATE\s+(?:TABLE\s+)?\w/i, 'empties a table'],
  [/\bDELETE\s+FROM\s+\S+\s*(?:;|["'`)]|$)/i, 'deletes without a condition'],
  [/\brm\s+-\w*[rf]\w*\b|\brmSync\(.*recursive|\bshutil\.rmtree\(/i, 'removes files recursively'],
  [/\bpush\b.*(?:--force(?!-with-lease)|\s-f\b)/i, 'force-pushes'],
]
/** Hunter's rules about what is installed. */
const OF_DEPENDENCIES = new Set(['lock-file', 'package-script', 'requirements'])
const MIGRATION = /(?:^|\/)migrations?\/.+\.sql$/i
const DOWN = /\.down\.sql$|\.rollback\.sql$/i

/** A migration that this change adds and gives no way back from. */
function irreversible(paths: ReadonlySet<string>): Evidence[] {
  return [...paths]
    .filter((path) => MIGRATION.test(path) && !DOWN.test(path))
    .filter(
      (path) =>
        ![
          path.replace(/(?:\.up)?\.sql$/i, '.down.sql'),
          path.replace(/(?:\.up)?\.sql$/i, '.rollback.sql'),
        ].some((p) => paths.has(p)),
    )
    .map((path) => ({ at: path, what: 'a migration without its way back (a .down.sql beside it)' }))
}

export const safety: Check = {
  id: 'safety',
  family: 'constitution',
  title: 'Safety',
  looksAt:
    'limits hit in the sandbox, destructive operations, migrations without a way back, where new dependencies come from and what they run',
  notYetChecked: ['attempts to reach a network: the sandbox has none'],
  async ask({ candidate, sandbox, hunter }) {
    const added = new Set(candidate.changes.filter((file) => file.kind === 'added').map((file) => file.path))
    // A .down.sql undoes its own migration; what it drops is what this very change creates.
    const forward = (path: string) => !(DOWN.test(path) && added.has(path))
    const installed = (await hunter()).added.filter(({ rule }) => OF_DEPENDENCIES.has(rule))
    const asEvidence = ({ path, line, what }: (typeof installed)[number]) => ({ at: `${path}:${line}`, what })
    const answer = failIfAny(
      [
        ...sandbox.limitsHit.map((limit) => ({
          at: 'sandbox',
          what: `the candidate ran into its ${limit} limit`,
        })),
        ...DESTRUCTIVE.flatMap(([pattern, what]) => addedLines(candidate.changes, pattern, what, forward)),
        ...irreversible(added),
        ...installed.filter(({ grade }) => grade === 'block').map(asEvidence),
      ],
      'Not safe',
      'No limit was hit, nothing destructive is added, migrations can be taken back.',
    )
    const judged = installed.filter(({ grade }) => grade === 'review').map(asEvidence)
    if (answer.verdict === 'pass' && judged.length > 0) return needsHuman(judged)
    return answer
  },
}
