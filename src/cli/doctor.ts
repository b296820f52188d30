// grace doctor: what is here, what is missing, and what that costs.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { discordCheckup } from '../../adapters/discord/checkup.ts'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { probeContainment } from '../../adapters/sandbox/probe.ts'
import { prepareRuntime } from '../../adapters/sandbox/runtime.ts'
import { slackCheckup } from '../../adapters/slack/checkup.ts'
import { openClient } from '../../db/client.ts'
import { keysOn } from '../../db/stores/keys.ts'
import { channelsOf } from '../chat/channels.ts'
import { PLATFORM_NAMES, PLATFORMS, type Platform } from '../chat/person.ts'
import { bareGround, type Database, type Ground, migrateOnly, openDatabase, openGround } from '../compose.ts'
import type { Env } from '../config/env.ts'
import { ConfigFaults } from '../config/faults.ts'
import { Refusal } from '../kernel/refusal.ts'
import { PURPOSES } from '../keys/key.ts'

const run = promisify(execFile)
type Say = (line: string) => void

/** Whether nothing is missing that Grace can't do without. */
export async function doctor(env: Env, say: Say): Promise<boolean> {
  let fine = true
  const line = (mark: '✔' | '✘' | '–', what: string, cost = ''): void => {
    if (mark === '✘') fine = false
    say(`${mark} ${what}${cost ? ` — ${cost}` : ''}`)
  }
  line('✔', `Node ${process.version} (pinned)`)
  const git = await run('git', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
  line(
    git ? '✔' : '✘',
    git ?? 'git is missing',
    git ? '' : 'no repository can be read: sudo apt-get install git',
  )
  let readable = true
  const ground = await openGround(env).catch(async (error: unknown) => {
    readable = false
    if (error instanceof ConfigFaults)
      for (const { path, problem } of error.faults) line('✘', `${error.file}: ${path}`, problem)
    else if (error instanceof Refusal && error.code === 'config_unreadable')
      line('✘', error.message, error.next)
    else throw error
    return bareGround(env)
  })
  if (readable)
    line('✔', `configuration: ${ground.configFile}; targets: ${[...ground.config.targets.keys()].join(', ')}`)
  line(
    '✔',
    `state: ${ground.directories.state}${ground.directories.space.startsWith(ground.directories.state) ? '' : ` and ${ground.directories.space}`}`,
  )
  await keysOnDisk(ground, line)
  line(
    ground.config.passkeys ? '✔' : '–',
    ground.config.passkeys ? `passkeys: for ${ground.config.passkeys.id}` : 'passkeys: not asked for',
    ground.config.passkeys
      ? ''
      : 'changes of high risk are approved by clicks alone: set GRACE_URL to a console reached by https, under a name',
  )
  const runtime = await prepareRuntime(ground.directories.space)
  const containment = await probeContainment(runtime, ground.directories.sandboxes)
  if (containment.ok)
    line('✔', `isolation: contained (${containment.driver}, self-test passed in ${containment.tookMs} ms)`)
  else
    line(
      '–',
      `isolation: SANDBOX_UNAVAILABLE (${containment.why})`,
      'only the demo runs, and not isolated: sudo apt-get install bubblewrap',
    )
  await database(ground, line)
  await queue(env, line)
  if (readable) await chat(ground, line)
  else line('–', 'chat and targets: not looked at', 'mend the configuration, then ask again')
  for (const target of ground.config.targets.values()) {
    const missing = [
      ...(target.live ? [] : ['live']),
      ...(target.deploy ? [] : ['deploy']),
      ...(target.deploy?.rollback ? [] : ['deploy.rollback']),
    ]
    const lacks = [
      ...(missing.length > 0 ? [`nothing can go live without ${missing.join(', ')}`] : []),
      ...(target.load || target.bench
        ? []
        : ['performance is measured on its tests only: it has no bench or load']),
    ]
    line(lacks.length === 0 ? '✔' : '–', `target ${target.name}`, lacks.join('; '))
    const unreadable = await new Mirrors(ground.directories.mirrors).head(target).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (unreadable instanceof Refusal)
      line('✘', `target ${target.name}: ${unreadable.message}`, unreadable.next)
  }
  return fine
}

async function database(
  ground: Ground,
  line: (mark: '✔' | '✘' | '–', what: string, cost?: string) => void,
): Promise<void> {
  const opened = await openDatabase(ground)
  try {
    await migrateOnly(opened)
    for (const [name, login] of [
      ['app', opened.logins.app],
      ['executor', opened.logins.executor],
    ] as const) {
      const client = openClient(login, { name: 'grace-doctor', max: 1 })
      const [row] =
        await client.sql`select grace.is_enforced_for(current_user) as enforced, version() as version`
      const server = String(row?.version).split(' ').slice(0, 2).join(' ')
      if (row?.enforced === true)
        line(
          '✔',
          `${server}${opened.embedded ? ' (embedded)' : ''}: the gate is enforced for the ${name} login`,
        )
      else
        line(
          '✘',
          `the gate is not enforced: the ${name} login owns Grace's tables or is a superuser`,
          'use a login that is neither in DATABASE_URL',
        )
      await client.close()
    }
    await keysThatEnd(opened, line)
  } finally {
    await opened.embedded?.stop()
  }
}

async function keysOnDisk({ readKeys }: Ground, line: Line): Promise<void> {
  try {
    const { encrypted, path } = await readKeys()
    line(
      encrypted ? '✔' : '–',
      `keys: ${encrypted ? 'encrypted with age' : 'not encrypted, mode 0600'} (${path})`,
      encrypted
        ? ''
        : 'who can read your files can sign: set GRACE_KEY_PASSPHRASE or GRACE_KEY_PASSPHRASE_FILE',
    )
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'no_keys') line('✔', 'keys: none here, a worker makes them at its first start')
    else line('✘', `keys: ${error.message}`, error.next)
  }
}

