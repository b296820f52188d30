// Commands that change something: each ends in the verb that REST uses too.
import { cardOf } from '../cards/card.ts'
import { missionForm } from '../cards/forms.ts'
import { reply } from '../cards/post.ts'
import { votingButtons } from '../cards/summary.ts'
import { Refusal } from '../kernel/refusal.ts'
import { attestCheck } from '../mission/attest-check.ts'
import { cancelMission } from '../mission/cancel-mission.ts'
import { giveFeedback } from '../mission/give-feedback.ts'
import { MOST_REVISIONS } from '../mission/improve.ts'
import { orderRollback } from '../mission/order-rollback.ts'
import { pauseTarget, resumeTarget } from '../mission/pause-target.ts'
import { readMission } from '../mission/read-mission.ts'
import { retryMission } from '../mission/retry-mission.ts'
import { liftingSentence, liftStop, stopEverything } from '../mission/stop.ts'
import { capa } from './capa.ts'
import type { Acting, Arg, Command } from './command.ts'
import { missionIdOf } from './mission-id.ts'
import { MISSION } from './reading.ts'

const REASON: Arg = { name: 'reason', required: true, help: 'why, in words' }
const TARGET: Arg = { name: 'target', required: true, help: 'a target of grace.yaml' }

const propose: Command<Acting> = {
  slash: 'missions',
  name: 'propose',
  args: [],
  role: 'member',
  help: 'propose a mission: opens a form',
  example: '/missions propose',
  form: missionForm,
  run: async () => reply('', 'Fill in the form.'),
}

const vote: Command<Acting> = {
  slash: 'missions',
  name: 'vote',
  args: [MISSION],
  role: 'member',
  help: 'the buttons of an open vote',
  example: '/missions vote M-12',
  async run(ctx, { actor }, values) {
    const story = await readMission(ctx.control, actor, await missionIdOf(ctx, values))
    const card = cardOf(story, ctx.control.config)
    const buttons = votingButtons(card)
    if (buttons.length === 0)
      throw new Refusal(
        'conflict',
        'no_open_session',
        `${card.name} has no open vote: it is in ${card.phase}.`,
        'See /missions list discussion.',
      )
    return {
      title: `${card.name} ${card.title}`,
      lines: [card.trust ? `Trust ${card.trust.shown} of ${card.trust.threshold} needed` : '', ...card.holds],
      buttons,
    }
  },
}

const feedback: Command<Acting> = {
  slash: 'missions',
  name: 'feedback',
  args: [MISSION, { name: 'text', required: true, help: 'what you think of it' }],
  role: 'member',
  help: 'say what you think; the thread does the same',
  example: '/missions feedback M-12 Index the other column too',
  async run(ctx, { actor }, values) {
    await giveFeedback(ctx.control, actor, await missionIdOf(ctx, values), values.text ?? '')
    return reply('', '💬 Kept, for everybody to read.')
  },
}

const retry: Command<Acting> = {
  slash: 'missions',
  name: 'retry',
  args: [MISSION],
  role: 'member',
  help: `measure the same change again, on today's code; a mission has ${MOST_REVISIONS} tries`,
  example: '/missions retry M-12',
  async run(ctx, { actor }, values) {
    const { revisions } = await retryMission(ctx.control, actor, await missionIdOf(ctx, values))
    return reply(
      '',
      `🧪 It is being tested again (try ${revisions} of ${MOST_REVISIONS}). Votes so far are void.`,
    )
  },
}

const attest: Command<Acting> = {
  slash: 'missions',
  name: 'attest',
  args: [MISSION, { name: 'check', required: true, help: 'as it is held by: fairness, privacy …' }, REASON],
  role: 'member',
  help: 'answer with your name for a check that asks for a person',
  example: '/missions attest M-12 fairness Nobody is judged by it, it sorts birthdays',
  async run(ctx, { actor }, values) {
    // As it is written on the card, too: "Law and ethics" in one word.
    const check = (values.check ?? '').toLowerCase().replaceAll(/[-.]/g, '_')
    await attestCheck(ctx.control, actor, await missionIdOf(ctx, values), check, values.reason ?? '')
    return reply('', '✅ Attested, with your name and reason.')
  },
}

const cancel: Command<Acting> = {
  slash: 'missions',
  name: 'cancel',
  args: [MISSION, REASON],
  role: 'voter',
  help: 'end a mission that is not live yet',
  example: '/missions cancel M-12 Not this quarter',
  async run(ctx, { actor }, values) {
    await cancelMission(ctx.control, actor, await missionIdOf(ctx, values), values.reason ?? '')
    return reply('', '🚫 Cancelled.')
  },
}

const rollback: Command<Acting> = {
  slash: 'missions',
  name: 'rollback',
  args: [MISSION, REASON],
  role: 'voter',
  help: 'take a live change back while it is being watched',
  example: '/missions rollback M-12 Support reports errors',
  async run(ctx, { actor }, values) {
    await orderRollback(ctx.control, actor, await missionIdOf(ctx, values), values.reason ?? '')
    return reply('', '↩️ It is being rolled back.')
  },
}

const pause: Command<Acting> = {
  slash: 'missions',
  name: 'pause',
  args: [TARGET],
  role: 'voter',
  help: 'nothing is unlocked on the target until it is resumed',
  example: '/missions pause shop',
  async run(ctx, { actor }, { target = '' }) {
    await pauseTarget(ctx.control, actor, target)
    return reply('', `⏸️ Nothing goes live on ${target} until: /missions resume ${target}`)
  },
}

const resume: Command<Acting> = {
  slash: 'missions',
  name: 'resume',
  args: [TARGET],
  role: 'voter',
  help: 'lift a pause, or the freeze that a rollback left',
  example: '/missions resume shop',
  async run(ctx, { actor }, { target = '' }) {
    await resumeTarget(ctx.control, actor, target)
    return reply('', `▶️ ${target} goes on.`)
  },
}

const stop: Command<Acting> = {
  slash: 'grace',
  name: 'stop',
  args: [REASON],
  role: 'member',
  help: 'nothing goes live anywhere any more; what is live can still be rolled back',
  example: '/grace stop The shop is on fire',
  async run(ctx, { actor }, { reason = '' }) {
    await stopEverything(ctx.control, actor, reason)
    return reply(
      '',
      '🛑 Everything is stopped: nothing goes live any more. It goes on when more than half of the voters have said /grace lift',
    )
  },
}

const lift: Command<Acting> = {
  slash: 'grace',
  name: 'lift',
  args: [],
  role: 'member',
  help: 'say that a stop may end; more than half of the voters have to',
  example: '/grace lift',
  async run(ctx, { actor }) {
    const lifting = await liftStop(ctx.control, actor)
    return reply(
      '',
      lifting.isLifted
        ? '▶️ The stop is lifted: what is voted for goes live again.'
        : `Counted: ${liftingSentence(lifting)}`,
    )
  },
}

/** What is done to Grace, not to a mission. */
export const STOPPING: readonly Command<Acting>[] = [stop, lift]

export const ACTING: readonly Command<Acting>[] = [
  propose,
  vote,
  feedback,
  retry,
  attest,
  cancel,
  rollback,
  capa,
  pause,
  resume,
]
