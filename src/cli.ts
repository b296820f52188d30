// The grace command.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { Command, CommanderError } from 'commander'
import { closeInherited } from '../adapters/sandbox/inherited.ts'
import { keysCommands } from './cli/keys-commands.ts'
import { ledgerCommands } from './cli/ledger-commands.ts'
import { passkeyCommands } from './cli/passkey-commands.ts'
import { policyCommands } from './cli/policy-commands.ts'
import { takePart } from './cli/take-part.ts'
import type { TokenOptions } from './cli/token.ts'
import { type Env, readEnv } from './config/env.ts'
import { ConfigFaults } from './config/faults.ts'
import { SCOPES } from './kernel/actor.ts'
import { Refusal } from './kernel/refusal.ts'
import type { Role } from './roles/role.ts'

const fileEnv = (): Record<string, string | undefined> => {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch {
    return {}
  }
}
const env = (): Env => readEnv(fileEnv())
const say = (line: string): void => void process.stdout.write(`${line}\n`)

// Who read the first lines only, such as head, has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const program = new Command('grace')
  .description('Grace proposes, people decide.')
  .version(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
  .showHelpAfterError('Run "grace help" for what there is.')
  .addHelpText(
    'after',
    `
Where to begin:
  grace demo reject   see what it does: a Grace of its own, played for you
  grace up            in a directory with a grace.yaml: your targets; without one, a sample service
  grace doctor        whether the machine, the configuration and the chats are ready

README.md and docs/tutorial.md (ten minutes) are where Grace is: ${fileURLToPath(new URL('../', import.meta.url))}`,
  )
  .exitOverride()

interface Options {
  readonly quick?: boolean
  readonly verbose?: boolean
}

/** Runs until it is told to stop; a second Ctrl-C does not wait. */
async function run(roles: readonly Role[], { quick, verbose }: Options) {
  const { up } = await import('./main.ts')
  const { openGround } = await import('./compose.ts')
  const given = { ...env(), ...(verbose ? { logLevel: 'info' as const } : {}) }
  const running = await up(given, { say, roles, ground: await openGround(given, quick ?? false) })
  await toldToStop()
  say('Stopping…')
  await running.stop()
  say('Stopped. Nothing is lost: the next start goes on from here.')
  process.exit(0)
}

async function toldToStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
}

const QUICK = ['--quick', 'the demo with a watch of seconds and few rounds: for trying Grace itself'] as const
const VERBOSE = ['--verbose', 'log every request and job'] as const
program.commandsGroup('Run it:')
program
  .command('up')
  .description('start everything in one process: web, bot and worker')
  .option(...QUICK)
  .option(...VERBOSE)
  .action((options: Options) => run(['web', 'bot', 'worker'], options))
for (const [role, what] of [
  ['web', 'the REST API and the console'],
  ['bot', 'Slack and Discord'],
  ['worker', 'testing, executing, watching, the clockwork'],
] as const)
  program
    .command(role)
    .description(`start only ${what}; needs DATABASE_URL`)
    .option(...QUICK)
    .option(...VERBOSE)
    .action((options: Options) => run([role], options))

program
  .command('console')
  .description('print a link that signs you in to the console of the Grace that runs')
  .option('--member <id>', 'a member of grace.yaml; may be left out where there is only one')
  .action(async ({ member }: { member?: string }) => {
    const { consoleCommand } = await import('./cli/console.ts')
    await consoleCommand(env(), member, say)
  })

program
  .command('demo [name]')
  .description('play one of the demos; without a name: what there is')
  .option('--exit', 'end with the story; the exit code says whether it ended as told')
  .action(async (name: string | undefined, { exit }: { exit?: boolean }) => {
    const { listDemos, playDemo } = await import('./cli/demo.ts')
    if (name === undefined) return listDemos(say)
    process.exit((await playDemo(env(), name, say, exit ?? false, toldToStop)) ? 0 : 1)
  })

program.commandsGroup('Take part, from a terminal of its machine:')
takePart(program, env, say)

program.commandsGroup('Look after it:')
program
  .command('doctor')
  .description('say what is present, what is missing, and what that costs')
  .action(async () => {
    const { doctor } = await import('./cli/doctor.ts')
    process.exitCode = (await doctor(env(), say)) ? 0 : 1
  })

program
  .command('backup <file>')
  .description('write the database, the keys and grace.yaml into one file; Grace may run meanwhile')
  .action(async (file: string) => {
    const { backupCommand } = await import('./cli/backup.ts')
    await backupCommand(env(), file, say)
  })
program
  .command('restore <file>')
  .description('put a backup into an empty database and an empty state directory')
  .action(async (file: string) => {
    const { restoreCommand } = await import('./cli/backup.ts')
    await restoreCommand(env(), file, say)
  })

program
  .command('evidence <mission>')
  .description('what a mission rests on: tests, figures, where the time went')
  .option('--json', 'the whole of it, as it was sealed')
  .option('--transcript <digest>', 'what an agent did, a line of JSON a request')
  .action(async (mission: string, options: { json?: boolean; transcript?: string }) =>
    (await import('./cli/evidence.ts')).evidenceCommand(env(), mission, options, say),
  )