const SOON_MS = 30 * 86_400_000

async function keysThatEnd({ logins }: Database, line: Line): Promise<void> {
  const client = openClient(logins.app, { name: 'grace-doctor', max: 1 })
  const { keys, now } = await keysOn(client.db)
  await client.close()
  for (const purpose of PURPOSES) {
    const last = keys.filter((key) => key.purpose === purpose && !key.revokedAt).at(-1)
    if (last && last.notAfter.getTime() - now.getTime() < SOON_MS)
      line(
        '–',
        `the ${purpose} key ends on ${last.notAfter.toISOString().slice(0, 10)}`,
        `nothing goes live after that: grace keys rotate ${purpose}, and start Grace again`,
      )
  }
}

type Line = (mark: '✔' | '✘' | '–', what: string, cost?: string) => void

async function chat({ env, config }: Ground, line: Line): Promise<void> {
  const channels = (platform: Platform) => [
    ...new Set(
      [...config.targets.keys()]
        .flatMap((target) => channelsOf(config, target))
        .filter((one) => one.platform === platform)
        .map((one) => one.channel),
    ),
  ]
  const checkups = {
    slack: () =>
      env.slack && config.chat.slack && slackCheckup(env.slack, config.chat.slack.team, channels('slack')),
    discord: () =>
      env.discord &&
      config.chat.discord &&
      discordCheckup(env.discord, config.chat.discord.guild, channels('discord')),
  }
  for (const platform of PLATFORMS) {
    const found = await checkups[platform]()
    const missing = [
      ...(env[platform] ? [] : ['its tokens in .env']),
      ...(config.chat[platform] ? [] : [`chat.${platform} in grace.yaml`]),
    ]
    if (!found)
      line(
        '–',
        `${PLATFORM_NAMES[platform]}: not connected`,
        `set ${missing.join(' and ')}: docs/${platform}.md`,
      )
    for (const { fine, what, mend } of found ?? []) line(fine ? '✔' : '✘', what, mend)
  }
}

async function queue(
  env: Env,
  line: (mark: '✔' | '✘' | '–', what: string, cost?: string) => void,
): Promise<void> {
  if (!env.redisUrl)
    return line('–', 'job queue: in PostgreSQL', 'fine for one machine; set REDIS_URL for more')
  const redis = new Redis(env.redisUrl.reveal(), {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => {})
  const answer = await redis
    .connect()
    .then(() => redis.ping())
    .catch(() => undefined)
  redis.disconnect()
  line(
    answer === 'PONG' ? '✔' : '✘',
    answer === 'PONG' ? 'job queue: Redis answers' : 'job queue: Redis does not answer',
    answer === 'PONG' ? '' : 'no job runs: start it, or unset REDIS_URL',
  )
}
