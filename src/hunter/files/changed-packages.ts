// Packages that a change brings in, by its lock files.

import type { ChangedPackages, Package } from '../../checks/advisories.ts'
import type { ScannedFile } from '../scan.ts'
import { nameAt, packagesOf } from './lockfile.ts'

/** Files that say which packages are used, whether or not they can be read here. */
export const DEPENDENCIES =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Gemfile(?:\.lock)?|composer\.(?:json|lock))$/

export function changedPackages(files: readonly ScannedFile[]): ChangedPackages {
  const packages = new Map<string, Package>()
  const unread: string[] = []
  for (const file of files) {
    if (!DEPENDENCIES.test(file.path) || file.after === undefined) continue
    try {
      const before = file.before === undefined ? [] : read(file.path, file.before)
      const had = new Set(before.map(key))
      for (const one of read(file.path, file.after)) if (!had.has(key(one))) packages.set(key(one), one)
    } catch {
      unread.push(file.path)
    }
  }
  return { packages: [...packages.values()], unread }
}

const key = ({ ecosystem, name, version }: Package): string => `${ecosystem} ${name} ${version}`

/** Throws where the file is of a kind that is not read here, or broken. */
function read(path: string, text: string): Package[] {
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
