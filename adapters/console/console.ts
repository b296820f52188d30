// The console: pages that are made on the server and work without a script; with one they stay up to date.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { cardOf } from '../../src/cards/card.ts'
import { nameOf } from '../../src/kernel/actor.ts'
import { permit } from '../../src/kernel/permit.ts'
import { missing, Refusal } from '../../src/kernel/refusal.ts'
import { readLearning } from '../../src/learning/read-learning.ts'
import { auditMission } from '../../src/mission/audit-mission.ts'
import { listMissions } from '../../src/mission/list-missions.ts'
import { readMission } from '../../src/mission/read-mission.ts'
import { drawSvg, type Theme } from '../chart/draw.ts'
import { FAULT, STATUS } from '../http/problem.ts'
import { missionId } from '../http/routes/missions.ts'
import type { HttpContext } from '../http/server.ts'
import { actRoutes, formOf, propose } from './acts.ts'
import { html } from './html.ts'
import { learnedBody } from './learned.ts'
import { liveRoutes } from './live.ts'
import { missionBody } from './mission.ts'
import { filterOf, missionsBody, queryOf } from './missions.ts'
import { HEADERS, type Page, type Said, sendPage } from './page.ts'
import { answerOf, isAskedByScript, passkeyRoutes } from './passkey.ts'
import { proposeBody } from './propose.ts'
import { queueRoutes } from './queues.ts'
import type { Typed } from './sections/vote.ts'
import { fromOurselves, mustBeSignedIn, saidBefore, sayNext, signInRoutes } from './session.ts'
import { statusBody } from './status.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks who it is by itself. */
    ownAuthentication?: boolean
  }
}

const asset = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url))
const ASSETS: Readonly<Record<string, readonly [type: string, bytes: Buffer]>> = {
  'console.css': ['text/css; charset=utf-8', asset('console.css')],
  'console.js': ['text/javascript; charset=utf-8', asset('console.js')],
  'passkey.js': ['text/javascript; charset=utf-8', asset('passkey.js')],
  'icon.svg': ['image/svg+xml', asset('icon.svg')],
  'idiomorph.js': [
    'text/javascript; charset=utf-8',
    readFileSync(createRequire(import.meta.url).resolve('idiomorph/dist/idiomorph.esm.js')),
  ],
}

export const consolePages =
  (ctx: HttpContext): FastifyPluginAsync =>
  async (app) => {
    await app.register(cookie)
    await app.register(formbody)
    app.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'GET' && request.method !== 'HEAD' && !fromOurselves(request))
        return refusedPage(reply, 403, {
          kind: 'refused',
          text: 'This form was not sent from the console.',
          next: 'Open the console and do it there.',
        })
    })
    for (const [name, [type, bytes]] of Object.entries(ASSETS))
      app.get(
        `/console/${name}`,
        { config: { ownAuthentication: true }, schema: { hide: true } },
        async (_request, reply) =>
          reply
            .headers({ ...HEADERS, 'cache-control': 'no-cache' })
            .type(type)
            .send(bytes),
      )
    signInRoutes(app, ctx.tokens)
    await app.register(async (inside) => {
      inside.addHook('onRoute', (route) => {
        route.config = { ...route.config, ownAuthentication: true }
      })
      // After the body is read, so that what was typed can be given back.
      inside.addHook('preHandler', async (request, reply) => mustBeSignedIn(ctx.tokens, request, reply))
      inside.setErrorHandler((error, request, reply) => {
        if (!isAskedByScript(request)) return failed(error, request, reply)
        if (!(error instanceof Refusal)) request.log.error({ err: error }, 'a passkey failed')
        return reply.code(error instanceof Refusal ? STATUS[error.kind] : 500).send(answerOf(error))
      })
      pages(inside, ctx)
      passkeyRoutes(inside, ctx)
      await liveRoutes(inside, ctx.changes)
      if (ctx.queues.length > 0) await queueRoutes(inside, ctx.queues)
    })
  }

const refusedPage = (reply: FastifyReply, status: number, said: Said, who?: string): FastifyReply =>
  sendPage(reply, {
    title: 'Not done',
    body: html`<h1>Not done</h1><p><a href="/">All missions</a></p>` as Page['body'],
    said,
    status,
    ...(who ? { who } : {}),
  })

/** A refusal is said; a fault is ours and is not shown. */
function failed(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const who = request.actor ? nameOf(request.actor) : undefined
  if (error instanceof Refusal)
    return refusedPage(
      reply,
      STATUS[error.kind],
      { kind: 'refused', text: error.message, next: error.next },
      who,
    )
  const { statusCode = 500 } = error as { statusCode?: number }
  if (statusCode < 500)
    return refusedPage(
      reply,
      statusCode,
      { kind: 'refused', text: (error as Error).message, next: 'Go back and mend it.' },
      who,
    )
  request.log.error({ err: error }, 'a page failed')
  return refusedPage(reply, 500, { kind: 'refused', ...FAULT }, who)
}

