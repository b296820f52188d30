// What carries a story's work out: jobs in the story's own process, or the workers of a fleet.
import { existsSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { missionsUnderVote } from '../../db/stores/missions.ts'
import { outstandingOn } from '../../db/stores/outstanding.ts'
import { carryOut, type Hands } from '../../jobs/carry-out.ts'
import { EFFECT_JOBS } from '../../jobs/effects/index.ts'
import { announcementLine } from '../../src/cards/announcement.ts'
import { announceInChat } from '../../src/chat/announce-in-chat.ts'
import type { Chats } from '../../src/chat/chat.ts'
import { PLATFORMS, type Platform } from '../../src/chat/person.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import { PURPOSES } from '../../src/keys/key.ts'
import { adoptPolicy } from '../../src/mission/adopt-policy.ts'
import type { Executor } from '../../src/mission/executor.ts'
import { draw } from '../../src/roles/draw.ts'
import type { TestDatabase } from './database.ts'
import { endAll, type FleetOptions, type RoleProcess, sharedServers, signal, startFleet } from './fleet.ts'
import type { Lab } from './sandbox.ts'

export interface Hand {
  /** Carries out all that is due, and what follows from it. */
  works(): Promise<void>
  /** After a restart, with what grace.yaml says now. */
  restarts(): Promise<void>
  /** The process that listens to Slack and Discord, where that is not the story's own. */
  talks?(env: Readonly<Record<string, string>> | undefined): Promise<void>
  /** What happens meanwhile finds nothing on this machine that isolates. */
  withoutIsolation(during: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

export interface InProcess {
  readonly db: TestDatabase
  readonly control: ChatControl
  readonly executor: Executor
  readonly chats: Chats
  readonly platforms: ReadonlySet<Platform>
  readonly said: string[]
  withoutIsolation(during: () => Promise<void>): Promise<void>
}

export function inProcess({
  db,
  control,
  executor,
  chats,
  platforms,
  said,
  withoutIsolation,
}: InProcess): Hand {
  const effects = outstandingOn(db.app.db)
  const onFault = (kind: string, error: unknown) => {
    throw new Error(`a job failed: ${kind}`, { cause: error })
  }
  const hands: Hands = {
    effects,
    jobs: EFFECT_JOBS,
    holder: 'story',
    ctx: {
      control,
      executor: () => executor,
      alone: (work) => work(),
      async announce(announcement, source) {
        const mission = await control.transact(({ missions }) => missions.find(announcement.mission))
        if (!mission) return
        said.push(announcementLine(announcement, mission))
        await announceInChat(control, platforms, mission, announcement, source)
      },
      chats,
      draw,
      onFault,
    },
    onFault,
  }
  return {
    async works() {
      for (let due = await effects.due(50); due.length > 0; due = await effects.due(50))
        for (const { id } of due) await carryOut(hands, id)
    },
    restarts: async () => adoptPolicy(control, await missionsUnderVote(db.app.db)),
    withoutIsolation,
    async end() {},
  }
}

const LOOK_MS = 50
const QUIET_LOOKS = 3
/** What is said on a platform waits, where a story has no bot. */
const FOR_BOTS = `:(?:${PLATFORMS.join('|')})$`
const LIMIT_MS = 150_000
const IS_PROGRESS = /^\[AUTONOMOUS\] 🧪 (installing dependencies|tests on both|bench,|load,)/

/** Workers hold their breath except while the story lets them work: what comes first stays first. */
export async function byFleet(db: TestDatabase, lab: Lab, said: string[]): Promise<Hand> {
  const { state, keys } = lab.directories
  const file = Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, { key: db.pems[purpose], retired: [] }]),
  )
  writeFileSync(join(keys, 'keys.json'), JSON.stringify(file), { mode: 0o600 })
  const options: FleetOptions = {
    cwd: lab.root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: lab.root,
      ...sharedServers(state, db.logins.app.database),
    },
  }
  let env = options.env
  let bots: RoleProcess[] = []
  let rest: RoleProcess[] = []
  const onLine = (line: string) => {
    if (line.startsWith('[AUTONOMOUS]') && !IS_PROGRESS.test(line)) said.push(line)
  }
  const workers = () => rest.filter(({ role }) => role === 'worker')
  const start = async () => {
    rest = await startFleet({ ...options, env, roles: ['worker', 'web'], onLine })
    await holdBreath()
  }
  /** Nobody is stopped in the middle of a transaction, for others may wait for its locks. */
  const holdBreath = async (): Promise<void> => {
    for (;;) {
      signal(workers(), 'SIGSTOP')
      await sleep(20)
      const inside = await db.superuser`
        select 1 from pg_stat_activity where datname = current_database()
          and state in ('idle in transaction', 'active') and application_name like 'grace-%'`
      if (inside.length === 0) return
      signal(workers(), 'SIGCONT')
      await sleep(50)
    }
  }
  const isQuiet = async (): Promise<boolean> => {
    const open = await db.superuser`
      select 1 from grace.outbox where done_at is null and given_up_at is null
        and (${bots.length > 0} or kind !~ ${FOR_BOTS})
        and (not_before <= grace.now() or leased_until > grace.now()) limit 1`
    return open.length === 0
  }
  const end = async (processes: RoleProcess[]) => {
    signal(processes, 'SIGCONT')
    await endAll(processes, 'SIGTERM')
  }
  const restarts = async () => {
    await end(rest)
    await start()
  }
  await start()
  return {
    async works() {
      signal(workers(), 'SIGCONT')
      const limit = Date.now() + LIMIT_MS
      for (let quiet = 0; quiet < QUIET_LOOKS; await sleep(LOOK_MS)) {
        if (Date.now() > limit) throw new Error(`the fleet is still at work after ${LIMIT_MS} ms`)
        quiet = (await isQuiet()) ? quiet + 1 : 0
      }
      await holdBreath()
    },
    restarts,
    async talks(more) {
      await end(bots)
      bots = more ? await startFleet({ ...options, env: { ...env, ...more }, roles: ['bot'] }) : []
    },
    async withoutIsolation(during) {
      const whole = env
      env = { ...env, PATH: pathWithoutBubblewrap(lab.root) }
      await restarts()
      await during()
      env = whole
      await restarts()
    },
    end: async () => void (await Promise.all([end(rest), end(bots)])),
  }
}

function pathWithoutBubblewrap(directory: string): string {
  const there = mkdtempSync(join(directory, 'path-'))
  for (const from of (process.env.PATH ?? '').split(':'))
    for (const name of existsSync(from) ? readdirSync(from) : [])
      if (name !== 'bwrap' && !existsSync(join(there, name))) symlinkSync(join(from, name), join(there, name))
  return there
}
