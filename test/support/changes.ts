import type { FileChange } from '../../src/candidate/diff.ts'

const lines = (text: string) =>
  text === '' ? [] : text.split('\n').map((line, i) => ({ number: i + 1, text: line }))

/** A change of one file, from the texts that it adds and removes. */
export const change = (
  path: string,
  added: string,
  removed = '',
  kind: FileChange['kind'] = removed === '' ? 'added' : 'modified',
): FileChange => ({
  path,
  oldPath: path,
  kind,
  binary: false,
  added: lines(added),
  removed: lines(removed),
})
