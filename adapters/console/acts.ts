// What people do in the console: each form ends in the verb that chat and REST use too.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { proposalOf, pullRequest } from '../../src/commands/proposal.ts'
import { voteInWords } from '../../src/commands/vote-in-words.ts'
import { shortName } from '../../src/kernel/ids.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { attachCandidate } from '../../src/mission/attach-candidate.ts'
import { attestCheck } from '../../src/mission/attest-check.ts'
import { cancelMission } from '../../src/mission/cancel-mission.ts'
import { closeCapa } from '../../src/mission/close-capa.ts'
import { giveFeedback } from '../../src/mission/give-feedback.ts'
import { MOST_REVISIONS } from '../../src/mission/improve.ts'
import { openMission } from '../../src/mission/open-mission.ts'
import { orderRollback } from '../../src/mission/order-rollback.ts'
import { pauseTarget, resumeTarget } from '../../src/mission/pause-target.ts'
import { retryMission } from '../../src/mission/retry-mission.ts'
import { askForRevision } from '../../src/mission/revise-mission.ts'
import { liftingSentence, liftStop, stopEverything } from '../../src/mission/stop.ts'
import { workOnCapa } from '../../src/mission/work-on-capa.ts'
import { isCounted } from '../../src/parliament/cast-vote.ts'
import { missionId } from '../http/routes/missions.ts'
import type { HttpContext } from '../http/server.ts'
import type { Said } from './page.ts'
import { sayNext } from './session.ts'

export type Form = Readonly<Record<string, string>>

export const formOf = (request: FastifyRequest): Form =>
  Object.fromEntries(
    Object.entries((request.body ?? {}) as Record<string, unknown>).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  )

type Act = (of: {
  readonly ctx: HttpContext
  readonly actor: FastifyRequest['actor']
  readonly id: string
  readonly form: Form
}) => Promise<Said>

const done = (text: string): Said => ({ kind: 'done', text })

export const TO_CONFIRM = 'Tick the box that says what will happen, then approve.'

const vote: Act = async ({ ctx, actor, id, form }) => {
  const session = await ctx.control.transact(({ sessions }) => sessions.find(form.session ?? ''))
  if (session?.mission !== id)
    throw new Refusal(
      'not_found',
      'session_not_found',
      'This mission has no such vote.',
      'Load the page again.',
    )
  const receipt = await voteInWords(ctx.control, actor, {
    mission: id,
    session: session.id,
    vote: form.vote ?? '',
    reason: form.reason,
    confirmed: form.confirmed === 'yes',
    toConfirm: TO_CONFIRM,
  })
  return { kind: isCounted(receipt) ? 'done' : 'refused', text: receipt.sentence }
}

const ACTS: Readonly<Record<string, Act>> = {
  vote,
  async feedback({ ctx, actor, id, form }) {
    await giveFeedback(ctx.control, actor, id, form.text ?? '')
    return done('Your feedback is kept with the mission, for everybody to read.')
  },
  async attest({ ctx, actor, id, form }) {
    await attestCheck(ctx.control, actor, id, form.check ?? '', form.reason ?? '')
    return done('Attested, with your name and reason.')
  },
  async change({ ctx, actor, id, form }) {
    const text = (form.change ?? '').replace(/\r\n/g, '\n').trim()
    const isPatch = /^(?:diff --git |--- )/m.test(text)
    await attachCandidate(
      ctx.control,
      actor,
      id,
      text === '' ? {} : isPatch ? { patch: `${text}\n` } : { ref: pullRequest(text)?.ref ?? text },
    )
    return done('Attached. It is being tested against today’s code.')
  },
  async retry({ ctx, actor, id }) {
    const { revisions } = await retryMission(ctx.control, actor, id)
    return done(`It is being measured again (try ${revisions} of ${MOST_REVISIONS}). Votes so far are void.`)
  },
  async revise({ ctx, actor, id }) {
    await askForRevision(ctx.control, actor, id)
    return done('A revision is being made with the feedback so far.')
  },
  async cancel({ ctx, actor, id, form }) {
    await cancelMission(ctx.control, actor, id, form.reason ?? '')
    return done('Cancelled.')
  },
  async capa({ ctx, actor, id, form }) {
    await workOnCapa(ctx.control, actor, id, form)
    return done('Kept.')
  },
  async 'capa-close'({ ctx, actor, id, form }) {
    return done(await closeCapa(ctx.control, actor, id, form.reason ?? ''))
  },
  async rollback({ ctx, actor, id, form }) {
    await orderRollback(ctx.control, actor, id, form.reason ?? '')
    return done('It is being rolled back.')
  },
}

