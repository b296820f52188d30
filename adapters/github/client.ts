// GitHub's API as one target's app or account, by Octokit. Made anew for each piece of work: a secret that was replaced counts
// at once, and none stays in memory.
import { createAppAuth } from '@octokit/auth-app'
import { Octokit, RequestError } from 'octokit'
import type { Target } from '../../src/config/config.ts'
import { Secret } from '../../src/config/secret.ts'
import { FORGE_AWAY, FORGE_REFUSED } from '../../src/execution/delivery.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { readSecret } from '../state/secret-file.ts'

export interface GitHub {
  readonly rest: Octokit['rest']
  readonly paginate: Octokit['paginate']
  readonly owner: string
  readonly repo: string
  /** Its id; undefined for an account, which writes statuses instead of checks. */
  readonly app: number | undefined
  /** For git. */
  token(): Promise<Secret>
}

const ANSWER_MS = 30_000
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Refuses (secret_file_unreadable) where its file is not there. */
export async function openGitHub(target: Target): Promise<GitHub> {
  const { app, token_file, api, repository } = target.github!
  const [owner, repo] = repository.split('/') as [string, string]
  const secret = await readSecret(app ? app.private_key_file : token_file!)
  const octokit = new Octokit({
    baseUrl: api,
    log: SILENT,
    // A mission asks a dozen times. Beyond GitHub's limits nothing waits here: its job tries again.
    throttle: { enabled: false },
    retry: { retries: 1 },
    ...(app
      ? {
          authStrategy: createAppAuth,
          auth: { appId: app.id, privateKey: secret.reveal(), installationId: app.installation },
        }
      : { auth: secret.reveal() }),
  })
  octokit.hook.before('request', (options) => {
    // What is asked again only reads: an act whose answer was lost is looked for, and then repeated by its job.
    const once = options.method === 'GET' ? {} : { retries: 0 }
    options.request = { ...options.request, ...once, signal: AbortSignal.timeout(ANSWER_MS) }
  })
  return {
    rest: octokit.rest,
    paginate: octokit.paginate,
    owner,
    repo,
    app: app?.id,
    async token() {
      if (!app) return secret
      const { token } = (await octokit.auth({ type: 'installation' })) as { token: string }
      return new Secret(token)
    },
  }
}

/** 500 also where it did not answer at all; undefined of a fault of ours. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof RequestError ? error.status : undefined

export const wordsOf = (error: unknown): string =>
  oneLine(error instanceof Error ? error.message.replace(/ - https?:\/\/\S+$/, '') : String(error), 300)

const isLimit = (error: RequestError): boolean =>
  error.status === 429 ||
  error.response?.headers['x-ratelimit-remaining'] === '0' ||
  error.response?.headers['retry-after'] !== undefined

/** What it did not do for us is said; a fault of ours stays one. */
export async function asked<T>(target: Target, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    const isAway = error.status >= 500 || isLimit(error)
    throw new Refusal(
      'unavailable',
      isAway ? FORGE_AWAY : FORGE_REFUSED,
      `GitHub does not ${what} for ${target.name}: ${wordsOf(error)}`,
      isAway
        ? 'It is tried again.'
        : `Check targets.${target.name}.github in grace.yaml: the repository, and what its app or token may do (docs/github.md).`,
    )
  }
}
