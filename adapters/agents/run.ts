// Runs a coding agent in a sandboxed tree, with Grace's relay as its only way out; whatever diff it leaves is the candidate.
import { readFile, realpath, stat } from 'node:fs/promises'
import type { Target } from '../../src/config/config.ts'
import { Secret } from '../../src/config/secret.ts'
import { digestOfText } from '../../src/kernel/digest.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import type { Agent, Agents, Attempt } from '../../src/proposing/agent.ts'
import type { Receipt, Room, Rooms } from '../../src/sandbox/room.ts'
import { GitError } from '../git/git.ts'
import { SHOWN } from '../sandbox/bubblewrap.ts'
import { basePathOf } from './allowed.ts'
import { type ApiRelay, openApiRelay } from './api-relay.ts'
import { Redaction } from './redaction.ts'
import { type Said, TranscriptLines, withoutSecrets } from './transcript.ts'

/** They say what they do; eight times as much ends one. */
const OUTPUT_BYTES = 1024 ** 2
const MEMORY_BYTES = 4 * 1024 ** 3

export const agentsIn = (rooms: (target: Target, authored: 'people') => Promise<Rooms>): Agents => ({
  async run(target, agent, baseCommit, brief, files) {
    const key = await keyOf(agent)
    await mustBeThere(agent)
    await mustBeHidden(target, agent)
    const redacted = Redaction.of(key?.reveal())
    const transcript = new TranscriptLines(redacted)
    // What a model writes is nobody's word: it is never run below `contained`, the demo's neither.
    const room = await (await rooms(target, 'people')).open(target, baseCommit)
    const begun = performance.now()
    let relay: ApiRelay | undefined
    try {
      const receipt = await room.run({
        command: agent.command,
        stdin: JSON.stringify(brief),
        evidence: agent.evidence,
        texts: files,
        environment: { ...target.environment, ...agent.environment },
        limits: { wallMs: agent.timeout, outputBytes: OUTPUT_BYTES, memoryBytes: MEMORY_BYTES },
        ...(agent.tools === undefined ? {} : { tools: agent.tools }),
        api: {
          variables: agent.api.variable,
          path: basePathOf(agent.api),
          async open(socket) {
            relay = await openApiRelay(socket, { api: agent.api, key, tokens: agent.tokens, transcript })
            return relay
          },
        },
      })
      const left = await leftIn(room, agent, receipt)
      return made(left, { exit: receipt.exit ?? receipt.ended, printed: receipt.output, ms: receipt.wallMs })
    } catch (error) {
      if (!relay) throw error
      // The model was asked, and that is kept; asked again at once it would cost as much.
      const why = error instanceof Refusal ? error.message : 'a fault of Grace’s own'
      return made({ patch: '', ended: `could not be finished: ${why}` }, { fault: String(error) })
    } finally {
      await room.close()
    }

    function made(left: Left, { ms = performance.now() - begun, ...said }: { ms?: number } & Said): Attempt {
      const ended = withoutSecrets(redacted(`${left.ended}${relay ? relayed(agent, relay) : ''}`))
      const { tokens = 0, requests = 0 } = relay ?? {}
      const wallMs = Math.round(ms)
      const refused = relay?.refused.join('; ')
      const text = transcript.end({ ended, ...said, ms: wallMs, tokens, requests, refused })
      const { patch } = left
      return {
        agent: agent.name,
        patch,
        transcript: text,
        digest: digestOfText(text),
        ended,
        tokens,
        requests,
        wallMs,
      }
    }
  },
})

interface Left {
  readonly patch: string
  readonly ended: string
}

const unusable = (agent: Agent, what: string, next: string): Refusal =>
  new Refusal('unavailable', 'agent_unusable', `The agent ${agent.name} can't be asked: ${what}.`, next)

