// Declared = done: what a change does beside its code has to stand in the mission's words, for people read those first.
import { type FileChange, isTest } from '../candidate/diff.ts'
import { LINE } from '../checks/added-lines.ts'
import type { ChangedPackages } from '../checks/advisories.ts'
import type { Evidence } from '../checks/check.ts'
import type { NewHost } from './new-hosts.ts'

const CI =
  /(?:^|\/)(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci\.yml$|\.circleci\/|Jenkinsfile$|azure-pipelines\.yml$|\.travis\.yml$|\.drone\.yml$|bitbucket-pipelines\.yml$)/
const MIGRATION = /(?:^|\/)migrations?\//i
const GRANT = /\bGRANT\s[\w, ]{1,80}\s(?:ON|TO)\b/i
const PROSE = /\.(?:md|markdown|txt|rst|adoc)$/i
/** Lines that give somebody more than they had. */
const PERMISSION =
  /\bprivileged\s*:\s*true|\bUSER\s+root\b|\bchmod\s(?:-\w{1,10}\s){0,5}(?:[0-7]*7[0-7]{2}|\+s|[ugoa]*\+[rwx]*w)|\bkind\s*:\s*["']?(?:Cluster)?Role(?:Binding)?\b|\bcap_add\b|\bsetcap\b/

const SAID: Readonly<Record<'dependencies' | 'CI' | 'permissions' | 'migrations', RegExp>> = {
  dependencies: /depend|packages?\b|librar|upgrad|updat|bump|version/i,
  CI: /\bCI\b|workflow|pipeline|continuous|\bactions?\b|\bbuilds?\b/i,
  permissions: /permission|privileg|\baccess|\broles?\b|\bgrants?\b|\bchmod\b|\bright/i,
  migrations: /migrat|\bind(?:ex|ices|exes)|schema|\btables?\b|\bcolumns?\b|database|\bSQL\b/i,
}

const grants = (path: string, line: string): boolean =>
  !isTest(path) &&
  !PROSE.test(path) &&
  (PERMISSION.test(line) ||
    (/\.ya?ml$/i.test(path) && /^\s*permissions\s*:/.test(line)) ||
    (/\.sql$/i.test(path) && GRANT.test(line)))

/** `text`: all that the mission says of itself. */
export function undeclared(
  changes: readonly FileChange[],
  { packages, unread }: ChangedPackages,
  hosts: readonly NewHost[],
  text: string,
): Evidence[] {
  const isSaid = (kind: keyof typeof SAID, ...names: string[]): boolean =>
    SAID[kind].test(text) || names.some((name) => text.toLowerCase().includes(name.toLowerCase()))
  const of = (kind: string, at: string) => ({ at, what: `${kind} that the mission does not speak of` })
  const permitted = changes.flatMap((file) =>
    file.added
      .filter((line) => grants(file.path, line.text.slice(0, LINE)))
      .map((line) => `${file.path}:${line.number}`),
  )
  const first = (paths: readonly string[], kind: 'CI' | 'migrations' | 'permissions'): Evidence[] =>
    paths.length > 0 && !isSaid(kind) ? paths.slice(0, 5).map((at) => of(kind, at)) : []
  const touched = (pattern: RegExp) =>
    changes.filter(({ path }) => pattern.test(path)).map(({ path }) => path)
  return [
    ...packages
      .filter(({ name }) => !isSaid('dependencies', name))
      .map(({ name, version }) => of('a dependency', `${name}@${version}`)),
    ...(isSaid('dependencies') ? [] : unread.map((path) => of('dependencies', path))),
    ...first(touched(CI), 'CI'),
    ...first(touched(MIGRATION), 'migrations'),
    ...first(permitted, 'permissions'),
    ...hosts
      .filter(({ host }) => !mentions(text, host))
      .map(({ host, path, line }) => of(`a host (${host})`, `${path}:${line}`)),
  ]
}

/** By its name, or by that of the service that it is a host of. */
const mentions = (text: string, host: string): boolean => {
  const said = text.toLowerCase()
  const [service = ''] = host.split('.').slice(-2)
  return said.includes(host) || (service.length > 3 && said.includes(service))
}
