// What a candidate changes, with the text of each file before and after.
import type { Candidate } from '../candidate/candidate.ts'
import { type FileChange, readDiff } from '../candidate/diff.ts'
import type { Repositories } from '../candidate/repositories.ts'
import type { Target } from '../config/config.ts'
import type { ScannedFile } from '../hunter/scan.ts'

export interface ChangedFiles {
  readonly changes: readonly FileChange[]
  /** Absent where there is none, or it is binary or over 1 MB. */
  readonly before: ReadonlyMap<string, string>
  readonly after: ReadonlyMap<string, string>
}

export async function changedFiles(
  repositories: Repositories,
  target: Target,
  candidate: Candidate,
): Promise<ChangedFiles> {
  const changes = readDiff(candidate.patch)
  await repositories.ensure(target, candidate)
  const baseTree = await repositories.treeOf(target, candidate.baseCommit)
  const after = await repositories.texts(
    target,
    candidate.tree,
    changes.filter((file) => file.kind !== 'deleted').map((file) => file.path),
  )
  const before = await repositories.texts(
    target,
    baseTree,
    changes.filter((file) => file.kind !== 'added').map((file) => file.oldPath),
  )
  return { changes, before, after }
}

export const scannedFiles = ({ changes, before, after }: ChangedFiles): ScannedFile[] =>
  changes
    .filter((file) => !file.binary)
    .map(({ path, oldPath, added, removed }) => ({
      path,
      before: before.get(oldPath),
      after: after.get(path),
      added,
      removed,
    }))
