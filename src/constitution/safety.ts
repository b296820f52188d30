import { addedLines } from '../checks/added-lines.ts'
import { type Check, type Evidence, failIfAny } from '../checks/check.ts'

const DESTRUCTIVE: readonly [RegExp, string][] = [
  [/\bDROP\s+(?:TABLE|DATABASE|SCHEMA|COLUMN)\b/i, 'drops data'],
  [/\bTRUNCATE\s+(?:TABLE\s+)?\w/i, 'empties a table'],
  [/\bDELETE\s+FROM\s+\S+\s*(?:;|["'`)]|$)/i, 'deletes without a condition'],
  [/\brm\s+-\w*[rf]\w*\b|\brmSync\(.*recursive|\bshutil\.rmtree\(/i, 'removes files recursively'],
  [/\bpush\b.*(?:--force(?!-with-lease)|\s-f\b)/i, 'force-pushes'],
]
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
  looksAt: 'limits hit in the sandbox, destructive operations, migrations without a way back',
  notYetChecked: ['undeclared network', 'install scripts of new dependencies'],
  ask({ candidate, sandbox }) {
    const added = new Set(candidate.changes.filter((file) => file.kind === 'added').map((file) => file.path))
    // A .down.sql undoes its own migration; what it drops is what this very change creates.
    const forward = (path: string) => !(DOWN.test(path) && added.has(path))
    return failIfAny(
      [
        ...sandbox.limitsHit.map((limit) => ({
          at: 'sandbox',
          what: `the candidate ran into its ${limit} limit`,
        })),
        ...DESTRUCTIVE.flatMap(([pattern, what]) => addedLines(candidate.changes, pattern, what, forward)),
        ...irreversible(added),
      ],
      'Not safe',
      'No limit was hit, nothing destructive is added, migrations can be taken back.',
    )
  },
}
