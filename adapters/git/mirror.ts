// Grace's own bare mirror of each target: the only repository that its plumbing ever works in.
import { randomUUID } from 'node:crypto'
import { access, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../../src/config/config.ts'
import type { Secret } from '../../src/config/secret.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { readSecret } from '../state/secret-file.ts'
import { type Credential, GitError, git, gitText } from './git.ts'

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

  /** A token goes only to where TLS hides it; undefined for a path on this machine. */
  credentialOf(target: Target, token: Secret): Credential | undefined {
    const url = this.sourceOf(target)
    return url.startsWith('https://') ? { url, token } : undefined
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
    const path = this.pathOf(target)
    const refs = more ? [`+${more}:${more}`] : ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
    const options = [
      '--quiet',
      '--no-recurse-submodules',
      '--no-auto-maintenance',
      ...(more ? [] : ['--prune']),
    ]
    const file = target.github?.read_token_file
    const credential = file && this.credentialOf(target, await readSecret(file))
    try {
      await this.#alone(target.name, async () => {
        await access(path).catch(async () => {
          await mkdir(this.#root, { recursive: true })
          await git(undefined, ['init', '--bare', '--quiet', '--template=', path])
        })
        await whenUnlocked(path, () =>
          git(path, ['fetch', ...options, '--', this.sourceOf(target), ...refs], {
            timeoutMs: 300_000,
            credential: credential || undefined,
          }),
        )
      })
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

const LOCKED = /\.lock['’]?: File exists|cannot lock ref/i
const LOCK_ATTEMPTS = 40
const LOCK_PAUSE_MS = 250
/** No git of ours holds a lock for so long: its holder was killed. */
const STALE_MS = 60_000

/** Other processes of Grace write to the same mirror: git's own locks are waited for. */
async function whenUnlocked<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof GitError) || !LOCKED.test(error.stderr) || attempt === LOCK_ATTEMPTS) throw error
      await removeOlder(path, STALE_MS, '.lock')
      await sleep(LOCK_PAUSE_MS)
    }
}

async function removeOlder(directory: string, ms: number, suffix = ''): Promise<void> {
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith(suffix)) continue
    const path = join(directory, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > ms) await rm(path, { force: true })
  }
}

/** No index is needed for so long: whoever used it was killed. */
const FORGOTTEN_MS = 3_600_000

/** Runs `work` with the path of an index of its own, in the repository. */
export async function withIndex<T>(repository: string, work: (index: string) => Promise<T>): Promise<T> {
  const indexes = join(repository, 'indexes')
  // Where there is no repository, git says so.
  await mkdir(indexes).catch(() => {})
  await removeOlder(indexes, FORGOTTEN_MS).catch(() => {})
  const index = join(indexes, randomUUID())
  try {
    return await work(index)
  } finally {
    await rm(index, { force: true })
    await rm(`${index}.lock`, { force: true })
  }
}
