import type { FastifyPluginAsync } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { permit } from '../../../src/kernel/permit.ts'
import { missing, Refusal } from '../../../src/kernel/refusal.ts'
import { voteOf } from '../../../src/mission/read-mission.ts'
import { castVote, isCounted, type Receipt } from '../../../src/parliament/cast-vote.ts'
import { renderSession } from '../render.ts'
import type { HttpContext } from '../server.ts'
import * as shapes from '../shapes.ts'

/** A vote that did not count is an error to a program: the receipt says why. */
export function mustCount(receipt: Receipt): void {
  if (isCounted(receipt)) return
  const kind =
    receipt.outcome === 'not_eligible' || receipt.outcome === 'passkey_needed' ? 'forbidden' : 'conflict'
  throw new Refusal(
    kind,
    `vote_${receipt.outcome}`,
    receipt.sentence,
    'See the mission for what became of the vote.',
  )
}

export const parliamentRoutes =
  (ctx: HttpContext): FastifyPluginAsync =>
  async (fastify) => {
    const app = fastify.withTypeProvider<ZodTypeProvider>()

    app.post(
      '/api/parliament/sessions/:session_id/vote',
      {
        schema: {
          summary: 'Vote in a session',
          params: shapes.sessionParams,
          body: shapes.voteBody,
          response: { 200: shapes.voteAnswer },
        },
      },
      async ({ actor, params, body }) => {
        if (body.member_id !== undefined && body.member_id !== 'you' && body.member_id !== actor.id)
          throw new Refusal(
            'forbidden',
            'not_your_vote',
            `This token votes for ${actor.id}, not for ${body.member_id}.`,
            'Leave member_id out, or say "you".',
          )
        const receipt = await castVote(ctx.control, actor, {
          session: params.session_id,
          vote: body.vote,
          reason: body.reason,
        })
        mustCount(receipt)
        return {
          success: true,
          session_id: params.session_id,
          member_id: actor.id,
          vote: body.vote,
          outcome: receipt.outcome,
          message: receipt.sentence,
        }
      },
    )

    app.get(
      '/api/parliament/sessions/:session_id',
      {
        schema: {
          summary: 'A session, its rule, electors and votes',
          params: shapes.sessionParams,
          response: { 200: shapes.sessionAnswer },
        },
      },
      async ({ actor, params }) => {
        permit(actor, 'read')
        const vote = await ctx.control.transact((stores) => voteOf(stores, params.session_id))
        if (!vote) throw missing('session', params.session_id, 'List missions to see what is open.')
        return renderSession(vote)
      },
    )
  }
