import type { PullRequests } from '../../src/candidate/pull-requests.ts'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { asked, openGitHub } from './client.ts'
import { showCheck } from './show-check.ts'

/** GitHub's own account, which commits what is merged by a button. */
const WEB_FLOW = 'web-flow'
const PAGE = 100
const MOST_COMMITS = 250

const loginOf = (account: object | null | undefined): string | undefined =>
  account && 'login' in account && typeof account.login === 'string' ? account.login : undefined

/** Those that GitHub's own addresses name: `12345+ada@users.noreply.github.com`. */
const coAuthors = (message: string): string[] =>
  [...message.matchAll(/^co-authored-by: .*<(?:\d+\+)?([\w-]+(?:\[bot\])?)@users\.noreply\.[\w.-]+>/gim)].map(
    ([, login]) => login!,
  )

const unknownAuthors = (target: Target, why: string): Refusal =>
  new Refusal(
    'forbidden',
    'authors_unknown',
    `It ${why}: who wrote it is not known, and who wrote it may not approve it.`,
    `Let its commits have addresses of accounts, or propose it as a patch: ${target.name} takes both.`,
  )

export const pullRequestsOnGitHub: PullRequests = {
  labelled: (target) =>
    asked(target, 'list pull requests', async () => {
      const { rest, paginate, owner, repo } = await openGitHub(target)
      const open = await paginate(rest.pulls.list, {
        owner,
        repo,
        state: 'open',
        base: target.branch,
        per_page: PAGE,
      })
      const { label } = target.github!
      return open
        .filter(({ labels, draft }) => !draft && labels.some(({ name }) => name === label))
        .map(({ number, head, title, body, user }) => ({
          number,
          head: head.sha,
          title,
          body: body ?? '',
          author: user?.login ?? 'ghost',
          isBot: user?.type === 'Bot',
        }))
    }),

  committers: (target, number) =>
    asked(target, 'list the commits of a pull request', async () => {
      const { rest, paginate, owner, repo } = await openGitHub(target)
      const commits = await paginate(rest.pulls.listCommits, {
        owner,
        repo,
        pull_number: number,
        per_page: PAGE,
      })
      // GitHub lists no more than so many.
      if (commits.length >= MOST_COMMITS)
        throw unknownAuthors(target, `has ${MOST_COMMITS} commits or more, and GitHub lists no more`)
      const nobodys = commits.find(({ author, committer }) => !loginOf(author) || !loginOf(committer))
      if (nobodys)
        throw unknownAuthors(
          target,
          `has a commit (${nobodys.sha.slice(0, 12)}) of an address that is no account's`,
        )
      const accounts = commits.flatMap(({ author, committer, commit }) => [
        loginOf(author)!,
        loginOf(committer)!,
        ...coAuthors(commit.message),
      ])
      return [...new Set(accounts)].filter((login) => login !== WEB_FLOW)
    }),

  labelledBy: (target, number) =>
    asked(target, 'list the events of a pull request', async () => {
      const { rest, paginate, owner, repo } = await openGitHub(target)
      const events = await paginate(rest.issues.listEvents, {
        owner,
        repo,
        issue_number: number,
        per_page: PAGE,
      })
      const { label } = target.github!
      const given = events.findLast(
        (event) => event.event === 'labeled' && 'label' in event && event.label?.name === label,
      )
      return given?.actor?.login
    }),

  stateOf: (target, number) =>
    asked(target, 'show a pull request', async () => {
      const { rest, owner, repo } = await openGitHub(target)
      const { data } = await rest.pulls.get({ owner, repo, pull_number: number })
      if (data.merged) return 'merged'
      if (data.state === 'closed') return 'closed'
      const { label } = target.github!
      const has = data.labels.some(({ name }) => name === label)
      return has && data.base.ref === target.branch ? 'labelled' : 'unlabelled'
    }),

  show: (target, head, shown) =>
    asked(target, 'take a check', async () => showCheck(await openGitHub(target), head, shown)),
}
