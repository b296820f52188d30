// Grace's own bare mirror of each target: the only repository that its plumbing ever works in.
import { randomUUID } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { GitError, git, gitText } from './git.ts'

export class Mirrors {
  readonly #root: string
  readonly #busy = new Map<string, Promise<unknown>>()
  constructor(root: string) {
    this.#root = root
  }

  pathOf(target: Target): string {
    return join(this.#root, `${target.name}.git`)
  }

  sourceOf(target: Target): string {
    const { repository } = target
    return repository.includes('://') || isAbsolute(repository) ? repository : resolve(repository)
  }

  /** One git at a time writes to a mirror's refs. */
  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(name) ?? Promise.resolve()
    const now = before.catch(() => {}).then(work)
    this.#busy.set(name, now)
    return now
  }

  /** Brings the mirror up to date and returns its path. `more`: a ref beside branches and tags instead, such as a pull request's. */
  async fetch(target: Target, more?: string): Promise<string> {
    return this.#alone(target.name, async () => {
      const path = this.pathOf(target)
      const source = this.sourceOf(target)
      try {
        await access(path).catch(async () => {
          await mkdir(this.#root, { recursive: true })
          await git(undefined, ['init', '--bare', '--quiet', '--template=', path])
        })
        const refs = more ? [`+${more}:${more}`] : ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
        await git(
          path,
          [
            'fetch',
            '--quiet',
            ...(more ? [] : ['--prune']),
            '--no-recurse-submodules',
            '--no-auto-maintenance',
            '--',
            source,
            ...refs,
          ],
          { timeoutMs: 300_000 },
        )
        return path
      } catch (error) {
        if (!(error instanceof GitError)) throw error
        throw new Refusal(
          'unavailable',
          'repository_unreachable',
          `The repository of ${target.name} can't be fetched: ${oneLine(error.stderr, 200)}`,
          `Check targets.${target.name}.repository in grace.yaml: an https:// URL or a path on this machine.`,
        )
      }
    })
  }

  async head(target: Target): Promise<string> {
    const path = await this.fetch(target)
    return gitText(path, ['rev-parse', '--verify', '--quiet', `refs/heads/${target.branch}^{commit}`]).catch(
      () => {
        throw new Refusal(
          'not_found',
          'branch_not_found',
          `${target.name} has no branch ${target.branch}.`,
          `Check targets.${target.name}.branch in grace.yaml.`,
        )
      },
    )
  }
}

/** Runs `work` with the path of an index of its own. */
export async function withIndex<T>(work: (index: string) => Promise<T>): Promise<T> {
  const index = join(tmpdir(), `grace-index-${randomUUID()}`)
  try {
    return await work(index)
  } finally {
    await rm(index, { force: true })
    await rm(`${index}.lock`, { force: true })
  }
}
