// Packages that a change brings in, by its lock files.

import type { ChangedPackages, Package } from '../../checks/advisories.ts'
import type { ScannedFile } from '../scan.ts'
import { lockedIn } from './lock-formats.ts'
import { nameAt, packagesOf } from './lockfile.ts'
import { isSettled } from './manifests.ts'

/** Files that say which packages are used, whether or not they can be read here. */
export const DEPENDENCIES =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Gemfile(?:\.lock)?|composer\.(?:json|lock))$/

export function changedPackages(files: readonly ScannedFile[]): ChangedPackages {
  const packages = new Map<string, Package>()
  const unread: string[] = []
  // What is deleted, or can't be read, says nothing of packages.
  const there = files.flatMap(({ path, after }) => (after === undefined ? [] : [path]))
  for (const { path, before, after, added } of files) {
    if (!DEPENDENCIES.test(path)) continue
    if (after === undefined) {
      if (added.length > 0) unread.push(path)
      continue
    }
    try {
      const settled = isSettled({ path, before, after }, there)
      if (settled === false) throw new Error('no lock file says which packages that brings in')
      if (settled) continue
      const had = new Set((before === undefined ? [] : read(path, before)).map(key))
      for (const one of read(path, after)) if (!had.has(key(one))) packages.set(key(one), one)
    } catch {
      unread.push(path)
    }
  }
  return { packages: [...packages.values()], unread }
}

const key = ({ ecosystem, name, version }: Package): string => `${ecosystem} ${name} ${version}`

/** Throws where the file is of a kind that is not read here, or broken. */
function read(path: string, text: string): Package[] {
  const locked = lockedIn(path, text)
  if (locked) return locked.map(({ ecosystem, name, version }) => ({ ecosystem, name, version }))
  if (/(?:package-lock|npm-shrinkwrap)\.json$/.test(path))
    return Object.entries(packagesOf(text)).flatMap(([place, one]): Package[] =>
      place.includes('node_modules/') && one.version && !one.link
        ? [
            {
              ecosystem: 'npm',
              name: one.name ?? nameAt(place),
              version: one.version,
              ...(typeof one.license === 'string' ? { licence: one.license } : {}),
            },
          ]
        : [],
    )
  if (/(?:^|\/)package\.json$/.test(path)) {
    // Ranges say nothing for certain: what is installed is in the lock file.
    JSON.parse(text)
    return []
  }
  if (/requirements[^/]*\.txt$/.test(path)) return text.split('\n').flatMap(pinned)
  if (/go\.sum$/.test(path))
    return text.split('\n').flatMap((line): Package[] => {
      const [, name, version] = /^(\S+) v([^\s/]+) h1:/.exec(line) ?? []
      return name && version ? [{ ecosystem: 'Go', name, version }] : []
    })
  if (/go\.mod$/.test(path)) return []
  throw new Error('not read here')
}

/** `name==1.2.3`; a line that is not pinned could be any version. */
function pinned(line: string): Package[] {
  const text = line.replace(/(?:^|\s)#.*$/, '').trim()
  if (text === '' || text.startsWith('-')) return []
  const [, name, version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*===?\s*([^\s;,\\]+)/.exec(text) ?? []
  if (!name || !version) throw new Error(`${text} is not pinned`)
  return [{ ecosystem: 'PyPI', name: name.toLowerCase().replaceAll(/[._]+/g, '-'), version }]
}
