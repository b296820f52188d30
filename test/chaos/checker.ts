// Checks what Grace promises, from outside: PostgreSQL, the targets' repositories, what the platforms kept. Nothing of
// Grace's own code is used; whatever it concludes is concluded here once more, from DESIGN.md and docs/trust.md.
import { readFile } from 'node:fs/promises'
import type postgres from 'postgres'
import { checkBallots } from './checker/ballots.ts'
import { checkCandidates } from './checker/candidates.ts'
import { checkChats } from './checker/chat.ts'
import type { ChatRecord } from './checker/chat-record.ts'
import { type Checking, RULES } from './checker/checking.ts'
import { checkClicks } from './checker/clicks.ts'
import { checkConditions } from './checker/conditions.ts'
import { Git } from './checker/git.ts'
import { checkHistory } from './checker/history.ts'
import { checkLedger } from './checker/ledger.ts'
import { checkLive } from './checker/live.ts'
import { checkPhases } from './checker/phases.ts'
import { readRecords } from './checker/records.ts'
import { checkDeployLogs, checkRepositories, type Logs } from './checker/repository.ts'
import { checkSessions } from './checker/sessions.ts'
import { checkWaiting } from './checker/waiting.ts'

export { type ChatRecord, discordRecord, slackRecord } from './checker/chat-record.ts'
export { RULES } from './checker/checking.ts'

export interface Scene {
  /** As the superuser: nothing is hidden from it. */
  readonly sql: postgres.Sql
  /** Target → path of its repository; the branch is the one that its HEAD names. */
  readonly repositories: Readonly<Record<string, string>>
  /** Target → file with a line `deploy <execution> <revision>` or `rollback <execution> <revision>`: what is live after it. */
  readonly deployLogs?: Readonly<Record<string, string>>
  readonly slack?: ChatRecord | undefined
  readonly discord?: ChatRecord | undefined
  /** Nothing is under way any more: what must happen eventually must have happened. */
  readonly settled: boolean
  /** Public keys, where the test has them; else those that the database has. */
  readonly keys?: Readonly<Record<'ledger' | 'attestation', { readonly known: readonly Uint8Array[] }>>
  /** What must be shown nowhere, beside what looks like a token. */
  readonly secrets?: readonly string[]
  /** Member → when they left, where the test knows it: the database keeps only who is a member now. */
  readonly left?: Readonly<Record<string, Date>>
}

export interface Violation {
  /** One of RULES. */
  readonly rule: string
  readonly what: string
}

export async function checkPromises(scene: Scene): Promise<readonly Violation[]> {
  const repositories = new Map(
    Object.entries(scene.repositories).map(([name, path]) => [name, new Git(path)]),
  )
  const before = await readLogs(repositories)
  const records = await readRecords(scene.sql)
  const after = scene.settled ? before : await readLogs(repositories)
  const violations: Violation[] = []
  const c: Checking = {
    records,
    repositories,
    settled: scene.settled,
    publicKeys: (purpose) =>
      scene.keys?.[purpose].known ??
      records.keys
        .filter((key) => !key.revoked_at && [purpose, 'any'].includes(key.purpose))
        .map((key) => Buffer.from(key.public_key, 'base64')),
    deployLogs: await readTexts(scene.deployLogs ?? {}),
    chats: {
      ...(scene.slack && { slack: scene.slack }),
      ...(scene.discord && { discord: scene.discord }),
    },
    secrets: scene.secrets ?? [],
    left: new Map(Object.entries(scene.left ?? {}).map(([member, at]) => [member, at.getTime()])),
    report: (rule, what) => void violations.push({ rule: RULES[rule], what }),
  }
  const logs = new Map<string, Logs>(
    [...before].map(([target, log]) => [target, { before: log, after: after.get(target)! }]),
  )
  checkPhases(c)
  checkHistory(c)
  checkBallots(c)
  checkClicks(c)
  checkSessions(c)
  await checkCandidates(c)
  checkConditions(c)
  checkLedger(c)
  await checkRepositories(c, logs)
  checkDeployLogs(c)
  checkLive(c)
  checkChats(c)
  checkWaiting(c)
  return violations
}

async function readLogs(repositories: ReadonlyMap<string, Git>) {
  const logs = new Map<string, Logs['before']>()
  for (const [target, git] of repositories) logs.set(target, await git.log())
  return logs
}

async function readTexts(files: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const [name, file] of Object.entries(files))
    texts.set(name, await readFile(file, 'utf8').catch(() => ''))
  return texts
}
