import type { FastifyPluginAsync } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Card, cardOf } from '../../../src/cards/card.ts'
import { openCheckLines } from '../../../src/cards/trust-lines.ts'
import { shortName, shortNumber } from '../../../src/kernel/ids.ts'
import { missing, Refusal } from '../../../src/kernel/refusal.ts'
import { attachCandidate } from '../../../src/mission/attach-candidate.ts'
import { attestCheck } from '../../../src/mission/attest-check.ts'
import { giveFeedback } from '../../../src/mission/give-feedback.ts'
import { listMissions } from '../../../src/mission/list-missions.ts'
import { openMission } from '../../../src/mission/open-mission.ts'
import { readMission } from '../../../src/mission/read-mission.ts'
import { castVote } from '../../../src/parliament/cast-vote.ts'
import { tally } from '../../../src/parliament/tally.ts'
import { claimOf } from '../../../src/trust/claim-input.ts'
import { asUnit } from '../../../src/trust/trust.ts'
import { renderMission, renderRow } from '../render.ts'
import type { HttpContext } from '../server.ts'
import * as shapes from '../shapes.ts'
import { mustCount } from './parliament.ts'

const BASE = '/mission-control/autonomous/missions'

const whyNotLive = ({ holds, checks }: Card): string[] => {
  const why = [...holds, ...openCheckLines(checks)]
  return why.length > 0 ? [`As it stands it does not go live: ${why.join(' ')}`] : []
}

/** `M-12` is a name for the mission as well. */
export async function missionId(ctx: Pick<HttpContext, 'list'>, given: string): Promise<string> {
  const number = shortNumber(given)
  if (number === undefined) return given
  const id = await ctx.list.idOf(number)
  if (!id) throw missing('mission', given, 'List missions to see what there is.')
  return id
}

export const missionRoutes =
  (ctx: HttpContext): FastifyPluginAsync =>
  async (fastify) => {
    const app = fastify.withTypeProvider<ZodTypeProvider>()
    const { control } = ctx

    app.get(
      BASE,
      {
        schema: {
          summary: 'Missions, newest first',
          querystring: shapes.listQuery,
          response: { 200: shapes.missionList },
        },
      },
      async ({ actor, query }) => {
        const { total, rows, next } = await listMissions(ctx.list, actor, {
          limit: query.limit,
          before: query.cursor === undefined ? undefined : Number(query.cursor),
          phase: query.phase,
          outcome: query.outcome,
          target: query.target,
        })
        return { total, missions: rows.map(renderRow), next_cursor: next === null ? null : String(next) }
      },
    )

    app.get(
      `${BASE}/:mission_id`,
      {
        schema: {
          summary: 'One mission, whole',
          params: shapes.missionParams,
          response: { 200: shapes.missionDetail },
        },
      },
      async ({ actor, params }) =>
        renderMission(
          await readMission(control, actor, await missionId(ctx, params.mission_id)),
          control.config,
        ),
    )

    app.post(
      BASE,
      {
        schema: {
          summary: 'Propose a mission, with or without a change',
          querystring: shapes.proposalQuery,
          body: shapes.proposal.nullish(),
          response: { 200: shapes.proposed },
        },
      },
      async ({ actor, query, body }) => {
        const given = { ...query, ...body }
        const mission = await openMission(control, actor, {
          title: given.title ?? '',
          description: given.description ?? '',
          rationale: given.rationale ?? '',
          target: given.target,
          patch: given.patch,
          ref: given.ref,
          claims: given.claims?.map(claimOf),
        })
        const name = shortName(mission.number)
        const message =
          given.patch === undefined && given.ref === undefined
            ? `${name} awaits its change (awaiting_candidate): POST ${BASE}/${mission.id}/candidate with a patch or a ref.`
            : `${name} is being tested against today's code.`
        return { success: true, mission_id: mission.id, name, phase: mission.phase, message }
      },
    )

    app.post(
      `${BASE}/:mission_id/candidate`,
      {
        schema: {
          summary: 'Attach a change: the first, or a better one',
          params: shapes.missionParams,
          body: shapes.change,
          response: { 200: shapes.proposed },
        },
      },
      async ({ actor, params, body }) => {
        const mission = await attachCandidate(control, actor, await missionId(ctx, params.mission_id), body)
        const name = shortName(mission.number)
        return {
          success: true,
          mission_id: mission.id,
          name,
          phase: mission.phase,
          message: `${name} is being tested against today's code.`,
        }
      },
    )

    app.post(
      `${BASE}/:mission_id/feedback`,
      {
        schema: {
          summary: 'Say something about a mission',
          params: shapes.missionParams,
          querystring: z.object({ feedback: z.string().optional() }),
          body: z.object({ feedback: z.string().optional() }).nullish(),
          response: { 200: shapes.done },
        },
      },
      async ({ actor, params, query, body }) => {
        await giveFeedback(
          control,
          actor,
          await missionId(ctx, params.mission_id),
          body?.feedback ?? query.feedback ?? '',
        )
        return { success: true, message: 'Your feedback is kept with the mission.' }
      },
    )

    app.post(
      `${BASE}/:mission_id/consensus`,
      {
        schema: {
          summary: "The caller's own vote on the mission's session",
          params: shapes.missionParams,
          querystring: shapes.consensusQuery,
          body: shapes.consensusBody,
          response: { 200: shapes.consensusAnswer },
        },
      },
      async ({ actor, params, query, body }) => {
        const id = await missionId(ctx, params.mission_id)
        const approved = query.approved === 'true'
        const { mission } = await readMission(control, actor, id)
        if (!mission.session)
          throw new Refusal(
            'conflict',
            'no_session',
            `${shortName(mission.number)} is in ${mission.phase}: there is no vote to take part in.`,
            'Wait until it is put to the vote.',
          )
        const receipt = await castVote(control, actor, {
          session: mission.session,
          vote: approved ? 'approve' : 'reject',
          reason: query.reason ?? body?.reason,
        })
        mustCount(receipt)
        const after = await readMission(control, actor, id)
        const vote = after.vote
        const passing = vote
          ? tally(
              vote.electors.filter((e) => e.active),
              vote.ballots,
              vote.session,
            ).passes
          : false
        const card = cardOf(after, control.config)
        const ready = card.trust?.reached === true && card.trust.open.length === 0
        return {
          success: true,
          approved,
          trust_score: after.measured ? asUnit(after.measured.trust.shown) : null,
          will_execute_to_live: passing && ready,
          message: [receipt.sentence, ...(approved && !ready ? whyNotLive(card) : [])].join(' '),
        }
      },
    )

    app.post(
      `${BASE}/:mission_id/checks/:check/attest`,
      {
        schema: {
          summary: 'Answer a check that asks for a person',
          params: shapes.missionParams.extend({ check: z.string().max(60) }),
          body: z.object({ reason: z.string() }),
          response: { 200: shapes.done },
        },
      },
      async ({ actor, params, body }) => {
        await attestCheck(control, actor, await missionId(ctx, params.mission_id), params.check, body.reason)
        return { success: true, message: 'Attested, with your name and reason.' }
      },
    )
  }
