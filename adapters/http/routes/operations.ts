// What people do to missions and targets beside voting: the verbs of the slash commands, with the same permissions.
import type { FastifyPluginAsync } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { historyLine } from '../../../src/cards/history.ts'
import { permit } from '../../../src/kernel/permit.ts'
import { readLearning } from '../../../src/learning/read-learning.ts'
import { auditMission } from '../../../src/mission/audit-mission.ts'
import { cancelMission } from '../../../src/mission/cancel-mission.ts'
import { closeCapa } from '../../../src/mission/close-capa.ts'
import { MOST_REVISIONS } from '../../../src/mission/improve.ts'
import { becomesSentence, listFindings } from '../../../src/mission/list-findings.ts'
import { orderRollback } from '../../../src/mission/order-rollback.ts'
import { pauseTarget, resumeTarget } from '../../../src/mission/pause-target.ts'
import { retryMission } from '../../../src/mission/retry-mission.ts'
import { askForRevision } from '../../../src/mission/revise-mission.ts'
import { liftingSentence, liftStop, stopEverything } from '../../../src/mission/stop.ts'
import { workOnCapa } from '../../../src/mission/work-on-capa.ts'
import { renderLearned } from '../render.ts'
import type { HttpContext } from '../server.ts'
import * as shapes from '../shapes.ts'
import { missionId } from './missions.ts'

const MISSION = '/mission-control/autonomous/missions/:mission_id'
const TARGET = '/mission-control/targets/:target'
const why = z.object({ reason: z.string() })
const targetParams = z.object({ target: z.string().max(60) })

export const operationRoutes =
  (ctx: HttpContext): FastifyPluginAsync =>
  async (fastify) => {
    const app = fastify.withTypeProvider<ZodTypeProvider>()
    const { control } = ctx
    const done = (message: string) => ({ success: true, message })
    const on = (summary: string) => ({
      summary,
      params: shapes.missionParams,
      response: { 200: shapes.done },
    })

    app.post(
      `${MISSION}/cancel`,
      { schema: { ...on('End a mission that is not live yet'), body: why } },
      async ({ actor, params, body }) => {
        await cancelMission(control, actor, await missionId(ctx, params.mission_id), body.reason)
        return done('Cancelled.')
      },
    )
    app.post(
      `${MISSION}/rollback`,
      { schema: { ...on('Take a live change back while it is being watched'), body: why } },
      async ({ actor, params, body }) => {
        await orderRollback(control, actor, await missionId(ctx, params.mission_id), body.reason)
        return done('It is being rolled back.')
      },
    )
    app.post(
      `${MISSION}/retry`,
      { schema: on("Measure the same change again, on today's code") },
      async ({ actor, params }) => {
        const { revisions } = await retryMission(control, actor, await missionId(ctx, params.mission_id))
        return done(
          `It is being tested again (try ${revisions} of ${MOST_REVISIONS}). Votes so far are void.`,
        )
      },
    )
    app.post(
      `${MISSION}/revise`,
      { schema: on('Ask its proposer for a revision with the feedback so far') },
      async ({ actor, params }) => {
        await askForRevision(control, actor, await missionId(ctx, params.mission_id))
        return done('A revision is being made with the feedback so far.')
      },
    )
    app.post(
      `${MISSION}/capa`,
      {
        schema: {
          ...on('Say who answers for a CAPA, its cause, what is done, until when'),
          body: shapes.capa,
        },
      },
      async ({ actor, params, body }) => {
        await workOnCapa(control, actor, await missionId(ctx, params.mission_id), body)
        return done('Kept.')
      },
    )
    app.post(
      `${MISSION}/capa/close`,
      { schema: { ...on('Close a CAPA; live traffic has to be as good as before the change'), body: why } },
      async ({ actor, params, body }) =>
        done(await closeCapa(control, actor, await missionId(ctx, params.mission_id), body.reason)),
    )
    app.get(
      `${MISSION}/audit`,
      {
        schema: {
          summary: "The ledger's story of a mission",
          params: shapes.missionParams,
          response: { 200: shapes.audit },
        },
      },
      async ({ actor, params }) => {
        const { mission, entries } = await auditMission(
          control,
          actor,
          await missionId(ctx, params.mission_id),
        )
        return {
          mission_id: mission.id,
          entries: entries.map((entry) => ({ ...entry, said: historyLine(entry) })),
        }
      },
    )
    app.get(
      '/mission-control/stop',
      { schema: { summary: 'Whether everything is stopped', response: { 200: shapes.stop } } },
      async ({ actor }) => {
        permit(actor, 'read')
        const stop = await control.transact(({ stops }) => stops.current())
        return stop
          ? { stopped: true, by: stop.by, reason: stop.reason, since: stop.since.toISOString() }
          : { stopped: false }
      },
    )
    app.post(
      '/mission-control/stop',
      {
        schema: {
          summary: 'Nothing goes live anywhere until the stop is lifted; what is live can be rolled back',
          body: why,
          response: { 200: shapes.done },
        },
      },
      async ({ actor, body }) => {
        await stopEverything(control, actor, body.reason)
        return done('Everything is stopped.')
      },
    )
    app.post(
      '/mission-control/stop/lift',
      {
        schema: {
          summary: 'Say that the stop may end; more than half of the voters have to',
          response: { 200: shapes.done },
        },
      },
      async ({ actor }) => {
        const lifting = await liftStop(control, actor)
        return done(lifting.isLifted ? 'The stop is lifted.' : liftingSentence(lifting))
      },
    )
    app.get(
      '/mission-control/learned',
      {
        schema: {
          summary: 'Track records, and whether trust told what came of it',
          response: { 200: shapes.learned },
        },
      },
      async ({ actor }) => renderLearned(await readLearning(control, actor)),
    )
    app.get(
      `${TARGET}/findings`,
      {
        schema: {
          summary: 'What detectors see now, and what would become of it; nothing is opened',
          params: targetParams,
          response: { 200: shapes.findings },
        },
      },
      async ({ actor, params }) => ({
        findings: (await listFindings(control, actor, params.target)).map(
          ({ detector, title, summary, fingerprint, fields, evidence, becomes }) => ({
            ...{ detector, title, summary, fingerprint, fields, evidence },
            becomes: becomes.as,
            why: becomesSentence(becomes),
          }),
        ),
      }),
    )
    const ofTarget = (summary: string) => ({ summary, params: targetParams, response: { 200: shapes.done } })
    app.post(
      `${TARGET}/pause`,
      { schema: ofTarget('Nothing is unlocked on the target until it is resumed') },
      async ({ actor, params }) => {
        await pauseTarget(control, actor, params.target)
        return done(`Nothing goes live on ${params.target} until it is resumed.`)
      },
    )
    app.post(
      `${TARGET}/resume`,
      { schema: ofTarget('Lift a pause, or the freeze that a rollback left') },
      async ({ actor, params }) => {
        await resumeTarget(control, actor, params.target)
        return done(`${params.target} goes on.`)
      },
    )
  }
