// Manifests whose ranges say nothing for certain: what is used is in the lock file beside them.
import { parse as parseToml } from 'smol-toml'

interface Manifest {
  readonly name: RegExp
  readonly lock: RegExp
  /** The part that says which packages. */
  readonly declared: (text: string) => unknown
}

type Table = Readonly<Record<string, unknown>>
const tableIn = (of: unknown, name: string): Table => {
  const found = (of as Table | undefined)?.[name]
  return typeof found === 'object' && found !== null ? (found as Table) : {}
}

/** Of Poetry: what says nothing of packages. */
const WORDS = new Set([
  'name',
  'version',
  'description',
  'authors',
  'readme',
  'license',
  'keywords',
  'classifiers',
])

const ofPython = (text: string): unknown => {
  const all = parseToml(text)
  const [project, tool] = [tableIn(all, 'project'), tableIn(all, 'tool')]
  return [
    project.dependencies,
    project['optional-dependencies'],
    all['dependency-groups'],
    tableIn(all, 'build-system').requires,
    Object.entries(tableIn(tool, 'poetry')).filter(([key]) => !WORDS.has(key)),
    ...['uv', 'pdm', 'hatch', 'setuptools', 'flit'].map((name) => tool[name]),
  ]
}
const ofCargo = (text: string): unknown => {
  const { dependencies, patch, replace, target, workspace, ...all } = parseToml(text)
  return [
    dependencies,
    all['dev-dependencies'],
    all['build-dependencies'],
    target,
    patch,
    replace,
    tableIn({ workspace }, 'workspace').dependencies,
  ]
}
const ofComposer = (text: string): unknown => {
  const { require, 'require-dev': dev, repositories } = JSON.parse(text) as Table
  return [require, dev, repositories]
}

const MANIFESTS: readonly Manifest[] = [
  { name: /(?:^|\/)pyproject\.toml$/, lock: /(?:^|\/)(?:poetry|uv)\.lock$/, declared: ofPython },
  { name: /(?:^|\/)Cargo\.toml$/, lock: /(?:^|\/)Cargo\.lock$/, declared: ofCargo },
  { name: /(?:^|\/)Pipfile$/, lock: /(?:^|\/)Pipfile\.lock$/, declared: parseToml },
  { name: /(?:^|\/)composer\.json$/, lock: /(?:^|\/)composer\.lock$/, declared: ofComposer },
]

/** In the same directory, or in one above it: a workspace has one lock file. */
const isBeside = (lock: string, manifest: string): boolean =>
  manifest.startsWith(lock.slice(0, lock.lastIndexOf('/') + 1))

/**
 * Whether the manifest brings in nothing that a lock file among the changed ones does not say; undefined where it is none of these. Throws
 * where it is broken.
 */
export function isSettled(
  {
    path,
    before,
    after,
  }: { readonly path: string; readonly before: string | undefined; readonly after: string },
  changed: readonly string[],
): boolean | undefined {
  const manifest = MANIFESTS.find(({ name }) => name.test(path))
  if (!manifest) return undefined
  const now = JSON.stringify(manifest.declared(after))
  if (before !== undefined && JSON.stringify(manifest.declared(before)) === now) return true
  return changed.some((other) => manifest.lock.test(other) && isBeside(other, path))
}
