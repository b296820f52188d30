// Several Grace processes on one database, as in operation: what a kill -9 is done to.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { stringify } from 'yaml'
import type { TestDatabase } from './database.ts'
import type { Discord } from './discord/discord.ts'
import type { Slack } from './slack/index.ts'
import { until } from './until.ts'

const ROOT = new URL('../../', import.meta.url).pathname

export interface Fleet {
  start(): Promise<ChildProcess>
  kill(one: ChildProcess): Promise<void>
  log(): string
  close(): Promise<void>
}

export function fleetOn(db: TestDatabase, config: object, slack: Slack, discord: Discord): Fleet {
  const home = mkdtempSync(join(tmpdir(), 'grace-fleet-'))
  const state = join(home, 'state')
  // Reachable for the sandbox's user: nothing is put elsewhere, and all of it is gone in the end.
  chmodSync(home, 0o755)
  mkdirSync(state, { mode: 0o755 })
  writeFileSync(join(home, 'grace.yaml'), stringify(config))
  // The test server's own: Grace would give its roles new passwords otherwise.
  writeFileSync(join(state, 'database.json'), JSON.stringify({ admin: '', ...inject('passwords') }), {
    mode: 0o600,
  })
  const admin = inject('admin')
  const url = (user: string, password: string) =>
    `postgresql://${user}:${encodeURIComponent(password)}@${encodeURIComponent(admin.host)}:${admin.port}/${db.logins.app.database}`
  const running = new Set<ChildProcess>()
  let log = ''
  const gone = (child: ChildProcess) =>
    until(() => child.exitCode !== null || child.signalCode !== null, 30_000)
  return {
    async start() {
      const child = spawn(join(ROOT, 'bin/grace'), ['up'], {
        cwd: home,
        env: {
          PATH: process.env.PATH ?? '',
          HOME: home,
          GRACE_STATE_DIR: state,
          DATABASE_URL: url(db.logins.app.user, db.logins.app.password),
          DATABASE_ADMIN_URL: url(admin.user, admin.password),
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_APP_TOKEN: slack.appToken,
          SLACK_API_URL: slack.url,
          DISCORD_TOKEN: discord.token,
          DISCORD_API_URL: discord.url,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      running.add(child)
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (log += String(part)))
      let said = ''
      child.stdout.on('data', (part) => (said += String(part)))
      await until(() => {
        if (child.exitCode !== null) throw new Error(`Grace ended with ${child.exitCode}:\n${log}`)
        return /^api: /m.test(said)
      }, 60_000)
      return child
    },
    async kill(one) {
      one.kill('SIGKILL')
      await gone(one)
      running.delete(one)
    },
    log: () => log,
    async close() {
      for (const one of running) one.kill('SIGTERM')
      for (const one of running) await gone(one)
      rmSync(home, { recursive: true, force: true })
    },
  }
}
