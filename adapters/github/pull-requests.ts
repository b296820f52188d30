import type { PullRequests } from '../../src/candidate/pull-requests.ts'
import { asked, openGitHub } from './client.ts'
import { showCheck } from './show-check.ts'

/** GitHub's own account, which commits what is merged by a button. */
const WEB_FLOW = 'web-flow'
const PAGE = 100

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
        .filter(({ labels }) => labels.some(({ name }) => name === label))
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
      const accounts = commits.flatMap(({ author, committer }) =>
        [author, committer].flatMap((one) => (one && 'login' in one && one.login ? [String(one.login)] : [])),
      )
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
      return data.merged ? 'merged' : data.state
    }),

  show: (target, head, shown) =>
    asked(target, 'take a check', async () => showCheck(await openGitHub(target), head, shown)),
}