program
  .command('rerun <mission>')
  .description(
    'measure a mission again, beside what is recorded, and say how far both agree; nothing is written down',
  )
  .action(async (mission: string) => {
    const { rerunCommand } = await import('./cli/evidence.ts')
    process.exitCode = (await rerunCommand(env(), mission, say)) ? 0 : 1
  })

program
  .command('findings [target]')
  .description('what detectors see now, and what would become of it; nothing is opened')
  .action(async (target: string | undefined) => {
    const { findingsCommand } = await import('./cli/findings.ts')
    await findingsCommand(env(), target, say)
  })

program
  .command('learned')
  .description('what came of what went live: track records, and whether trust told so before')
  .action(async () => {
    const { learnedCommand } = await import('./cli/learned.ts')
    process.exitCode = (await learnedCommand(env(), say)) ? 0 : 1
  })

program
  .command('advisories')
  .description('what is known of vulnerable packages, on a machine that reaches nobody')
  .command('import <file>')
  .description('takes in a JSON file of OSV records')
  .action(async (file: string) => {
    const { importCommand } = await import('./cli/advisories.ts')
    await importCommand(env(), file, say)
  })

program
  .command('scan <paths...>')
  .description(
    'what Hunter says of files and directories, as if all of it were added; exit code 1 where something blocks',
  )
  .option('--sarif <file>', 'write the findings there as SARIF 2.1.0, too')
  .action(async (paths: string[], { sarif }: { sarif?: string }) => {
    const { scanCommand } = await import('./cli/scan.ts')
    process.exitCode = (await scanCommand(
      paths,
      { ...(sarif ? { sarif } : {}), version: program.version() ?? '' },
      say,
    ))
      ? 0
      : 1
  })

ledgerCommands(program, env, say)
keysCommands(program, env, say)
passkeyCommands(program, env, say)
policyCommands(program, env, say)

const token = program.command('token').description('who may use the API')
token
  .command('create')
  .description('make a token; it is shown once')
  .option('--member <id>', 'a member of grace.yaml')
  .option('--agent <name>', 'an agent: it may propose, never vote')
  .option('--scope <scopes>', `of ${SCOPES.join(', ')}; comma separated`, 'read,propose,vote')
  .option('--days <days>', 'until it expires', '90')
  .option('--label <text>', 'what it is for', '')
  .action(async (options: TokenOptions) => {
    const { createCommand } = await import('./cli/token.ts')
    await createCommand(env(), options, say)
  })
token
  .command('list')
  .description('every token, without itself')
  .action(async () => {
    const { listCommand } = await import('./cli/token.ts')
    await listCommand(env(), say)
  })
token
  .command('revoke <id>')
  .description('end a token at once')
  .action(async (id: string) => {
    const { revokeCommand } = await import('./cli/token.ts')
    await revokeCommand(env(), id, say)
  })

program
  .command('resume <target>')
  .description('lift the freeze that a rollback left on a target')
  .action(async (target: string) => {
    const { resumeCommand } = await import('./cli/resume.ts')
    await resumeCommand(env(), target, say)
  })

program.commandsGroup('Connect a chat:')
program
  .command('slack')
  .description('setting Slack up')
  .command('manifest')
  .description('print the app manifest: api.slack.com/apps → Create New App → From a manifest')
  .option('--url <url>', 'Slack calls this over HTTP; without it, Socket Mode')
  .action(async ({ url }: { url?: string }) => {
    const { manifest } = await import('../adapters/slack/manifest.ts')
    say(JSON.stringify(manifest(url), null, 2))
  })

program
  .command('discord')
  .description('setting Discord up')
  .command('invite')
  .description('print the URL that invites the bot to a server')
  .option('--application <id>', 'its application id; without it, it is asked with DISCORD_TOKEN')
  .action(async ({ application }: { application?: string }) => {
    const { inviteUrl } = await import('../adapters/discord/invite.ts')
    say(await inviteUrl(application, env().discord))
  })

/** Who got a command wrong is sent to its own help. */
function pointToHelp(command: Command, path: string): void {
  for (const one of command.commands) {
    one.showHelpAfterError(`Run "${path} ${one.name()} --help" for what it takes.`)
    pointToHelp(one, `${path} ${one.name()}`)
  }
}
pointToHelp(program, 'grace')

const [, , word] = process.argv
const known = ['help', ...program.commands.map((command) => command.name())]

closeInherited()
try {
  if (word !== undefined && !word.startsWith('-') && !known.includes(word))
    throw new Refusal(
      'invalid',
      'command_unknown',
      `There is no command ${JSON.stringify(word.slice(0, 40))}.`,
      `There are: ${known.join(', ')}.`,
    )
  if (word === undefined) program.outputHelp()
  else await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n${error.next}\n`)
    process.exitCode = 1
  } else if (error instanceof ConfigFaults) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  } else throw error
}
