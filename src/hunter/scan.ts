// What a change adds to its files that no change should, and what it takes away of it.
import type { Line } from '../candidate/diff.ts'
import type { Finding, Scan, Unread } from '../checks/scan.ts'
import { isLockfile, sightsInLockfile } from './files/lockfile.ts'
import { isPackageJson, sightsInPackageJson } from './files/package-json.ts'
import { isRequirements, sightsInRequirements } from './files/requirements.ts'
import { harmfulLines } from './files/scripts.ts'
import { isProgram, readProgram } from './read-program.ts'
import type { Sight } from './rules/rule.ts'
import { findSecrets } from './secrets/find.ts'
import { hiddenText } from './trojan-source.ts'

export interface ScannedFile {
  readonly path: string
  /** Undefined where there is none, or it is no text, or larger than what is read. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly added: readonly Line[]
  readonly removed: readonly Line[]
}

/** Looks at a change; a port, as it is done in a process of its own with a limit of time and memory for each file. */
export interface Hunter {
  scan(files: readonly ScannedFile[]): Promise<Scan>
}

export const NOTHING_FOUND: Scan = { added: [], removed: [], unread: [] }

export const together = (scans: readonly Scan[]): Scan => ({
  added: scans.flatMap(({ added }) => added),
  removed: scans.flatMap(({ removed }) => removed),
  unread: scans.flatMap(({ unread }) => unread),
})

export async function scanFile(file: ScannedFile): Promise<Scan> {
  const { path } = file
  const unread: Unread[] = []
  const attempt = (look: () => Finding[]): Finding[] => {
    try {
      return look()
    } catch (error) {
      unread.push({ path, why: (error as Error).message.slice(0, 200), of: 'program' })
      return []
    }
  }
  const added = await inLines(path, file.after, file.added)
  const removed = await inLines(path, file.before, file.removed)
  const after = attempt(() => inWhole(file, file.before, file.after, file.added))
  // What can't be read of how it was is no reason to hold anything against how it is.
  const before =
    file.before === undefined ? [] : quietly(() => inWhole(file, undefined, file.before!, file.removed))
  return {
    added: [...added, ...beside(after, before)],
    removed: [...removed, ...beside(before, after)],
    unread,
  }
}

const quietly = <T>(look: () => T[]): T[] => {
  try {
    return look()
  } catch {
    return []
  }
}

/** Lines around an added one that are read with it: a name may stand above its value. */
const AROUND = 20

/** Secrets and hidden text in those lines, read with what stands around them. */
async function inLines(path: string, whole: string | undefined, lines: readonly Line[]): Promise<Finding[]> {
  if (lines.length === 0) return []
  const wanted = new Set(lines.map(({ number }) => number))
  const near = whole === undefined ? lines : nearby(whole.split('\n'), wanted)
  const text = near.map((line) => line.text).join('\n')
  const secrets = (await findSecrets(path, text)).map((one) => ({ ...one, line: near[one.line - 1]!.number }))
  const hidden = hiddenText(path, whole ?? text).map(
    ({ line, what }): Finding => ({
      rule: 'trojan-source',
      grade: 'block',
      path,
      line: whole === undefined ? near[line - 1]!.number : line,
      what: `trojan source: ${what}`,
    }),
  )
  return [...secrets, ...hidden].filter(({ line }) => wanted.has(line))
}

function nearby(all: readonly string[], wanted: ReadonlySet<number>): Line[] {
  const near = new Set<number>()
  for (const number of wanted)
    for (let at = Math.max(1, number - AROUND); at <= Math.min(all.length, number + AROUND); at++)
      near.add(at)
  return [...near].sort((x, y) => x - y).map((number) => ({ number, text: all[number - 1]! }))
}

/** Code within a command: with what a shell puts into it, it may be none. */
const inCode = (path: string, code: string): Sight[] => quietly(() => readProgram(path, code))

/** What the kind of file as a whole says. */
function inWhole(
  file: ScannedFile,
  before: string | undefined,
  text: string | undefined,
  lines: readonly Line[],
): Finding[] {
  const { path } = file
  const as =
    (rule: string) =>
    (sight: Omit<Finding, 'rule' | 'path'>): Finding => ({ ...sight, rule, path })
  const found = harmfulLines(path, lines, inCode).map(as('harmful-command'))
  if (text === undefined) {
    if (lines.length > 0 && isProgram(path)) throw new RangeError('larger than 1 MB')
    return found
  }
  if (isProgram(path)) found.push(...readProgram(path, text).map((one) => ({ ...one, path })))
  if (isPackageJson(path))
    found.push(
      ...sightsInPackageJson(before, text, (code) => inCode('script.js', code)).map(as('package-script')),
    )
  if (isLockfile(path))
    found.push(...sightsInLockfile(path, before, text, lines, text === file.after).map(as('lock-file')))
  if (isRequirements(path)) found.push(...sightsInRequirements(lines).map(as('requirements')))
  return found
}

/** Those of the first that the second does not have as often. */
function beside(these: readonly Finding[], those: readonly Finding[]): Finding[] {
  const left = new Map<string, number>()
  const key = ({ rule, what }: Finding) => `${rule} ${what}`
  for (const one of those) left.set(key(one), (left.get(key(one)) ?? 0) + 1)
  return these.filter((one) => {
    const count = left.get(key(one)) ?? 0
    if (count > 0) left.set(key(one), count - 1)
    return count === 0
  })
}
