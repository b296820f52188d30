// grace missions, grace vote: what a slash command and a button do, from a terminal of the machine that Grace is on.
import { readFile } from 'node:fs/promises'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { ACTING, STOPPING } from '../commands/acting.ts'
import type { Acting, Command, Speaking } from '../commands/command.ts'
import { missionIdOf } from '../commands/mission-id.ts'
import { parseFor } from '../commands/parse.ts'
import { READING } from '../commands/reading.ts'
import { voteInWords } from '../commands/vote-in-words.ts'
import type { Env } from '../config/env.ts'
import type { Actor } from '../kernel/actor.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import { attachCandidate } from '../mission/attach-candidate.ts'
import { openMission } from '../mission/open-mission.ts'
import { readMission } from '../mission/read-mission.ts'
import { isCounted } from '../parliament/cast-vote.ts'
import { CLAIM_HINT, claimsOf } from '../trust/claim-words.ts'
import { atTerminal, memberAt } from './member.ts'
import { withDatabase } from './with-database.ts'

type Say = (line: string) => void

/** What needs a form or a button is not for a terminal. */
const COMMANDS: readonly Command<Acting>[] = [...READING, ...ACTING].filter(
  ({ name, form }) => form === undefined && name !== 'vote',
)

/** Answers speak of slash commands. */
const inTerminal = (text: string): string =>
  text
    .replaceAll('/missions propose', 'grace propose')
    .replaceAll(/\/(missions|grace) /g, (_all, slash) =>
      slash === 'missions' ? 'grace missions ' : 'grace ',
    )

async function inItsWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.kind, error.code, inTerminal(error.message), inTerminal(error.next))
  }
}

const speaking = (
  { db, transact }: Parameters<Parameters<typeof withDatabase>[1]>[0],
  { config, directories }: Parameters<Parameters<typeof withDatabase>[1]>[1],
): Speaking => ({
  control: {
    transact,
    config,
    repositories: repositoriesOn(new Mirrors(directories.mirrors)),
    pageOf: (number) => `grace missions show M-${number}`,
  },
  list: missionListOn(db),
  status: () => [],
})

const guest: Actor = {
  kind: 'guest',
  id: 'terminal',
  name: 'the terminal',
  via: 'terminal',
  scopes: ['read'],
}

export async function missionsCommand(
  env: Env,
  words: readonly string[],
  { member, page }: { readonly member?: string; readonly page?: string },
  say: Say,
): Promise<void> {
  await withDatabase(env, async (client, ground) => {
    await inItsWords(async () => {
      const { command, values } = parseFor(COMMANDS, 'missions', words.join(' '))
      const actor =
        command.role === 'reader'
          ? guest
          : atTerminal(await memberAt(client, ground.config, member, ['grace missions', ...words].join(' ')))
      const { title, lines, code, buttons } = await command.run(
        speaking(client, ground),
        { actor },
        page === undefined ? values : { ...values, page },
      )
      for (const line of [title, ...lines, ...(code ? [code.text] : [])]) if (line) say(inTerminal(line))
      const next = buttons.find(({ action }) => action === 'list:next')?.about.split('|')[0]
      if (next) say(`There are more: --page ${next}`)
    })
  })
}

/** grace stop, grace lift. */
export async function stopCommand(
  env: Env,
  words: readonly ['stop' | 'lift', ...string[]],
  member: string | undefined,
  say: Say,
): Promise<void> {
  await withDatabase(env, async (client, ground) => {
    await inItsWords(async () => {
      const { command, values } = parseFor(STOPPING, 'grace', words.join(' '))
      const said = ['grace', words[0], ...words.slice(1).map((word) => JSON.stringify(word))].join(' ')
      const actor = atTerminal(await memberAt(client, ground.config, member, said))
      const { lines } = await command.run(speaking(client, ground), { actor }, values)
      for (const line of lines) say(inTerminal(line))
    })
  })
}

/** Says the receipt; false where the vote did not count. */
export async function voteCommand(
  env: Env,
  given: string,
  vote: string,
  {
    member,
    reason,
    confirmed,
  }: { readonly member?: string; readonly reason?: string; readonly confirmed?: boolean },
  say: Say,
): Promise<boolean> {
  return withDatabase(env, async (client, ground) => {
    const { control, list } = speaking(client, ground)
    const actor = atTerminal(await memberAt(client, ground.config, member, `grace vote ${given} ${vote}`))
    const id = await inItsWords(() => missionIdOf({ list }, { mission: given }))
    const { mission } = await readMission(control, actor, id)
    if (!mission.session)
      throw new Refusal(
        'conflict',
        'no_open_session',
        `M-${mission.number} has no vote: it is in ${mission.phase}.`,
        `grace missions show M-${mission.number} says what it waits for.`,
      )
    const receipt = await voteInWords(control, actor, {
      mission: id,
      session: mission.session,
      vote,
      reason,
      confirmed: confirmed ?? false,
      toConfirm: 'Read that, then say it again with --confirmed.',
    })
    say(receipt.sentence)
    return isCounted(receipt)
  })
}

export interface Proposing {
  readonly rationale?: string
  readonly target?: string
  readonly ref?: string
  readonly patch?: string
  readonly claim?: string
  readonly member?: string
}

async function patchIn(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  return readFile(file, 'utf8').catch(() => {
    throw missing('file', file, 'Name a file with a unified diff, as "git diff" prints it.')
  })
}

/** The change of a mission that has none yet, or a better one. */
export async function attachCommand(
  env: Env,
  given: string,
  { ref, patch, member }: Pick<Proposing, 'ref' | 'patch' | 'member'>,
  say: Say,
): Promise<void> {
  await withDatabase(env, async (client, ground) => {
    const { control, list } = speaking(client, ground)
    const change = ref ? `--ref ${JSON.stringify(ref)}` : patch ? `--patch ${JSON.stringify(patch)}` : ''
    const actor = atTerminal(
      await memberAt(client, ground.config, member, `grace attach ${given} ${change}`.trim()),
    )
    await inItsWords(async () => {
      const id = await missionIdOf({ list }, { mission: given })
      await attachCandidate(control, actor, id, { ref, patch: await patchIn(patch) })
    })
    say('Attached. It is being tested against today’s code. Votes so far are void.')
  })
}

/** A branch, a patch in a file, or nothing yet. */
export async function proposeCommand(
  env: Env,
  title: string,
  { rationale = '', target, ref, patch, claim, member }: Proposing,
  say: Say,
): Promise<void> {
  await withDatabase(env, async (client, ground) => {
    const { control } = speaking(client, ground)
    const given = Object.entries({ rationale, target, ref, patch, claim }).flatMap(([name, value]) =>
      value ? [`--${name}`, JSON.stringify(value)] : [],
    )
    const command = ['grace propose', JSON.stringify(title), ...given].join(' ')
    const actor = atTerminal(await memberAt(client, ground.config, member, command))
    const text = await patchIn(patch)
    const claims = claimsOf(claim ?? '')
    if (!claims)
      throw new Refusal('invalid', 'claim_unknown', `${JSON.stringify(claim)} is no claim.`, CLAIM_HINT)
    const proposal = { title, description: '', rationale, target, ref, patch: text, claims }
    const { number, candidate } = await inItsWords(() => openMission(control, actor, proposal))
    say(`M-${number} ${title}`)
    say(
      candidate || ref || patch
        ? 'Opened. It is being tested against today’s code.'
        : 'Opened without a change, for neither --ref nor --patch was given: grace attach brings one, and its page in the console.',
    )
  })
}