function pages(app: FastifyInstance, ctx: HttpContext): void {
  const hidden = { schema: { hide: true } }
  const { control } = ctx
  const targets = [...control.config.targets.keys()]
  const show = (request: FastifyRequest, reply: FastifyReply, page: Omit<Page, 'who'>) =>
    sendPage(reply, { said: saidBefore(request, reply), ...page, who: nameOf(request.actor) })

  app.get('/', hidden, async (request, reply) => {
    const filter = filterOf(request.query as Record<string, unknown>, targets)
    const found = await listMissions(ctx.list, request.actor, queryOf(filter))
    return show(request, reply, { title: 'Missions', body: missionsBody(found, filter, targets) })
  })

  const missionPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    refused?: { said: Said; typed: Typed; status: number },
  ) => {
    const id = await missionId(ctx, name)
    const story = await readMission(control, request.actor, id)
    const { entries } = await auditMission(control, request.actor, id)
    return show(request, reply, {
      title: `M-${story.mission.number} ${story.mission.title}`,
      body: missionBody(story, entries, control.config, request.actor, refused?.typed),
      ...(refused ? { said: refused.said, status: refused.status } : {}),
    })
  }
  app.get<{ Params: { mission: string } }>('/missions/:mission', hidden, (request, reply) =>
    missionPage(request, reply, request.params.mission),
  )
  actRoutes(app, ctx, (request, reply, mission, form, error) =>
    missionPage(request, reply, mission, {
      said: { kind: 'refused', text: error.message, next: error.next },
      typed: { form, values: formOf(request) },
      status: STATUS[error.kind],
    }),
  )

  app.get<{ Params: { mission: string } }>(
    '/missions/:mission/change.patch',
    hidden,
    async (request, reply) => {
      const { candidate } = await readMission(
        control,
        request.actor,
        await missionId(ctx, request.params.mission),
      )
      return reply
        .headers({ ...HEADERS })
        .type('text/plain; charset=utf-8')
        .send(candidate?.patch ?? '')
    },
  )
  app.get<{ Params: { mission: string; digest: string } }>(
    '/missions/:mission/transcripts/:digest',
    hidden,
    async (request, reply) => {
      permit(request.actor, 'read')
      const { mission, digest } = request.params
      const id = await missionId(ctx, mission)
      const text = await control.transact(({ transcripts }) => transcripts.text(id, digest))
      if (text === undefined) throw missing('transcript', digest, 'The mission’s page lists them.')
      return reply
        .headers({ ...HEADERS })
        .type('text/plain; charset=utf-8')
        .send(text)
    },
  )
  app.get<{ Params: { mission: string }; Querystring: { theme?: string } }>(
    '/missions/:mission/chart.svg',
    hidden,
    async (request, reply) => {
      const story = await readMission(control, request.actor, await missionId(ctx, request.params.mission))
      const card = cardOf(story, control.config)
      const theme: Theme = request.query.theme === 'dark' ? 'dark' : 'light'
      return reply
        .headers({ ...HEADERS, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" })
        .type('image/svg+xml')
        .send(await drawSvg(card.chart, '', theme))
    },
  )

  app.get('/propose', hidden, async (request, reply) =>
    show(request, reply, { title: 'Propose a mission', body: proposeBody(targets) }),
  )
  app.post('/propose', hidden, async (request, reply) => {
    const made = await propose(ctx, request)
    if ('mission' in made) {
      sayNext(request, reply, { kind: 'done', text: `${made.mission} is open.` })
      return reply.redirect(`/missions/${made.mission}`, 303)
    }
    return show(request, reply, {
      title: 'Propose a mission',
      body: proposeBody(targets, formOf(request), made.faults),
      said: made.said ?? { kind: 'refused', text: 'Something in the form has to be mended.' },
      status: 400,
    })
  })

  app.get('/learned', hidden, async (request, reply) =>
    show(request, reply, { title: 'Learned', body: learnedBody(await readLearning(control, request.actor)) }),
  )
  app.get('/status', hidden, async (request, reply) => {
    permit(request.actor, 'read')
    const { states, stop } = await control.transact(async ({ standing, stops }) => ({
      states: await Promise.all(targets.map(async (name) => ({ name, frozen: await standing.frozen(name) }))),
      stop: await stops.current(),
    }))
    return show(request, reply, {
      title: 'Status',
      body: statusBody(await ctx.health(), states, stop, ctx.queues.length > 0),
    })
  })
}
