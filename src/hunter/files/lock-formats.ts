// Lock files of other package managers than npm: which packages, from where, and by which digest.
import { parseSyml } from '@yarnpkg/parsers'
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { Package } from '../../checks/advisories.ts'

export interface LockedPackage extends Package {
  /** Digests that fix its content, sorted, by a space between them; absent where the file says none. */
  readonly integrity?: string | undefined
  /** Hosts that it comes from; empty where the file leaves that to the registry that everybody uses. */
  readonly hosts: readonly string[]
  /** Not from a registry: git, an address, a branch. */
  readonly outside: boolean
}

const pypiName = (name: string): string => name.toLowerCase().replaceAll(/[._]+/g, '-')

const hostsOf = (...urls: readonly (string | undefined)[]): string[] => [
  ...new Set(
    urls.flatMap((url) => {
      const bare = url?.replace(/^(?:registry|sparse|git)\+/, '')
      return bare !== undefined && URL.canParse(bare) ? [new URL(bare).host].filter(Boolean) : []
    }),
  ),
]

const digests = (all: readonly (string | undefined)[]): string | undefined => {
  const known = all.filter((one) => one !== undefined && one !== '')
  return known.length > 0 ? known.sort().join(' ') : undefined
}

/** `name@1.2.3(peer@1)` of pnpm 9, `/name@1.2.3` of 6 to 8; `/name/1.2.3` of 5. */
function ofPnpmKey(key: string): { name: string; version: string } | undefined {
  const bare = key.replace(/^\//, '').replace(/\(.*$/, '')
  const [, name, version] =
    /^((?:@[^/@]+\/)?[^/@]+)@(.+)$/.exec(bare) ?? /^((?:@[^/]+\/)?[^/]+)\/([^/_]+)/.exec(bare) ?? []
  return name && version ? { name, version } : undefined
}

const pnpmSchema = z.object({
  lockfileVersion: z.union([z.string(), z.number()]),
  packages: z
    .record(
      z.string(),
      z.object({
        name: z.string().optional(),
        version: z.union([z.string(), z.number()]).optional(),
        resolution: z.looseObject({
          integrity: z.string().optional(),
          tarball: z.string().optional(),
          type: z.string().optional(),
        }),
      }),
    )
    .default({}),
})
const pnpm = (text: string): LockedPackage[] =>
  Object.entries(pnpmSchema.parse(parseYaml(text, { logLevel: 'error' })).packages).map(
    ([key, { name, version, resolution }]) => {
      const said = ofPnpmKey(key)
      if (!said && !(name && version)) throw new Error(`${key} names no package`)
      return {
        ecosystem: 'npm',
        name: name ?? said!.name,
        version: String(version ?? said!.version),
        integrity: resolution.integrity,
        hosts: hostsOf(resolution.tarball),
        outside: resolution.type !== undefined || (resolution.tarball !== undefined && !resolution.integrity),
      }
    },
  )

/** Of yarn 1 and of those after it, which write YAML with a `resolution`. */
const yarnSchema = z.record(
  z.string(),
  z.looseObject({
    version: z.coerce.string().optional(),
    resolved: z.string().optional(),
    resolution: z.string().optional(),
    integrity: z.string().optional(),
    checksum: z.string().optional(),
  }),
)
/** Of a registry's tarball: an alias is called otherwise in its key. */
const nameInTarball = (url: string): string | undefined =>
  /^https?:\/\/[^/]+\/(?:[\w.-]+\/)*?((?:@[\w.-]+(?:\/|%2f))?[\w.-]+)\/-\//i
    .exec(url)?.[1]
    ?.replace(/%2f/i, '/')
const yarn = (text: string): LockedPackage[] =>
  Object.entries(yarnSchema.parse(parseSyml(text))).flatMap(([key, one]): LockedPackage[] => {
    if (key === '__metadata') return []
    const { resolved, resolution, version } = one
    const called = /^((?:@[^/@]+\/)?[^/@]+)@/.exec(resolution ?? key)?.[1]
    const name = (resolved && nameInTarball(resolved)) ?? called
    if (!name || !version) throw new Error(`${key} names no package`)
    // A part of this repository.
    if (/@workspace:/.test(resolution ?? '')) return []
    return [
      {
        ecosystem: 'npm',
        name,
        version,
        // The prefix says how it was packed, and changes with the version of yarn.
        integrity: digests([one.integrity, one.checksum?.replace(/^\w+\//, '')]),
        hosts: hostsOf(resolved),
        outside: resolution
          ? !/@(?:npm|virtual|patch):/.test(resolution)
          : !resolved || !nameInTarball(resolved),
      },
    ]
  })

const tomlPackages = z.looseObject({
  package: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string().optional(),
      checksum: z.string().optional(),
      files: z.array(z.looseObject({ hash: z.string() })).optional(),
      sdist: z.looseObject({ hash: z.string().optional(), url: z.string().optional() }).optional(),
      wheels: z.array(z.looseObject({ hash: z.string().optional(), url: z.string().optional() })).optional(),
      source: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    }),
  ),
  /** Of Poetry before 1.3. */
  metadata: z
    .looseObject({
      files: z.record(z.string(), z.array(z.looseObject({ hash: z.string() }))).optional(),
    })
    .optional(),
})
const toml = (text: string) => tomlPackages.parse({ package: [], ...parseToml(text) })

const cargo = (text: string): LockedPackage[] =>
  toml(text).package.flatMap(({ name, version, checksum, source }): LockedPackage[] =>
    // Without a source it is a part of this repository.
    typeof source !== 'string' || version === undefined
      ? []
      : [
          {
            ecosystem: 'crates.io',
            name,
            version,
            integrity: checksum,
            hosts: /^registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index$/.test(source)
              ? []
              : hostsOf(source),
            outside: !/^(?:registry|sparse)\+/.test(source),
          },
        ],
  )

/** Kinds of source that are a part of this repository. */
const OWN = ['editable', 'virtual', 'directory', 'file']
const python = (text: string): LockedPackage[] => {
  const { package: all, metadata } = toml(text)
  return all.flatMap(({ name, version, files, sdist, wheels, source }): LockedPackage[] => {
    const from = typeof source === 'object' ? source : {}
    const said = (key: string) => (typeof from[key] === 'string' ? (from[key] as string) : undefined)
    if (version === undefined || OWN.some((kind) => kind in from || from.type === kind)) return []
    const parts = [...(files ?? metadata?.files?.[name] ?? []), ...(sdist ? [sdist] : []), ...(wheels ?? [])]
    const urls = [sdist, ...(wheels ?? [])].map((one) => one?.url)
    return [
      {
        ecosystem: 'PyPI',
        name: pypiName(name),
        version,
        integrity: digests(parts.map(({ hash }) => hash)),
        hosts: hostsOf(said('registry'), said('url'), ...urls),
        outside:
          'git' in from ||
          said('type') === 'git' ||
          said('type') === 'url' ||
          ('url' in from && !said('type')),
      },
    ]
  })
}

const pipfilePackages = z.record(
  z.string(),
  z.looseObject({ version: z.string().optional(), hashes: z.array(z.string()).optional() }),
)
const pipfileSchema = z.looseObject({
  _meta: z.looseObject({ sources: z.array(z.looseObject({ url: z.string() })).default([]) }),
  default: pipfilePackages,
  develop: pipfilePackages,
})
const pipfile = (text: string): LockedPackage[] => {
  const { _meta, default: used, develop } = pipfileSchema.parse(JSON.parse(text))
  const hosts = hostsOf(..._meta.sources.map(({ url }) => url))
  return [...Object.entries(used), ...Object.entries(develop)].map(([name, { version, hashes }]) => ({
    ecosystem: 'PyPI',
    name: pypiName(name),
    version: version?.replace(/^==/, '') ?? '',
    integrity: digests(hashes ?? []),
    hosts,
    outside: version === undefined,
  }))
}

const composerPackage = z.looseObject({
  name: z.string(),
  version: z.string(),
  dist: z.looseObject({ shasum: z.string().optional(), url: z.string().optional() }).optional(),
})
const composerSchema = z.looseObject({
  packages: z.array(composerPackage),
  'packages-dev': z.array(composerPackage).default([]),
})
const composer = (text: string): LockedPackage[] => {
  const { packages, 'packages-dev': dev } = composerSchema.parse(JSON.parse(text))
  return [...packages, ...dev].map(({ name, version, dist }) => {
    const isBranch = /^dev-|-dev$/.test(version)
    return {
      ecosystem: 'Packagist',
      name: name.toLowerCase(),
      version: version.replace(/^v/, ''),
      // Without a digest it is fetched from a forge, whose commit stands in the address.
      integrity: isBranch ? undefined : dist?.shasum || dist?.url,
      hosts: hostsOf(dist?.url),
      outside: isBranch || dist === undefined,
    }
  })
}

const FORMATS: readonly [RegExp, (text: string) => LockedPackage[]][] = [
  [/(?:^|\/)pnpm-lock\.yaml$/, pnpm],
  [/(?:^|\/)yarn\.lock$/, yarn],
  [/(?:^|\/)Cargo\.lock$/, cargo],
  [/(?:^|\/)(?:poetry|uv)\.lock$/, python],
  [/(?:^|\/)Pipfile\.lock$/, pipfile],
  [/(?:^|\/)composer\.lock$/, composer],
]

/** Undefined where it is none of these. Throws where it is broken. */
export function lockedIn(path: string, text: string): LockedPackage[] | undefined {
  const read = FORMATS.find(([name]) => name.test(path))?.[1]
  // One package may stand under several ranges.
  return read && [...new Map(read(text).map((one) => [JSON.stringify(one), one])).values()]
}
