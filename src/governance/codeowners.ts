// CODEOWNERS: the last pattern that matches a path names its owners, as on GitHub. (GitLab takes the last of each section.)
import ignore, { type Ignore } from 'ignore'

/** Where it may be; the first that is there counts (docs.github.com, "About code owners"). */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS']

interface Entry {
  readonly pattern: string
  readonly match: Ignore
  /** `@ada`, `@org/team`, an address; none: whatever matches is nobody's. */
  readonly owners: readonly string[]
}

const SECTION = /^\^?\[[^\]]+\](?:\[\d+\])?(?<owners>.*)$/
const accounts = (words: readonly string[]): string[] => words.filter((one) => one.includes('@'))

/** A section's owners (GitLab) are those of its lines that name none. What can't be a pattern is left out, as the forges do. */
export function readCodeowners(text: string): Entry[] {
  let ofSection: readonly string[] = []
  return text.split(/\r?\n/).flatMap((whole): Entry[] => {
    const line = whole.replace(/(^|\s)#.*$/, '').trim()
    const section = SECTION.exec(line)
    if (section) ofSection = accounts(section.groups!.owners!.split(/\s+/))
    const [pattern, ...named] = section ? [] : (line.match(/(?:\\\s|\S)+/g) ?? [])
    if (!pattern || pattern.startsWith('!')) return []
    const owners = accounts(named)
    return [
      {
        pattern,
        match: ignore({ ignorecase: false }).add(pattern),
        owners: owners.length > 0 ? owners : ofSection,
      },
    ]
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
