// A pull request of Grace's own: a branch with one signed commit on the base. Found again after a crash, and taken away when
// nothing comes of it.
import type { PullRequestHead } from '../../src/candidate/candidate.ts'
import type { Target } from '../../src/config/config.ts'
import { fenced } from '../../src/kernel/text.ts'
import type { Signer } from '../../src/keys/key.ts'
import { type Credential, GitError, git, gitText } from '../git/git.ts'
import { pushRefused } from '../git/landed.ts'
import type { Mirrors } from '../git/mirror.ts'
import { signedCommit } from '../git/signed-commit.ts'
import { type GitHub, statusOf } from './client.ts'
import { harmless } from './markdown.ts'
import type { Approved } from './merge.ts'
import { showCheck } from './show-check.ts'

const branchOf = (name: string): string => `grace/${name}`

export async function openOwn(
  mirrors: Mirrors,
  signer: Signer,
  github: GitHub,
  target: Target,
  name: string,
  { baseCommit, tree, message }: Approved,
): Promise<PullRequestHead> {
  const { rest, owner, repo } = github
  const mirror = mirrors.pathOf(target)
  const credential = mirrors.credentialOf(target, await github.token())
  const source = mirrors.sourceOf(target)
  const ref = `refs/heads/${branchOf(name)}`
  const there = await gitText(mirror, ['ls-remote', '--', source, ref], { credential })
  let head = there.split('\t')[0] ?? ''
  if (head) await mirrors.fetch(target)
  else {
    head = await signedCommit(mirror, { tree, parents: [baseCommit], message }, signer)
    await pushed(target, mirror, [`--force-with-lease=${ref}:`, '--', source, `${head}:${ref}`], credential)
  }
  const open = await ownPull(github, name)
  if (open) return { number: open.number, head }
  const [title = '', ...paragraphs] = message.split('\n')
  const { data: made } = await rest.pulls.create({
    owner,
    repo,
    head: branchOf(name),
    base: target.branch,
    title: harmless(title),
    body: fenced(paragraphs.join('\n').trim().split('\n')),
  })
  return { number: made.number, head }
}

/** The newest of that branch, also one that is closed. */
export async function ownPull({ rest, owner, repo }: GitHub, name: string, state: 'open' | 'all' = 'open') {
  const { data } = await rest.pulls.list({ owner, repo, head: `${owner}:${branchOf(name)}`, state })
  return data[0]
}

/** With its branch GitHub closes it; its check is green no more, for nobody is to merge it. */
export async function closeOwn(github: GitHub, name: string): Promise<void> {
  const { rest, owner, repo } = github
  const open = await ownPull(github, name)
  if (open)
    await showCheck(github, open.head.sha, {
      state: 'failure',
      title: 'Not carried out',
      summary: 'Grace takes this back.',
      url: '',
    })
  await forgetBranch(github, name)
  if (open) await rest.pulls.update({ owner, repo, pull_number: open.number, state: 'closed' })
}

export async function forgetBranch({ rest, owner, repo }: GitHub, name: string): Promise<void> {
  await rest.git.deleteRef({ owner, repo, ref: `heads/${branchOf(name)}` }).catch((error: unknown) => {
    // It is not there.
    if (statusOf(error) !== 422 && statusOf(error) !== 404) throw error
  })
}

export async function pushed(
  target: Target,
  mirror: string,
  args: readonly string[],
  credential: Credential | undefined,
): Promise<void> {
  try {
    await git(mirror, ['push', '--quiet', '--no-verify', ...args], { credential })
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw pushRefused(
      target,
      error,
      'Check that Grace may push to refs/heads/grace/*, refs/attestations/* and, with checkpoint_tags, to refs/tags/grace/*.',
    )
  }
}
