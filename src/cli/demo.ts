// grace demo: a Grace of its own, started fresh, on which one of the stories is played.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pushTo } from '../../adapters/demo/origin.ts'
import { gitText } from '../../adapters/git/git.ts'
import { openDirectories, removeDirectories } from '../../adapters/state/directories.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { STORIES } from '../../demo/stories/index.ts'
import type { DemoStory, Seen, Stage } from '../../demo/stories/story.ts'
import { createSignInCode } from '../access/sign-in.ts'
import { cardOf } from '../cards/card.ts'
import { summaryOf } from '../cards/summary.ts'
import { demoGround, stateOf } from '../compose.ts'
import type { Env } from '../config/env.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Running, up } from '../main.ts'
import { openMission } from '../mission/open-mission.ts'
import { readMission } from '../mission/read-mission.ts'
import { retryMission } from '../mission/retry-mission.ts'
import { askForRevision } from '../mission/revise-mission.ts'
import { castVote } from '../parliament/cast-vote.ts'
import { atTerminal } from './member.ts'
import { addressOf, answers } from './running.ts'

type Say = (line: string) => void

const PATIENCE_MS = 240_000
const LOOK_MS = 200

export function listDemos(say: Say): void {
  say('Each is a Grace of its own with the sample service, started fresh; nothing of yours is touched.')
  say('')
  for (const { name, what } of STORIES) say(`  grace demo ${name.padEnd(9)} ${what}`)
  say('')
  say(
    'It plays by itself, stays for you to look at in the console, and goes with Ctrl-C; --exit does not stay.',
  )
}

/** Whether it ended as its story says. Stays until it is told to stop, unless `exit`. */
export async function playDemo(
  env: Env,
  name: string,
  say: Say,
  exit: boolean,
  toldToStop: () => Promise<void>,
): Promise<boolean> {
  const story = STORIES.find((one) => one.name === name)
  if (!story)
    throw new Refusal(
      'not_found',
      'demo_not_found',
      `There is no demo ${JSON.stringify(name.slice(0, 40))}.`,
      `There are: ${STORIES.map((one) => one.name).join(', ')}. grace demo says what each of them shows.`,
    )
  const state = join(stateOf(env), 'demos', story.name)
  if (await answers(await addressOf(state)))
    throw new Refusal(
      'conflict',
      'demo_plays',
      `grace demo ${story.name} plays already.`,
      'End it first (Ctrl-C), or give this one a state of its own: GRACE_STATE_DIR=/path grace demo …',
    )
  await removeDirectories(state)
  // Nothing of the person's own set-up: not their database, not their channels.
  const own: Env = {
    ...env,
    stateDir: state,
    databaseUrl: undefined,
    databaseAdminUrl: undefined,
    redisUrl: undefined,
    slack: undefined,
    discord: undefined,
    config: undefined,
    url: undefined,
    port: 0,
  }
  say(`▶ ${story.what}`)
  const ground = await demoGround(own, await openDirectories(state), true, story.configure)
  const running = await up(own, { say, ground })
  const told = toldToStop()
  try {
    const stage = stageOn(running, ground.demo!.origin, say)
    const ended = await Promise.race([play(story, stage, say), told.then(() => undefined)])
    if (ended === undefined) return false
    await showCard(running, say)
    if (!exit) {
      const { app } = running.common.parts
      const code = await createSignInCode(tokensOn(app.db), 'you')
      say(`▶ Look at it: ${running.url}/sign-in#${code} (Ctrl-C ends the demo)`)
      await told
    }
    return ended
  } finally {
    await running.stop()
    await removeDirectories(state)
  }
}

class NotAsTold extends Error {}

async function play(story: DemoStory, stage: Stage, say: Say): Promise<boolean> {
  try {
    await story.play(stage)
    say(`▶ It ended as told.`)
    return true
  } catch (error) {
    if (!(error instanceof NotAsTold)) throw error
    say(`✘ ${error.message}`)
    say(
      '▶ It did not end as told. On a machine that is busy with other things figures can be too noisy: try again.',
    )
    return false
  }
}

function stageOn({ common }: Running, origin: string, say: Say): Stage {
  const { control, app } = common.parts
  const list = missionListOn(app.db)
  const { config } = control
  const actor = (id: string): Actor =>
    atTerminal({ id, name: config.members.find((member) => member.id === id)?.name ?? id })
  const storyOf = async (mission: number) => {
    const id = await list.idOf(mission)
    return id === undefined ? undefined : readMission(control, actor('you'), id)
  }
  const known = async (mission: number) => {
    const story = await storyOf(mission)
    if (!story) throw new NotAsTold(`there is no M-${mission}`)
    return story
  }
  const seenOf = async (mission: number): Promise<Seen | undefined> => {
    const story = await storyOf(mission)
    if (!story) return undefined
    const card = cardOf(story, config)
    return {
      phase: card.phase,
      outcome: card.outcome,
      state: card.state,
      holds: card.holds,
      trust: card.trust ? `${card.trust.shown} of ${card.trust.threshold} needed` : 'not measured',
      trusted: card.trust?.reached === true && card.trust.open.length === 0,
      revision: story.candidate?.revision ?? 0,
      patch: story.candidate?.patch ?? '',
      base: story.candidate?.baseCommit ?? '',
      session: story.mission.session,
      votes: card.vote?.votes ?? [],
      capa: card.capa
        ? `${card.capa.name}, due ${card.capa.dueAt.slice(0, 10)}: ${card.capa.preventive}`
        : null,
    }
  }
  return {
    say: (line) => say(`▶ ${line}`),
    holds(what, is) {
      if (!is) throw new NotAsTold(`Not so: ${what}`)
      say(`✔ ${what}`)
    },
    async until(mission, what, is) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
        const seen = await seenOf(mission)
        if (seen && is(seen)) return seen
        if (seen?.phase === 'complete')
          throw new NotAsTold(`M-${mission} ended ${seen.outcome}: ${seen.state}`)
      }
      throw new NotAsTold(`M-${mission} was not seen like this in ${PATIENCE_MS / 1000} s: it ${what}`)
    },
    see: async (mission) =>
      (await seenOf(mission)) ?? Promise.reject(new NotAsTold(`there is no M-${mission}`)),
    async vote(mission, member, vote, reason) {
      const { session } = (await known(mission)).mission
      const receipt = await castVote(control, actor(member), { session: session ?? '', vote, reason })
      say(`▶ ${actor(member).id}: ${receipt.sentence}`)
    },
    measureAgain: async (mission, member) =>
      void (await retryMission(control, actor(member), (await known(mission)).mission.id).catch((error) => {
        throw error instanceof Refusal ? new NotAsTold(error.message) : error
      })),
    revise: async (mission, member) =>
      askForRevision(control, actor(member), (await known(mission)).mission.id),
    async propose(title, patch) {
      try {
        await openMission(control, actor('you'), {
          title,
          description: title,
          rationale: 'To see what becomes of it',
          patch,
        })
        return undefined
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return `${error.message} ${error.next}`
      }
    },
    head: () => gitText(origin, ['rev-parse', 'main']),
    push: (path, text) => pushTo(origin, path, text),
  }
}

/** The first mission's card, as it stands at the end. */
async function showCard({ common }: Running, say: Say): Promise<void> {
  const { control, app } = common.parts
  const id = await missionListOn(app.db).idOf(1)
  if (!id) return
  const story = await readMission(control, { kind: 'grace', id: 'demo' }, id)
  const { title, lines } = summaryOf(cardOf(story, control.config))
  say('')
  say(`┌ ${title}`)
  for (const line of lines) say(`│ ${line}`)
  say('')
}
