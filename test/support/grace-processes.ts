// Several Grace processes on one database, as in operation: what a kill -9 is done to.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { TestDatabase } from './database.ts'
import type { Discord } from './discord/discord.ts'
import { AS_FLEET, endAll, sharedServers, startFleet } from './fleet.ts'
import { type GraceProcess, startProcess } from './process.ts'
import type { Slack } from './slack/index.ts'

/** A Grace that can be killed: one process, or in a fleet one of each role. */
export interface Member {
  readonly processes: readonly GraceProcess[]
}

export interface Fleet {
  start(): Promise<Member>
  kill(one: Member): Promise<void>
  close(): Promise<void>
}

export function fleetOn(db: TestDatabase, config: object, slack: Slack, discord: Discord): Fleet {
  const home = mkdtempSync(join(tmpdir(), 'grace-fleet-'))
  // Reachable for the sandbox's user: nothing is put elsewhere, and all of it is gone in the end.
  chmodSync(home, 0o755)
  writeFileSync(join(home, 'grace.yaml'), stringify(config))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    ...sharedServers(join(home, 'state'), db.logins.app.database),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.url,
  }
  const running = new Set<Member>()
  return {
    async start() {
      const processes = AS_FLEET
        ? await startFleet({ cwd: home, env }, 1)
        : [await startProcess({ args: ['up'], cwd: home, env })]
      const one = { processes }
      running.add(one)
      return one
    },
    async kill(one) {
      await endAll(one.processes, 'SIGKILL')
      running.delete(one)
    },
    async close() {
      await endAll(
        [...running].flatMap((one) => one.processes),
        'SIGTERM',
      )
      rmSync(home, { recursive: true, force: true })
    },
  }
}
