// A public package at one commit, and the states it can be put into: twists of its text. A mission leads from one state
// to another, so that each has its inverse.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Claim } from '../../src/trust/claim.ts'

/** `from` stands exactly once in the file. */
export type Edit = readonly [path: string, from: string, to: string]

export interface RealMission {
  readonly id: string
  /** The twists that main has, and those that the candidate's tree has. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly claims?: readonly Claim[]
  /** A good one unlocks, a bad one never does, of a neutral one no improvement is reported. */
  readonly kind: 'good' | 'bad' | 'neutral'
}

export interface RealPackage {
  /** `owner/name` on GitHub. */
  readonly repository: string
  readonly commit: string
  readonly version: string
  /** What its target in grace.yaml has. */
  readonly target: object
  /** Files that are added to it: a bench. */
  readonly files?: Readonly<Record<string, string>>
  readonly twists: Readonly<Record<string, readonly Edit[]>>
  readonly missions: readonly RealMission[]
}

export type Tree = Readonly<Record<string, string>>

/** Text files only. From `$GRACE_MISSIONS_MIRRORS/owner+name/repo` (bare) where that is there, or else from GitHub. */
export function treeOf({ repository, commit, files }: RealPackage): Tree {
  const mirrors = process.env.GRACE_MISSIONS_MIRRORS ?? '/work/.mirror'
  let path = join(mirrors, repository.replace('/', '+'), 'repo')
  if (!existsSync(path)) {
    path = mkdtempSync(join(tmpdir(), 'grace-package-'))
    execFileSync('git', ['clone', '-q', '--bare', `https://github.com/${repository}`, path])
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path, ...args], { maxBuffer: 256 * 1024 ** 2 })
  const tree: Record<string, string> = {}
  for (const line of git('ls-tree', '-rz', commit).toString().split('\0').filter(Boolean)) {
    const [, mode, hash, name] = /^(\d+) blob (\w+)\t(.*)$/s.exec(line) ?? []
    if (!name || (mode !== '100644' && mode !== '100755')) continue
    const bytes = git('cat-file', 'blob', hash!)
    const text = bytes.toString('utf8')
    if (Buffer.from(text).equals(bytes)) tree[name] = text
  }
  return { ...tree, ...files }
}

/** The tree with these twists; a file of which nothing is left is gone. */
export function twisted(tree: Tree, { twists }: RealPackage, names: readonly string[]): Tree {
  const result: Record<string, string> = { ...tree }
  for (const name of names)
    for (const [path, from, to] of twists[name]!) {
      const text = result[path] ?? ''
      if (text.split(from).length !== 2)
        throw new Error(`${name}: ${path} has ${text.split(from).length - 1} times: ${from}`)
      result[path] = text.replace(from, () => to)
    }
  return result
}
