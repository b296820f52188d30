// Merging, deploying and taking back. Only the executor is given one of these.
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import type { Target } from '../../src/config/config.ts'
import type { Command } from '../../src/config/units.ts'
import type { Delivery } from '../../src/execution/delivery.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { visible } from '../../src/kernel/text.ts'
import type { Signer } from '../../src/keys/key.ts'
import { ensureTree, treeWithout } from './change.ts'
import { GitError, git, gitText } from './git.ts'
import { recordsOf } from './merge-records.ts'
import type { Mirrors } from './mirror.ts'
import { signedCommit } from './signed-commit.ts'

const OUTPUT_LIMIT = 64 * 1024

/** `signer`: whose signature the commits have. */
export function deliveryOn(mirrors: Mirrors, signer: Signer): Delivery {
  /** The commit that an earlier attempt of this execution made, found by its trailer. */
  async function made(target: Target, trailer: string): Promise<string | undefined> {
    const found = await gitText(mirrors.pathOf(target), [
      'log',
      '-n',
      '1',
      '--format=%H',
      '--fixed-strings',
      `--grep=${trailer}`,
      `refs/heads/${target.branch}`,
    ])
    return found || undefined
  }

  /** All of it or nothing. */
  async function push(
    target: Target,
    commit: string,
    onto: string,
    records: readonly string[] = [],
  ): Promise<boolean> {
    const branch = `refs/heads/${target.branch}`
    try {
      await git(mirrors.pathOf(target), [
        'push',
        '--quiet',
        '--no-verify',
        ...(records.length > 0 ? ['--atomic'] : []),
        `--force-with-lease=${branch}:${onto}`,
        '--',
        mirrors.sourceOf(target),
        `${commit}:${branch}`,
        ...records,
      ])
      return true
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      if ((await mirrors.head(target)) !== onto) return false
      throw new Refusal(
        'unavailable',
        'push_refused',
        `${target.name} refused the push: ${visible(error.stderr).trim().slice(-300)}`,
        'Check that Grace may push to the branch, to refs/attestations/* and, with checkpoint_tags, to refs/tags/grace/*.',
      )
    }
  }

  return {
    async merge(target, { execution, baseCommit, tree, patch, message, records }) {
      const mirror = mirrors.pathOf(target)
      for (;;) {
        const head = await mirrors.head(target)
        const earlier = await made(target, `Grace-Execution: ${execution}`)
        if (earlier) return (await made(target, `Grace-Reverts: ${execution}`)) ? undefined : earlier
        if (head !== baseCommit) return undefined
        await ensureTree(mirror, { baseCommit, tree, patch }, () => mirrors.fetch(target))
        const commit = await signedCommit(mirror, { tree, parents: [baseCommit], message }, signer)
        const beside = await recordsOf(mirror, mirrors.sourceOf(target), commit, records, signer)
        // Refused, or landed and the answer was lost: the branch says which.
        if (await push(target, commit, baseCommit, beside)) return commit
      }
    },

    async merged(target, execution) {
      await mirrors.head(target)
      return made(target, `Grace-Execution: ${execution}`)
    },

    async revert(target, execution, revision) {
      const trailer = `Grace-Reverts: ${execution}`
      const mirror = mirrors.pathOf(target)
      const message = `Revert ${revision.slice(0, 12)}: the live change did harm\n\n${trailer}\n`
      for (let attempt = 0; attempt < REVERT_ATTEMPTS; attempt++) {
        const head = await mirrors.head(target)
        const earlier = await made(target, trailer)
        if (earlier) return earlier
        const tree = await treeWithout(mirror, head, revision)
        if (!tree) throw conflict(`what came to ${target.branch} after it conflicts with its revert.`)
        if (tree === (await gitText(mirror, ['rev-parse', `${head}^{tree}`]))) return head
        const commit = await signedCommit(mirror, { tree, parents: [head], message }, signer)
        if (await push(target, commit, head)) return commit
      }
      throw conflict(`${target.branch} moves on faster than it can be reverted.`)
    },

    deploy: (target, of) => carryOut(target, target.deploy!.command, 'deploy', of),
    async rollBack(target, of) {
      const command = target.deploy?.rollback
      if (!command)
        throw new Refusal(
          'unavailable',
          'no_rollback',
          `${target.name} has no rollback command.`,
          'Roll back by hand; add deploy.rollback to grace.yaml.',
        )
      return carryOut(target, command, 'rollback', of)
    },
    async liveRevision(target) {
      const command = target.deploy?.status
      if (!command) return undefined
      const output = await carryOut(target, command, 'status', { execution: '', revision: '', previous: '' })
      return output.trim().split('\n').at(-1)?.trim()
    },
  }
}

const REVERT_ATTEMPTS = 5

const conflict = (why: string): Refusal =>
  new Refusal('conflict', 'revert_conflict', `The merge was not reverted: ${why}`, 'Revert it by hand.')

const LAST_WORDS_MS = 500

/** Everything of a process group, where something of it is left. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader) process.kill(-leader, 'SIGKILL')
  } catch {} // It has ended.
}

/** A command that outlived the Grace that ran it would act beside its repetition: it is ended first. Linux only. */
async function endEarlier(what: string, execution: string): Promise<void> {
  const marks = [`GRACE_EXECUTION_ID=${execution}`, `GRACE_STEP=${what}`]
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue
    const environment = (await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')).split('\0')
    if (!marks.every((mark) => environment.includes(mark))) continue
    try {
      process.kill(Number(name), 'SIGKILL')
    } catch {} // It has ended.
  }
}

/** Runs one of the target's own commands, from grace.yaml, with nothing of Grace's environment. */
async function carryOut(
  target: Target,
  command: Command,
  what: string,
  of: { execution: string; revision: string; previous: string },
): Promise<string> {
  if (of.execution) await endEarlier(what, of.execution)
  const deploy = target.deploy!
  const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, {
      cwd: '/',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        ...deploy.environment,
        GRACE_EXECUTION_ID: of.execution,
        GRACE_STEP: what,
        GRACE_REVISION: of.revision,
        GRACE_PREVIOUS_REVISION: of.previous,
      },
      // Its own group, so that the whole of it ends with its time.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (part: Buffer) => {
      output = (output + part.toString('utf8')).slice(-OUTPUT_LIMIT)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const refused = (why: string) =>
      new Refusal(
        'unavailable',
        `${what}_failed`,
        `The ${what} command of ${target.name} ${why}: ${visible(output).trim().slice(-400) || 'no output'}`,
        `Check deploy in grace.yaml.`,
      )
    const timer = setTimeout(() => {
      endGroup(child.pid)
      reject(refused(`took longer than ${deploy.timeout / 1000} s`))
    }, deploy.timeout)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(refused(`can't be started (${error.message})`))
    })
    const over = (exit: number | null) => {
      clearTimeout(timer)
      if (exit === 0) resolve(visible(output))
      else reject(refused(`ended with exit ${exit}`))
    }
    child.on('close', over)
    // What it started in the background may keep its output open: the command itself has ended.
    child.on('exit', (exit) => setTimeout(over, LAST_WORDS_MS, exit))
  })
}
