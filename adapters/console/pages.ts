// The console, as far as it goes today: what missions there are and what each of them says, read-only. A browser asks
// for the token itself (HTTP Basic, any name, the token as password).
import { createHash } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { authenticate } from '../../src/access/token.ts'
import { type Card, cardOf } from '../../src/cards/card.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { shortName } from '../../src/kernel/ids.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { listMissions } from '../../src/mission/list-missions.ts'
import { readMission } from '../../src/mission/read-mission.ts'
import { percent } from '../../src/trust/trust.ts'
import { missionId } from '../http/routes/missions.ts'
import type { HttpContext } from '../http/server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks who it is by itself. */
    ownAuthentication?: boolean
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const inert = (value: unknown): string => String(value ?? '').replace(/[&<>"']/g, (c) => ENTITIES[c]!)

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem .3rem 0;vertical-align:top;border-bottom:1px solid #8884}pre{overflow:auto;background:#8881;padding:1rem}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8cf}}'
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

function send(reply: FastifyReply, title: string, body: string): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${inert(title)} · Grace</title><style>${STYLE}</style><main>${body}</main></html>`,
    )
}

async function signedIn(
  ctx: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Actor | undefined> {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ')
  const token = /^basic$/i.test(scheme ?? '')
    ? Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':')
    : undefined
  try {
    return await authenticate(ctx.tokens, token)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    void reply
      .code(401)
      .header('www-authenticate', 'Basic realm="Grace: any name, your token as password", charset="UTF-8"')
    void send(
      reply,
      'Sign in',
      '<h1>Grace</h1><p>Sign in with any name and your token as the password. <code>grace token create</code> makes one.</p>',
    )
    return undefined
  }
}

const row = (cells: readonly unknown[]): string =>
  `<tr>${cells.map((cell) => `<td>${inert(cell)}</td>`).join('')}</tr>`
const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${inert(item)}</li>`).join('')}</ul>`

const cardBody = (card: Card, id: string, patch: string): string => `
<p><a href="/">All missions</a></p><h1>${inert(card.name)} ${inert(card.title)}</h1>
<p>${inert(card.target)} · ${inert(card.phase)}${card.outcome ? ` · ${inert(card.outcome)}` : ''} · ${inert(card.state)}</p>${list(card.why)}
<h2>Trust ${inert(card.trust?.shown ?? 'no data')}${card.trust ? ` of ${inert(card.trust.threshold)} needed` : ''}</h2>${list(card.holds)}
<table><tr><th>KPI<th>value<th>interval<th>verdict<th>claimed<th>note</tr>${card.kpis.map((kpi) => row([kpi.name, kpi.value === null ? 'no data' : `${kpi.value} ${kpi.unit}`, kpi.interval ? kpi.interval.join(' … ') : '', kpi.verdict, kpi.claimed ?? '', kpi.note])).join('')}</table>
<h2>Checks</h2><table>${card.checks.map((check) => row([check.title, check.verdict, check.reason, check.notYetChecked.length > 0 ? `not yet checked: ${check.notYetChecked.join(', ')}` : ''])).join('')}</table>
${card.vote ? `<h2>Vote: ${inert(card.vote.state)}</h2><p>${inert(`${card.vote.approvals} approve, ${card.vote.rejects} reject, ${card.vote.abstentions} abstain; until ${card.vote.deadline}`)}</p>` : ''}
${card.isolation ? `<p>Measured ${inert(card.isolation.level)}. Off: ${inert(card.isolation.off.join('; '))}</p>` : ''}
${patch ? `<h2>The change</h2><pre>${inert(patch)}</pre>` : ''}<p>API: <code>/mission-control/autonomous/missions/${inert(id)}</code></p>`

export const consolePages =
  (ctx: HttpContext): FastifyPluginAsync =>
  async (app) => {
    const options = { config: { ownAuthentication: true }, schema: { hide: true } }
    app.get('/', options, async (request, reply) => {
      const actor = await signedIn(ctx, request, reply)
      if (!actor) return reply
      const { total, rows } = await listMissions(ctx.list, actor, { limit: 100 })
      const lines = rows.map(
        ({ mission, trust }) =>
          `<tr><td><a href="/missions/${inert(mission.id)}">${inert(shortName(mission.number))}</a><td>${inert(mission.title)}<td>${inert(mission.target)}<td>${inert(mission.outcome ?? mission.phase)}<td>${inert(trust === null ? 'no data' : percent(trust))}</tr>`,
      )
      return send(
        reply,
        'Missions',
        `<h1>Missions</h1><p>${total} in all</p><table><tr><th><th>title<th>target<th>state<th>trust</tr>${lines.join('')}</table>`,
      )
    })
    app.get<{ Params: { mission_id: string } }>('/missions/:mission_id', options, async (request, reply) => {
      const actor = await signedIn(ctx, request, reply)
      if (!actor) return reply
      const story = await readMission(ctx.control, actor, await missionId(ctx, request.params.mission_id))
      const card = cardOf(story, ctx.control.config)
      return send(
        reply,
        `${card.name} ${card.title}`,
        cardBody(card, story.mission.id, story.candidate?.patch ?? ''),
      )
    })
  }
