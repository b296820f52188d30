// CODEOWNERS, as GitHub and GitLab read it: the last pattern that matches a path names its owners.
import ignore, { type Ignore } from 'ignore'

/** Where it may be; the first that is there counts (docs.github.com, "About code owners"). */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS']

interface Entry {
  readonly pattern: string
  readonly match: Ignore
  /** `@ada`, `@org/team`, an address; none: whatever matches is nobody's. */
  readonly owners: readonly string[]
}

/** Lines that can't be a pattern (negations, sections of GitLab) are left out, as the forges do. */
export function readCodeowners(text: string): Entry[] {
  return text.split(/\r?\n/).flatMap((line): Entry[] => {
    const words = line.replace(/(^|\s)#.*$/, '').match(/(?:\\\s|\S)+/g)
    const [pattern, ...owners] = words ?? []
    if (!pattern || /^[!^[]/.test(pattern)) return []
    return [{ pattern, match: ignore().add(pattern), owners: owners.filter((one) => one.includes('@')) }]
  })
}

/** `docs/*` is what is directly in docs: a gitignore would take whole directories with it. */
const isTooDeep = (pattern: string, path: string): boolean =>
  pattern.endsWith('/*') &&
  !pattern.includes('**') &&
  path.split('/').length !== pattern.replace(/^\//, '').split('/').length

/** Everybody who owns one of the paths, sorted. */
export function ownersOfPaths(entries: readonly Entry[], paths: readonly string[]): string[] {
  const found = new Set<string>()
  for (const path of paths) {
    const last = entries.findLast(({ pattern, match }) => match.ignores(path) && !isTooDeep(pattern, path))
    for (const owner of last?.owners ?? []) found.add(owner)
  }
  return [...found].sort()
}

/** Members by their account on the forge; by their id where none is given. Teams and addresses name no member. */
export const membersAmong = (
  owners: readonly string[],
  members: readonly { readonly id: string; readonly forge?: string | undefined }[],
): string[] => {
  const handles = new Set(owners.map((owner) => owner.toLowerCase()))
  return members.filter(({ id, forge }) => handles.has(`@${(forge ?? id).toLowerCase()}`)).map(({ id }) => id)
}
