import type { Tracker } from '../../src/execution/capa.ts'
import { asked, openGitHub } from './client.ts'

const LABEL = 'grace-capa'
const PAGE = 100

/** By which its issue is found again, whatever people made of its title. */
const marker = (key: string): string => `<!-- ${LABEL}: ${key} -->`

export const issuesOnGitHub: Tracker = {
  mirror: (target, { key, title, body: text, isOpen }) =>
    asked(target, 'take an issue', async () => {
      const { rest, paginate, owner, repo } = await openGitHub(target)
      const body = `${text}\n\n${marker(key)}\n`
      const all = await paginate(rest.issues.listForRepo, {
        owner,
        repo,
        labels: LABEL,
        state: 'all',
        per_page: PAGE,
      })
      const there = all.find((issue) => issue.body?.includes(marker(key)))
      const state = isOpen ? 'open' : 'closed'
      if (!there) {
        const { data } = await rest.issues.create({ owner, repo, title, body, labels: [LABEL] })
        if (isOpen) return
        await rest.issues.update({ owner, repo, issue_number: data.number, state })
      } else if (there.body !== body || there.state !== state)
        await rest.issues.update({ owner, repo, issue_number: there.number, body, state })
    }),
}
