// Git as the checker asks it: child processes, nothing written to the repository that is looked at.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ENV = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C.UTF-8',
}
const BIG = 256 * 1024 * 1024

export interface Commit {
  readonly id: string
  readonly tree: string
  readonly parents: readonly string[]
  /** Values of the trailer `Grace-Execution`, of `Grace-Reverts` and so on, by their name. */
  trailers(name: string): readonly string[]
}

async function piped(args: readonly string[], input: string, env: Record<string, string>): Promise<string> {
  const child = spawn('git', args, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  let complaint = ''
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => {
    complaint += part.toString('utf8')
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (exit !== 0) throw new Error(`git ${args.join(' ')}: exit ${exit}: ${complaint.trim()}`)
  return Buffer.concat(out).toString('utf8')
}

/** `git patch-id --stable` of a patch; empty where it has none. */
export const patchIdOf = async (patch: string): Promise<string> =>
  (await piped(['patch-id', '--stable'], patch, ENV)).trim().split(' ')[0] ?? ''

export class Git {
  readonly #path: string
  constructor(path: string) {
    this.#path = path
  }

  async #git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', this.#path, '-c', 'safe.directory=*', ...args], {
      env: ENV,
      maxBuffer: BIG,
    })
    return stdout.trim()
  }

  /** The branch that HEAD names, newest first. */
  async log(): Promise<readonly Commit[]> {
    const text = await this.#git('log', '--format=%x1e%H%x1f%T%x1f%P%x1f%(trailers:only,unfold)', 'HEAD')
    return text
      .split('\x1e')
      .slice(1)
      .map((one) => {
        const [id = '', tree = '', parents = '', trailers = ''] = one.split('\x1f')
        const lines = trailers.split('\n').map((line) => /^([\w-]+): (.*)$/.exec(line))
        return {
          id,
          tree,
          parents: parents.split(' ').filter(Boolean),
          trailers: (name) => lines.flatMap((line) => (line?.[1] === name ? [line[2]!.trim()] : [])),
        }
      })
  }

  /** Who approved a commit, by the statements that came with it; undefined where none did. */
  async approvedBy(commit: string): Promise<readonly string[] | undefined> {
    const text = await this.#git('show', `refs/attestations/${commit}:attestations.jsonl`).catch(
      () => undefined,
    )
    return text?.split('\n').flatMap((line) => {
      const { payload } = JSON.parse(line) as { payload: string }
      const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as {
        predicate: { approver?: { member: string } }
      }
      return predicate.approver?.member ?? []
    })
  }

  /** `patch-id` of what leads from one tree to another. */
  async patchIdBetween(from: string, to: string): Promise<string> {
    return patchIdOf(`${await this.#git('diff-tree', '-p', '-r', '--full-index', '--binary', from, to)}\n`)
  }

  /** The tree that a patch makes of a commit; its objects are written beside the repository, and go. */
  async applied(commit: string, patch: string): Promise<string> {
    const beside = await mkdtemp(join(tmpdir(), 'chaos-checker-'))
    try {
      const objects = await this.#git('rev-parse', '--path-format=absolute', '--git-path', 'objects')
      const env = {
        ...ENV,
        GIT_DIR: await this.#git('rev-parse', '--absolute-git-dir'),
        GIT_INDEX_FILE: join(beside, 'index'),
        GIT_OBJECT_DIRECTORY: beside,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
      }
      await piped(['read-tree', commit], '', env)
      await piped(['apply', '--cached', '--whitespace=nowarn', '-'], patch, env)
      return (await piped(['write-tree'], '', env)).trim()
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
  }
}
