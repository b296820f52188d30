// Lock files: that each package comes from a registry, is the one that it is called, and can't be another one tomorrow.
import { isBareAddress } from '../flow/texts.ts'
import type { Sight } from '../rules/rule.ts'
import { exchanged } from './exchanged.ts'
import { NPM_REGISTRIES } from './registries.ts'

export const isLockfile = (path: string): boolean =>
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|(?:poetry|uv)\.lock|Pipfile\.lock|composer\.lock)$/.test(
    path,
  )

export interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly link?: boolean
  readonly inBundle?: boolean
  readonly optional?: boolean
  readonly name?: string
  readonly license?: string
}

/** Packages by their place (`node_modules/a`). Throws where it is no lock file of version 2 or 3. */
export function packagesOf(text: string): Readonly<Record<string, Locked>> {
  const { packages } = JSON.parse(text) as { packages?: unknown }
  if (typeof packages !== 'object' || packages === null)
    throw new SyntaxError('no “packages”: a lock file of version 2 or 3 has them')
  return packages as Record<string, Locked>
}

export const nameAt = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

function hostsOf(packages: Readonly<Record<string, Locked>>): Set<string> {
  return new Set(Object.values(packages).flatMap(({ resolved }) => hostOf(resolved) ?? []))
}
const hostOf = (url: string | undefined): string | undefined => {
  try {
    return url && /^https?:/.test(url) ? new URL(url).host : undefined
  } catch {
    return undefined
  }
}

/** `isNew`: it is what the change brings, not what it takes away. Throws where a lock file can't be read. */
export function sightsInLockfile(
  path: string,
  before: string | undefined,
  after: string,
  added: readonly { number: number; text: string }[],
  isNew = true,
): Sight[] {
  if (path.endsWith('.json')) return inNpm(before, after)
  return [...inLines(added), ...(isNew ? exchanged(path, before, after) : [])]
}

function inNpm(before: string | undefined, after: string): Sight[] {
  const was = before === undefined ? {} : packagesOf(before)
  const is = packagesOf(after)
  const known = hostsOf(was)
  const found: Sight[] = []
  const see = (place: string, what: string, grade: Sight['grade'] = 'block') => {
    const at = after.indexOf(`${JSON.stringify(place)}:`)
    found.push({ line: at < 0 ? 1 : after.slice(0, at).split('\n').length, grade, what })
  }
  for (const [place, one] of Object.entries(is)) {
    if (!place.includes('node_modules/') || one.link || one.inBundle) continue
    const had = was[place]
    if (
      had &&
      had.resolved === one.resolved &&
      had.integrity === one.integrity &&
      had.version === one.version
    )
      continue
    const name = one.name ?? nameAt(place)
    const host = hostOf(one.resolved)
    if (one.resolved !== undefined && /^http:/.test(one.resolved))
      see(place, `${name} is fetched without encryption`)
    else if (host !== undefined && !NPM_REGISTRIES.has(host) && !known.has(host))
      see(place, `${name} is fetched from ${host}`)
    else if (host !== undefined && NPM_REGISTRIES.has(host) && !isTarballOf(one.resolved!, name))
      see(place, `${name} is fetched as another package: ${one.resolved!.slice(0, 100)}`)
    if (one.resolved !== undefined && host !== undefined && one.integrity === undefined)
      see(place, `${name} has no integrity: it could be another one tomorrow`)
    if (
      had?.integrity &&
      one.integrity &&
      had.version === one.version &&
      had.resolved === one.resolved &&
      !shareDigest(had.integrity, one.integrity)
    )
      see(place, `${name} ${one.version} has another content than before`)
    if (one.resolved !== undefined && /^git/.test(one.resolved))
      see(place, `${name} does not come from a registry`, 'review')
    if (one.hasInstallScript && !had?.hasInstallScript)
      see(place, `${name} runs a script when it is installed`, 'review')
  }
  return found
}

const shareDigest = (a: string, b: string): boolean => {
  const algorithms = (text: string) =>
    new Map(text.split(/\s+/).map((one) => [one.slice(0, one.indexOf('-')), one]))
  const [left, right] = [algorithms(a), algorithms(b)]
  return [...left].every(([algorithm, digest]) => !right.has(algorithm) || right.get(algorithm) === digest)
}

/** `https://registry/@scope/name/-/name-1.0.0.tgz` */
const isTarballOf = (url: string, name: string): boolean =>
  decodeURIComponent(new URL(url).pathname).includes(`/${name}/-/${name.split('/').at(-1)}-`)

function inLines(added: readonly { number: number; text: string }[]): Sight[] {
  return added.flatMap(({ number, text }): Sight[] => {
    const url = /^\s+(?:resolved|tarball:|resolution:.*tarball:)\s*"?(https?:\/\/[^"\s}#]+)/.exec(text)?.[1]
    if (!url) return []
    const host = hostOf(url) ?? ''
    if (url.startsWith('http:') || isBareAddress(url))
      return [{ line: number, grade: 'block', what: `a package is fetched from ${url.slice(0, 80)}` }]
    return NPM_REGISTRIES.has(host)
      ? []
      : [
          {
            line: number,
            grade: /^(?:codeload\.)?github\.com$/.test(host) ? 'review' : 'block',
            what: `a package is fetched from ${host}`,
          },
        ]
  })
}
