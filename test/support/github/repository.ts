// The git side of the stand-in: pull requests merged as GitHub merges them.
import { execFileSync } from 'node:child_process'

export class Repository {
  readonly path: string
  constructor(path: string) {
    this.path = path
  }

  git(args: readonly string[], input?: string): string {
    return execFileSync('git', args, {
      cwd: this.path,
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        GIT_AUTHOR_NAME: 'GitHub',
        GIT_AUTHOR_EMAIL: 'noreply@github.com',
        GIT_COMMITTER_NAME: 'GitHub',
        GIT_COMMITTER_EMAIL: 'noreply@github.com',
      },
    }).trim()
  }

  commit(ref: string): string | undefined {
    try {
      return this.git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    } catch {
      return undefined
    }
  }

  /** Undefined where the two conflict. */
  merge(base: string, head: string, method: string, message: string): string | undefined {
    const onto = this.commit(`refs/heads/${base}`)!
    let tree: string
    try {
      tree = this.git(['merge-tree', '--write-tree', onto, head]).split('\n')[0]!
    } catch {
      return undefined
    }
    const parents = method === 'merge' ? ['-p', onto, '-p', head] : ['-p', onto]
    const made = this.git(['commit-tree', tree, ...parents, '-F', '-'], message)
    this.git(['update-ref', `refs/heads/${base}`, made, onto])
    return made
  }
}
