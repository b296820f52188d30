// A package in a lock file that can be another one than it was, or than it says.
import type { Sight } from '../rules/rule.ts'
import { type LockedPackage, lockedIn } from './lock-formats.ts'
import { REGISTRIES } from './registries.ts'

const keyOf = ({ ecosystem, name, version }: LockedPackage): string => `${ecosystem} ${name}@${version}`

export function exchanged(path: string, before: string | undefined, after: string): Sight[] {
  const old = before === undefined ? [] : (lockedIn(path, before) ?? [])
  const was = new Map(old.map((one) => [keyOf(one), one]))
  const known = new Set(old.flatMap(({ hosts }) => hosts))
  const lines = after.split('\n')
  const found: Sight[] = []
  for (const one of lockedIn(path, after) ?? []) {
    const had = was.get(keyOf(one))
    const see = (what: string, grade: Sight['grade'] = 'block') =>
      found.push({
        line:
          Math.max(
            0,
            lines.findIndex((line) => line.includes(one.name)),
          ) + 1,
        grade,
        what: `${one.name} ${what}`,
      })
    const stranger = one.hosts.find((host) => !REGISTRIES.has(host) && !known.has(host))
    if (stranger !== undefined) see(`is fetched from ${stranger}`, one.outside ? 'review' : 'block')
    if (had?.integrity && one.integrity && !widened(had.integrity, one.integrity))
      see(`${one.version} has another content than before`)
    if (one.integrity === undefined && !one.outside && (!had || had.integrity !== undefined))
      see('has no integrity: it could be another one tomorrow')
    if (one.outside && !had?.outside) see('does not come from a registry', 'review')
  }
  return found
}

/** Digests of more files of the same release: every one that there was is there still, or none that is there is new. */
const widened = (before: string, after: string): boolean => {
  const [was, is] = [new Set(before.split(' ')), new Set(after.split(' '))]
  return was.isSubsetOf(is) || is.isSubsetOf(was)
}
