// A target on GitHub for a story: its stand-in beside a bot, branches and pull requests of other people.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach } from 'vitest'
import { buildServer, listen } from '../../../adapters/http/server.ts'
import { followPullRequests } from '../../../src/mission/follow-pull-requests.ts'
import { type Bot, type BotOptions, MORE_TESTS } from '../bot.ts'
import { httpContext } from '../http.ts'
import { ownBots } from '../own-bot.ts'
import { type GitHubStandIn, type Pull, startGitHub } from './server.ts'

/** A check follows what happened after a second or two. */
const SHOWN_MS = 6_000

export interface Shop {
  readonly bot: Bot
  readonly hub: GitHubStandIn
  /** A branch of somebody's with the change, and a pull request for it. */
  opens(pull?: Partial<Pull>): Pull
  /** Another commit on its branch. */
  pushes(pull: Pull, path?: string): string
  /** GitHub is asked, and all that follows is done. */
  follows(): Promise<void>
  /** The same because GitHub says so, by its webhook. */
  hears(event: string, payload: object): Promise<number>
  /** So many times what waits a few seconds as well. */
  works(rounds?: number): Promise<void>
  /** Both members. */
  approves(mission: string): Promise<void>
  /** Id of the newest mission. */
  newest(): Promise<string>
  /** What listens to deployments there, such as a workflow, ends each like this. */
  deploysElsewhere(state?: 'success' | 'failure'): void
  close(): Promise<void>
}

const ADDED = MORE_TESTS.split('\n')
  .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
  .map((line) => `${line.slice(1)}\n`)
  .join('')
const MEMBERS = ['ada', 'ben']
const WITH_ACCOUNTS = [
  { id: 'ada', forge: 'ada' },
  { id: 'ben', forge: 'Ben-at-GitHub' },
]

/** Shops that end with their test. */
export function ownShops() {
  const open = ownBots()
  const shops: Shop[] = []
  afterEach(async () => {
    for (const shop of shops.splice(0)) await shop.close()
  })
  return async (options?: BotOptions, github?: Readonly<Record<string, unknown>>): Promise<Shop> => {
    const shop = await openShop(open, options, github)
    shops.push(shop)
    return shop
  }
}

/** `github`: over an app's settings; TOKEN stands for the file with an account's, null for none. */
async function openShop(
  open: (options: BotOptions) => Promise<Bot>,
  options: BotOptions = {},
  github: Readonly<Record<string, unknown>> = {},
): Promise<Shop> {
  const bot = await open({ members: MEMBERS })
  const hub = await startGitHub(bot.target.repository)
  const secrets = join(bot.lab.root, 'secrets')
  mkdirSync(secrets)
  const put = (name: string, text: string): string => {
    writeFileSync(join(secrets, name), text)
    return join(secrets, name)
  }
  const webhook_secret_file = put('webhook', 'hush\n')
  const token = put('token', `${hub.token}\n`)
  const own = {
    repository: 'acme/shop',
    api: hub.url,
    app: {
      id: hub.app.id,
      installation: hub.app.installation,
      private_key_file: put('app.pem', hub.app.privateKey),
    },
    webhook_secret_file,
    ...github,
  }
  const settings = Object.entries(own).flatMap(([key, value]) =>
    value === null ? [] : [[key, value === 'TOKEN' ? token : value]],
  )
  await bot.restartsWith({
    members: WITH_ACCOUNTS,
    ...options,
    target: { ...options.target, github: Object.fromEntries(settings) },
  })
  await bot.traffic(120, 20)
  const server = await buildServer(httpContext(bot.control, bot.db), {
    allowedHosts: [],
    logger: pino({ level: 'silent' }),
  })
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  let elsewhere: ReturnType<typeof setInterval> | undefined

  const commits = (branch: string, path: string, text: string) => {
    const clone = join(bot.lab.root, `clone-${branch}`)
    if (!existsSync(clone)) bot.git(`git clone -q . ${clone} && git -C ${clone} checkout -q -b ${branch}`)
    writeFileSync(join(clone, path), text)
    bot.git(`git -C ${clone} add -A && git -C ${clone} commit -qm "on ${branch}"`)
    bot.git(`git -C ${clone} push -q origin ${branch}`)
    return bot.git(`git rev-parse ${branch}`)
  }
  const shop: Shop = {
    bot,
    hub,
    opens(pull = {}) {
      const branch = pull.branch ?? 'bump'
      commits(branch, 'test/more.test.mjs', ADDED)
      return hub.opens({
        title: 'More tests',
        author: 'dependabot[bot]',
        isBot: true,
        labels: [{ name: 'grace', by: 'dependabot[bot]' }],
        ...pull,
        branch,
      })
    },
    pushes: (pull, path = 'test/again.test.mjs') =>
      commits(pull.branch, path, ADDED.replace('adds negatives', 'adds again')),
    async works(rounds = 1) {
      await bot.works()
      for (let i = 0; i < rounds; i++) {
        await bot.skip(SHOWN_MS)
        await bot.works()
      }
    },
    async follows() {
      await followPullRequests(bot.control, 'shop')
      await shop.works()
    },
    async hears(event, payload) {
      const { status } = await hub.delivers(`${url}/hooks/shop/github`, 'hush', event, payload)
      await bot.skip(SHOWN_MS)
      await shop.works()
      return status
    },
    async approves(mission) {
      for (const member of MEMBERS) await bot.votes(mission, member, 'approve')
      await shop.works()
    },
    async newest() {
      const [one] = await bot.db.superuser`select id from grace.missions order by number desc limit 1`
      return one!.id
    },
    deploysElsewhere(state = 'success') {
      elsewhere = setInterval(() => {
        for (const one of hub.deployments)
          if (one.statuses.length === 0)
            void fetch(`${hub.url}/repos/acme/shop/deployments/${one.id}/statuses`, {
              method: 'POST',
              headers: { authorization: `token ${hub.token}`, 'content-type': 'application/json' },
              body: JSON.stringify({ state, description: 'workflow run 7' }),
            })
      }, 50)
    },
    async close() {
      clearInterval(elsewhere)
      await server.close()
      await hub.close()
    },
  }
  return shop
}
