// What a patch changes, line by line. Git checked the patch before; this only reads it.
import gitdiff from 'gitdiff-parser'

// CommonJS whose types describe an ES module: what is imported is the object that they call `default`.
const { parse } = gitdiff as unknown as typeof gitdiff.default

export interface Line {
  /** 1-based: in the new file for an added line, in the old one for a removed line. */
  readonly number: number
  readonly text: string
}

export interface FileChange {
  /** Path after the change; the old path where the file was deleted. */
  readonly path: string
  readonly oldPath: string
  readonly kind: 'added' | 'deleted' | 'modified' | 'renamed'
  readonly binary: boolean
  readonly added: readonly Line[]
  readonly removed: readonly Line[]
}

const KINDS = {
  add: 'added',
  delete: 'deleted',
  modify: 'modified',
  rename: 'renamed',
  copy: 'added',
} as const

/** A line as it stands in the patch; `context` is on both sides. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'removed'
  /** 1-based; null where the side does not have it. */
  readonly old: number | null
  readonly new: number | null
  readonly text: string
}

/** What a person is shown of one file: its hunks with their context. */
export interface FileDiff {
  readonly path: string
  readonly kind: FileChange['kind']
  readonly binary: boolean
  readonly hunks: readonly { readonly header: string; readonly lines: readonly DiffLine[] }[]
}

export const hunksOf = (patch: string): FileDiff[] =>
  sectionsOf(patch).flatMap((section): FileDiff[] => {
    if (isBinary(section)) return [{ ...binaryChange(section), hunks: [] }]
    return parse(section).map((file) => ({
      path: file.type === 'delete' ? file.oldPath : file.newPath,
      kind: KINDS[file.type],
      binary: false,
      hunks: file.hunks.map((hunk) => ({
        header: hunk.content,
        lines: hunk.changes.map((change): DiffLine => {
          if (change.type === 'insert')
            return { kind: 'added', old: null, new: change.lineNumber, text: change.content }
          if (change.type === 'delete')
            return { kind: 'removed', old: change.lineNumber, new: null, text: change.content }
          const { oldLineNumber: old, newLineNumber: next } = change
          return { kind: 'context', old, new: next, text: change.content }
        }),
      })),
    }))
  })

/**
 * Reads the output of `git diff-tree -p --binary --no-renames` with prefixes a/ and b/ and unquoted paths (a candidate
 * whose paths would need quotes is refused before).
 */
export const readDiff = (patch: string): FileChange[] => sectionsOf(patch).flatMap(readSection)

const sectionsOf = (patch: string): string[] =>
  patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '))

// The library knows nothing of binary patches: what they are called is in the header.
const isBinary = (section: string): boolean => /^(?:GIT binary patch|Binary files )/m.test(section)

function readSection(section: string): FileChange[] {
  if (isBinary(section)) return [binaryChange(section)]
  return parse(section).map((file) => {
    const changes = file.hunks.flatMap((hunk) => hunk.changes)
    return {
      path: file.type === 'delete' ? file.oldPath : file.newPath,
      oldPath: file.type === 'add' ? file.newPath : file.oldPath,
      kind: KINDS[file.type],
      binary: false,
      added: changes
        .filter((c) => c.type === 'insert')
        .map((c) => ({ number: c.lineNumber, text: c.content })),
      removed: changes
        .filter((c) => c.type === 'delete')
        .map((c) => ({ number: c.lineNumber, text: c.content })),
    }
  })
}

/** `diff --git a/<path> b/<path>`: without renames both are the same, so half of the line is the path. */
function binaryChange(section: string): FileChange {
  const names = section.slice('diff --git '.length, section.indexOf('\n'))
  const path = names.slice(2, (names.length - 1) / 2)
  const kind = /^new file mode /m.test(section)
    ? 'added'
    : /^deleted file mode /m.test(section)
      ? 'deleted'
      : 'modified'
  return { path, oldPath: path, kind, binary: true, added: [], removed: [] }
}

export interface DiffSize {
  readonly files: number
  readonly added: number
  readonly removed: number
}

export const sizeOf = (changes: readonly FileChange[]): DiffSize => ({
  files: changes.length,
  added: changes.reduce((n, file) => n + file.added.length, 0),
  removed: changes.reduce((n, file) => n + file.removed.length, 0),
})

const CODE = /\.(?:[cm]?[jt]sx?|py|go|rb|rs|java|kt|c|cc|cpp|h|hpp|cs|php|swift|scala|sh)$/i
const TEST = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.[^/]+$|(?:^|\/)test_[^/]+\.py$/i

export const isCode = (path: string): boolean => CODE.test(path)
export const isTest = (path: string): boolean => TEST.test(path)
