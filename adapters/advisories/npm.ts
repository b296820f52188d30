// The npm registry's bulk advisories, as `npm audit` asks for them.
import { satisfies } from 'semver'
import { z } from 'zod'
import type { Source } from './ask.ts'
import { post } from './post.ts'

const answer = z.record(
  z.string(),
  z.array(
    z.object({
      id: z.union([z.number(), z.string()]),
      title: z.string(),
      severity: z.string(),
      vulnerable_versions: z.string(),
      url: z.string().optional(),
    }),
  ),
)

export const npmAdvisories = (registry: string): Source => ({
  name: 'the npm registry',
  knows: ({ ecosystem }) => ecosystem === 'npm',
  async of(packages) {
    const byName = Map.groupBy(packages, ({ name }) => name)
    const asked = Object.fromEntries(
      [...byName].map(([name, of]) => [name, of.map(({ version }) => version)]),
    )
    const parsed = answer.safeParse(await post(`${registry}/-/npm/v1/security/advisories/bulk`, asked))
    if (!parsed.success) throw new Error('an answer in another form')
    return Object.entries(parsed.data).flatMap(([name, advisories]) =>
      advisories.flatMap((one) =>
        (byName.get(name) ?? [])
          .filter(({ version }) => satisfies(version, one.vulnerable_versions, { includePrerelease: true }))
          .map((of) => ({
            id: /GHSA-[\w-]+/.exec(one.url ?? '')?.[0] ?? String(one.id),
            of,
            title: one.title,
            severity: one.severity,
          })),
      ),
    )
  },
})