/** Read now, and held no longer than the run. */
async function keyOf(agent: Agent): Promise<Secret | undefined> {
  const { key_file: file } = agent.api
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(
      agent,
      `its key_file ${file} can't be read (${error.code})`,
      'Check api.key_file in grace.yaml.',
    )
  })
  if (await isShown(agent, file))
    throw unusable(
      agent,
      `the sandbox could read its key_file ${file}`,
      'Keep it outside of /usr, of tools and of evidence.',
    )
  // Shorter ones, or with other characters, could not be told from what stands in any answer.
  if (!/^[\x21-\x7e]{8,}$/.test(text.trim()))
    throw unusable(
      agent,
      `its key_file ${file} holds no key`,
      'It holds the key alone: 8 or more visible characters.',
    )
  return new Secret(text.trim())
}

/** As an ordinary user Grace and the sandbox are the same to the file's owner. */
async function isShown({ tools, evidence }: Agent, file: string): Promise<boolean> {
  const real = await realpath(file)
  const shown = [...SHOWN, ...Object.values(evidence), ...(tools === undefined ? [] : [tools])]
  for (const path of shown) {
    const there = await realpath(path).catch(() => path)
    if (real === there || real.startsWith(there.endsWith('/') ? there : `${there}/`)) return true
  }
  return false
}

/** What else grace.yaml says is a secret of this target's. */
async function mustBeHidden({ agents, github, webhooks, live }: Target, agent: Agent): Promise<void> {
  const files = [
    ...agents.map(({ api }) => api.key_file),
    ...webhooks.map(({ secret_file }) => secret_file),
    github?.app?.private_key_file,
    github?.token_file,
    github?.read_token_file,
    github?.webhook_secret_file,
    live?.prometheus?.token_file,
  ]
  for (const file of files)
    if (file !== undefined && (await isShown(agent, file).catch(() => false)))
      throw unusable(
        agent,
        `the sandbox could read ${file}`,
        'Keep secrets outside of /usr, of tools and of evidence.',
      )
}

async function mustBeThere(agent: Agent): Promise<void> {
  const { tools } = agent
  if (tools !== undefined && !(await stat(tools).catch(() => undefined))?.isDirectory())
    throw unusable(agent, `its tools ${tools} are no directory of this machine`, 'Check tools in grace.yaml.')
}

/** How a limit is said that ended it. */
const LIMIT: Readonly<Record<Exclude<Receipt['ended'], 'exit'>, (agent: Agent) => string>> = {
  time: ({ timeout }) =>
    `took longer than ${timeout < 120_000 ? `${timeout / 1000} s` : `${Math.round(timeout / 60_000)} min`}`,
  memory: () => `used more than ${MEMORY_BYTES / 1024 ** 3} GB of memory`,
  output: () => `printed more than ${(OUTPUT_BYTES * 8) / 1024 ** 2} MB`,
  disk: () => 'filled its disk',
  signal: () => 'was ended by a signal',
}

/** Half of a change is none: it counts where the command ended well. */
async function leftIn(room: Room, agent: Agent, receipt: Receipt): Promise<Left> {
  const said = oneLine(receipt.stdout.trim().split('\n').at(-1) ?? '', 160) || 'it said nothing'
  if (receipt.ended !== 'exit') return { patch: '', ended: LIMIT[receipt.ended](agent) }
  if (receipt.exit !== 0)
    return {
      patch: '',
      ended: `ended with ${receipt.exit}: ${oneLine(receipt.output.trim().slice(-200), 160)}`,
    }
  // A tree that can't be read is the agent's doing.
  const patch = await room.patch().catch((error: unknown) => {
    if (error instanceof GitError) return undefined
    throw error
  })
  if (patch === undefined)
    return { patch: '', ended: 'left a change that can’t be read: it may be too large' }
  return patch.trim() === '' ? { patch: '', ended: `left no change: ${said}` } : { patch, ended: said }
}

function relayed({ tokens: budget }: Agent, { isSpent, refused }: ApiRelay): string {
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : ''
  return [
    isSpent ? `; its budget of ${budget} tokens is spent` : '',
    refused.length > 0 ? `; the relay refused ${refused.slice(0, 3).join(', ')}${more}` : '',
  ].join('')
}
