// OSV (osv.dev): querybatch, 1,000 packages a question.
import { z } from 'zod'
import type { Advisory } from '../../src/checks/advisories.ts'
import type { Source } from './ask.ts'
import { post } from './post.ts'

const MOST = 1_000
const answer = z.object({
  results: z.array(
    z.object({
      vulns: z.array(z.object({ id: z.string() })).optional(),
      next_page_token: z.string().optional(),
    }),
  ),
})

export const osvAdvisories = (server: string): Source => ({
  name: 'OSV',
  knows: () => true,
  async of(packages) {
    const found: Advisory[] = []
    for (let from = 0; from < packages.length; from += MOST) {
      const some = packages.slice(from, from + MOST)
      const parsed = answer.safeParse(
        await post(`${server}/v1/querybatch`, {
          queries: some.map(({ ecosystem, name, version }) => ({ package: { ecosystem, name }, version })),
        }),
      )
      if (!parsed.success || parsed.data.results.length !== some.length)
        throw new Error('an answer in another form')
      parsed.data.results.forEach(({ vulns }, i) => {
        for (const { id } of vulns ?? [])
          found.push({ id, of: some[i]!, title: `https://osv.dev/${id}`, severity: 'known' })
      })
    }
    return found
  },
})
