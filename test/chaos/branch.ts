// From one measured mission many ends: a copy of the bot's database and repository, on which the real code goes on.
import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type postgres from 'postgres'
import { inject } from 'vitest'
import { deliveryOn } from '../../adapters/git/delivery.ts'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { roomsFor } from '../../adapters/sandbox/probe.ts'
import { type Client, openClient } from '../../db/client.ts'
import { connect } from '../../db/login.ts'
import type { Chat } from '../../src/chat/chat.ts'
import { receiveClick } from '../../src/chat/receive-click.ts'
import type { ChatControl, ChatStores } from '../../src/chat/stores.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import type { Executor } from '../../src/mission/executor.ts'
import { castVote } from '../../src/parliament/cast-vote.ts'
import type { Vote } from '../../src/parliament/tally.ts'
import type { Bot } from '../support/bot.ts'
import { inProcess } from '../support/hand.ts'
import { member } from '../support/people.ts'
import { shellIn } from '../support/shell.ts'
import { checkPromises, type Scene, type Violation } from './checker.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export interface Branch {
  /** As the superuser: what only root does. */
  readonly sql: postgres.Sql
  readonly control: Writable<ChatControl>
  readonly executor: Writable<Executor>
  /** From now on both logins work with these stores. */
  plant(bug: (stores: ChatStores) => Partial<ChatStores>): void
  works(): Promise<void>
  skip(ms: number): Promise<void>
  votes(mission: string, who: string, vote: Vote): Promise<void>
  /** On Slack, by the platform's clock: now, or so many ms ago. */
  clicks(mission: string, who: string, vote: Vote, ago?: number): Promise<void>
  /** Traffic of the live service from now back over so many seconds: p95 near `ms`. */
  traffic(seconds: number, ms: number): Promise<void>
  git(command: string): string
  scene(settled: boolean): Scene
  found(): Promise<readonly Violation[]>
  close(): Promise<void>
}

export interface Trunk {
  readonly bot: Bot
  /** Where the deploy commands write. */
  readonly deployLog: string
}

/** Pushes to the branch's own copy, and mirrors that. */
class BranchMirrors extends Mirrors {
  readonly #source: string
  constructor(root: string, source: string) {
    super(root)
    this.#source = source
  }
  override sourceOf(): string {
    return this.#source
  }
}

/** The bot goes no further: nobody may be connected to a database that is copied. */
export async function endTrunk({ bot }: Trunk): Promise<void> {
  await Promise.all([bot.db.app.close(), bot.db.executor.close(), bot.db.superuser.end()])
}

export async function branchOff({ bot, deployLog }: Trunk): Promise<Branch> {
  const { lab, db, target } = bot
  const admin = inject('admin')
  const name = `branch_${randomUUID().replaceAll('-', '')}`
  const root = connect(admin, { name: 'branch-admin' })
  await root.unsafe(`create database ${name} template ${db.logins.app.database}`)
  const sql = connect({ ...admin, database: name }, { name: 'branch-superuser', max: 2 })
  const app = openClient({ ...db.logins.app, database: name }, { name: 'branch-app', max: 4 })
  const acting = openClient({ ...db.logins.executor, database: name }, { name: 'branch-executor', max: 2 })

  const directory = mkdtempSync(join(lab.root, 'branch-'))
  const repository = join(directory, 'shop')
  cpSync(target.repository, repository, { recursive: true })
  mkdirSync(join(directory, 'mirrors'))
  const mirrors = new BranchMirrors(join(directory, 'mirrors'), repository)
  writeFileSync(deployLog, '')

  const { runtime, directories, layers, containment } = lab
  const control: Branch['control'] = {
    ...bot.control,
    transact: app.transact,
    repositories: repositoriesOn(mirrors),
    rooms: roomsFor(containment, { runtime, mirrors, sandboxes: directories.sandboxes, layers }),
  }
  const executor: Branch['executor'] = {
    ...bot.executor,
    transact: acting.transact,
    delivery: deliveryOn(mirrors, db.keys.execution.signer),
  }
  const whispers: { user: string; content: unknown }[] = []
  const slack = {
    platform: 'slack',
    tell: async ({ account }, reply) =>
      void whispers.push({ user: account.split('/').at(-1)!, content: { text: reply.lines.join('\n') } }),
  } satisfies Pick<Chat, 'platform' | 'tell'> as unknown as Chat
  const hand = inProcess({
    db: { ...db, app },
    control,
    executor,
    chats: { slack },
    // No cards: what is told is told to those who clicked.
    platforms: new Set(),
    said: [],
    withoutIsolation: (during) => during(),
  })
  const sessionOf = async (mission: string): Promise<string> => {
    const [row] = await sql<{ session: string }[]>`select session from grace.missions where id = ${mission}`
    return row!.session
  }
  const nowInDatabase = async (): Promise<number> => {
    const [row] = await sql<{ now: Date }[]>`select grace.now() as now`
    return row!.now.getTime()
  }
  const scene: Branch['scene'] = (settled) => ({
    sql,
    repositories: { shop: repository },
    deployLogs: { shop: deployLog },
    slack: { messages: [], whispers },
    settled,
    keys: db.keys,
  })
  return {
    sql,
    control,
    executor,
    plant(bug) {
      const planted = (transact: Client['transact']): Client['transact'] => {
        return (work) => transact((stores) => work({ ...stores, ...bug(stores) }))
      }
      control.transact = planted(control.transact)
      executor.transact = planted(executor.transact as Client['transact'])
    },
    async works() {
      await hand.works()
      await sequence(control)
    },
    async skip(ms) {
      await sql`update grace_test.clock set shift = shift + ${`${ms} milliseconds`}::interval`
    },
    async votes(mission, who, vote) {
      await castVote(control, member(who), { session: await sessionOf(mission), vote })
    },
    async clicks(mission, who, vote, ago = 0) {
      const account = `T0HOME/U0${who.toUpperCase()}`
      const click = {
        platform: 'slack',
        account,
        name: who,
        key: `slack:${account}:${randomUUID()}`,
        session: await sessionOf(mission),
        vote,
        reason: '',
        address: { platform: 'slack', account, channel: 'C0MISSIONS' },
        clickedAt: new Date((await nowInDatabase()) - ago),
      } as const
      const fail = (error: unknown) => {
        throw error
      }
      await receiveClick(control, slack, click, async () => {}, fail)
    },
    async traffic(seconds, ms) {
      const now = await nowInDatabase()
      await control.transact(async ({ samples }) => {
        for (let i = seconds; i > 0; i -= 5)
          await samples.add('shop', {
            at: new Date(now - (i - 5) * 1000),
            windowMs: 5_000,
            requests: 50,
            errors: 0,
            buckets: { [ms * 0.9]: 0, [ms]: 50, '+Inf': 50 },
          })
      })
    },
    git: shellIn(repository, directory),
    scene,
    found: () => checkPromises(scene(true)),
    async close() {
      await Promise.all([app.close(), acting.close(), sql.end()])
      await root.unsafe(`drop database ${name} with (force)`)
      await root.end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