/** Shows the mission's page with what was refused, and what was typed still in its form. */
export type Again = (
  request: FastifyRequest,
  reply: FastifyReply,
  mission: string,
  form: string,
  refusal: Refusal,
) => Promise<FastifyReply>

/** A form that was sent is answered with a redirect, so that loading the page again sends nothing twice. */
export function actRoutes(app: FastifyInstance, ctx: HttpContext, again: Again): void {
  const hidden = { schema: { hide: true } }
  for (const [name, act] of Object.entries(ACTS))
    app.post<{ Params: { mission: string } }>(
      `/missions/:mission/${name}`,
      hidden,
      async (request, reply) => {
        const { mission } = request.params
        const form = formOf(request)
        const id = await missionId(ctx, mission)
        try {
          sayNext(request, reply, await act({ ctx, actor: request.actor, id, form }))
          return reply.redirect(`/missions/${encodeURIComponent(mission)}`, 303)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          return again(
            request,
            reply,
            mission,
            name === 'attest' ? `attest:${form.check ?? ''}` : name,
            error,
          )
        }
      },
    )

  const told = async (act: Promise<Said>): Promise<Said> =>
    act.catch((error: unknown): Said => {
      if (!(error instanceof Refusal)) throw error
      return { kind: 'refused', text: error.message, next: error.next }
    })
  app.post('/stop', hidden, async (request, reply) => {
    const stop = stopEverything(ctx.control, request.actor, formOf(request).reason ?? '')
    sayNext(request, reply, await told(stop.then(() => done('Everything is stopped.'))))
    return reply.redirect('/status', 303)
  })
  app.post('/stop/lift', hidden, async (request, reply) => {
    const lift = liftStop(ctx.control, request.actor).then((lifting) =>
      done(lifting.isLifted ? 'The stop is lifted.' : `Counted: ${liftingSentence(lifting)}`),
    )
    sayNext(request, reply, await told(lift))
    return reply.redirect('/status', 303)
  })
  for (const [name, verb, says] of [
    ['pause', pauseTarget, 'Nothing goes live on it until it is resumed.'],
    ['resume', resumeTarget, 'It goes on.'],
  ] as const)
    app.post<{ Params: { target: string } }>(`/targets/:target/${name}`, hidden, async (request, reply) => {
      const act = verb(ctx.control, request.actor, request.params.target)
      sayNext(request, reply, await told(act.then(() => done(says))))
      return reply.redirect('/status', 303)
    })
}

/** Opens a mission from the form; what is wrong with it comes back by field. */
export async function propose(
  ctx: HttpContext,
  request: FastifyRequest,
): Promise<{ mission: string } | { faults: Readonly<Record<string, string>>; said?: Said }> {
  const form = formOf(request)
  const proposal = proposalOf(
    { ...form, change: (form.change ?? '').replace(/\r\n/g, '\n') },
    ctx.control.config.targets,
  )
  if ('faults' in proposal) return proposal
  try {
    return { mission: shortName((await openMission(ctx.control, request.actor, proposal)).number) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const field =
      /^(title|rationale|target)_/.exec(error.code)?.[1] ?? /^(?:patch|ref|change)_/.exec(error.code)?.[0]
    const said: Said = { kind: 'refused', text: error.message, next: error.next }
    return { faults: field ? { [field.endsWith('_') ? 'change' : field]: error.message } : {}, said }
  }
}
