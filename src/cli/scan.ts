import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { hunterInProcess } from '../../adapters/hunter/scanner.ts'
import { sarifOf } from '../hunter/sarif.ts'
import type { ScannedFile } from '../hunter/scan.ts'
import { Refusal } from '../kernel/refusal.ts'

const LARGEST = 1_000_000

/** False where a finding blocks, or a file could not be looked at. */
export async function scanCommand(
  paths: readonly string[],
  { sarif, version }: { sarif?: string; version: string },
  say: (line: string) => void,
): Promise<boolean> {
  const files = [...new Set(paths.flatMap(filesIn))].sort()
  const { added, unread } = await hunterInProcess().scan(files.flatMap(asAdded))
  for (const { grade, path, line, rule, what } of added)
    say(`${grade === 'block' ? 'BLOCK ' : 'review'} ${path}:${line}  ${what}  (${rule})`)
  for (const { path, why } of unread) say(`UNREAD ${path}  ${why}`)
  if (sarif) writeFileSync(sarif, `${JSON.stringify(sarifOf(added, version), null, 2)}\n`)
  const blocks = added.filter(({ grade }) => grade === 'block').length
  say(
    `${files.length} files: ${blocks} block, ${added.length - blocks} for review, ${unread.length} not looked at.`,
  )
  return blocks === 0 && unread.length === 0
}

function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found)
    throw new Refusal(
      'not_found',
      'file_not_found',
      `There is no ${path}.`,
      'Name files or directories that are there.',
    )
  if (!found.isDirectory()) return [path]
  return globSync('**/*', {
    cwd: path,
    exclude: (name) => /(?:^|\/)(?:node_modules|\.git)$/.test(String(name)),
  })
    .map((name) => relative('.', join(path, name)))
    .filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile())
}

/** Everything in it counts as added. Binary files have nothing to read. */
function asAdded(path: string): ScannedFile[] {
  const bytes = readFileSync(path)
  if (bytes.includes(0)) return []
  const text = bytes.toString('utf8')
  const added = text.split('\n').map((line, i) => ({ number: i + 1, text: line }))
  return [{ path, before: undefined, after: bytes.length > LARGEST ? undefined : text, added, removed: [] }]
}
