// Runs git so that a repository's own configuration, hooks and attributes run nothing (SANDBOX.md 5.6).
import { spawn } from 'node:child_process'
import type { Secret } from '../../src/config/secret.ts'

export class GitError extends Error {
  override readonly name = 'GitError'
  readonly exit: number | null
  readonly stderr: string
  constructor(verb: string, exit: number | null, stderr: string) {
    super(`git ${verb}: exit ${exit}: ${stderr.trim().slice(0, 500)}`)
    this.exit = exit
    this.stderr = stderr
  }
}

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/true',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_SSH_COMMAND: '/bin/false',
  GIT_AUTHOR_NAME: 'Grace',
  GIT_AUTHOR_EMAIL: 'grace@localhost',
  GIT_COMMITTER_NAME: 'Grace',
  GIT_COMMITTER_EMAIL: 'grace@localhost',
}

const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.quotePath=false',
  'core.symlinks=true',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.file.allow=always',
  'safe.bareRepository=explicit',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=all',
  'gc.auto=0',
  'maintenance.auto=false',
  'credential.helper=',
].flatMap((setting) => ['-c', setting])

export interface GitOptions {
  readonly input?: string | Uint8Array
  readonly index?: string
  readonly workTree?: string
  readonly timeoutMs?: number
  /** Words before it that take it to where the work tree is mounted. */
  readonly enter?: readonly string[]
  readonly credential?: Credential | undefined
}

/** Sent to that server and to no other. */
export interface Credential {
  readonly url: string
  readonly token: Secret
}

/** By the environment: what stands among the arguments everybody on the machine can read. */
const credentialOf = ({ url, token }: Credential): Record<string, string> => ({
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
  // git would send it on to wherever it is sent.
  GIT_CONFIG_KEY_1: 'http.followRedirects',
  GIT_CONFIG_VALUE_1: 'false',
  // GitHub takes any name with a token (docs.github.com, "Authenticating as a GitHub App installation").
  GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`x-access-token:${token.reveal()}`).toString('base64')}`,
})

const OUTPUT_LIMIT = 64 * 1024 * 1024

/** stdout of `git <args>` as bytes. Throws GitError on any other exit than 0. */
export function git(
  gitDir: string | undefined,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const where = [
    ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`]),
    ...(options.workTree === undefined ? [] : [`--work-tree=${options.workTree}`]),
  ]
  return new Promise((resolve, reject) => {
    const [file, ...words] = [...(options.enter ?? []), 'git', ...where, ...SETTINGS, ...args]
    const child = spawn(file!, words, {
      cwd: '/',
      env: {
        ...ENVIRONMENT,
        ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
        ...(options.credential ? credentialOf(options.credential) : {}),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    })
    const out: Buffer[] = []
    let size = 0
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size > OUTPUT_LIMIT) child.kill('SIGKILL')
      else out.push(part)
    })
    child.stderr.on('data', (part: Buffer) => {
      if (stderr.length < 20_000) stderr += part.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (exit) =>
      exit === 0 && size <= OUTPUT_LIMIT
        ? resolve(Buffer.concat(out))
        : reject(new GitError(args[0] ?? '', exit, stderr)),
    )
    // A git that ends early closes its stdin; its exit says why.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

export const gitText = async (...args: Parameters<typeof git>): Promise<string> =>
  (await git(...args)).toString('utf8').trim()
