// Who a browser is: the session's cookie, the Origin of what it sends, and the page to sign in on.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import { actorOfSession, SESSION_LIFE_MS, signIn, signOut } from '../../src/access/sign-in.ts'
import type { Tokens } from '../../src/access/token.ts'
import { nameOf } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { html } from './html.ts'
import { type Said, sendPage } from './page.ts'

const COOKIE = 'grace_session'
/** Holds what became of the last form until the next page says it. */
const SAID = 'grace_said'
const SAID_LIFE_S = 60

/** Every POST has to come from our own pages: SameSite alone does not tell one port of a host from another. */
export function fromOurselves(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  return typeof origin === 'string' && URL.canParse(origin) && new URL(origin).host === host
}

/** By the Origin, which says how the browser came here: TLS may end at a proxy. */
const strict = (request: FastifyRequest) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.headers.origin?.startsWith('https:') === true,
  }) as const

/** A path of ours to go on to, and no other site's. */
const pathIn = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])[\w/.?=&%-]*$/.test(next) ? next : '/'

export function sayNext(request: FastifyRequest, reply: FastifyReply, said: Said): void {
  const text = Buffer.from(JSON.stringify(said)).toString('base64url')
  void reply.setCookie(SAID, text, { ...strict(request), maxAge: SAID_LIFE_S })
}

export function saidBefore(request: FastifyRequest, reply: FastifyReply): Said | undefined {
  const text = request.cookies[SAID]
  if (text === undefined) return undefined
  void reply.clearCookie(SAID, { path: '/' })
  try {
    const { kind, text: words, next } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Said
    return {
      kind: kind === 'done' ? 'done' : 'refused',
      text: String(words),
      ...(next ? { next: String(next) } : {}),
    }
  } catch {
    return undefined
  }
}

function signInPage(reply: FastifyReply, next: string, said?: Said, status = 200): FastifyReply {
  const body = html`<section class="sign-in">
    <h1>Sign in</h1>
    <p>
      Open the link that Grace printed when it started, or ask for one: <code>grace console</code> on its machine
      or${' '}<code>/grace console</code> in chat. A link is good for five minutes and one use.
    </p>
    <form method="post" action="/sign-in" data-sign-in>
      <input type="hidden" name="next" value=${next} />
      <label for="code">Or the part of the link behind the #</label>
      <input id="code" name="code" required autocomplete="off" spellcheck="false" maxlength="100" />
      <button class="primary">Sign in</button>
    </form>
  </section>` as VNode
  return sendPage(reply, { title: 'Sign in', body, said, status })
}

/** Nobody is signed in (any more): what was typed is shown, so that it is not typed in vain. */
function ended(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const typed = Object.entries((request.body ?? {}) as Record<string, unknown>).filter(
    ([name, value]) =>
      typeof value === 'string' && value !== '' && !['session', 'code', 'next'].includes(name),
  )
  const body = html`<h1>Your session has ended</h1>
    <p>Nothing was done. <a href="/sign-in">Sign in</a> and do it again.</p>
    ${typed.map(
      ([name, value]) =>
        html`<label for=${`typed-${name}`}>You wrote (${name})</label>
          <textarea id=${`typed-${name}`} readonly rows="6">${value}</textarea>`,
    )}` as VNode
  return sendPage(reply, { title: 'Session ended', body, status: 401 })
}

/** Sets `request.actor`, or answers: to a form that its session has ended, to a page with the way to sign in. */
export async function mustBeSignedIn(
  tokens: Tokens,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const actor = await actorOfSession(tokens, request.cookies[COOKIE])
  if (actor) {
    request.actor = actor
    return undefined
  }
  if (request.method === 'POST') return ended(request, reply)
  // A strict cookie does not come along with a click on a link elsewhere; with a page that we send ourselves it does.
  if (request.headers['sec-fetch-site'] === 'cross-site')
    return sendPage(reply, {
      title: 'One moment',
      body: html`<p><a href=${pathIn(request.url)}>Go on to Grace</a></p>` as VNode,
      again: 0,
    })
  if (request.headers.accept?.includes('text/html') === false) return reply.code(401).send('')
  return reply.redirect(`/sign-in?next=${encodeURIComponent(pathIn(request.url))}`, 303)
}

export function signInRoutes(app: FastifyInstance, tokens: Tokens): void {
  const open = { config: { ownAuthentication: true }, schema: { hide: true } }
  app.get('/sign-in', open, async (request, reply) =>
    signInPage(reply, pathIn((request.query as { next?: string }).next)),
  )
  app.post('/sign-in', open, async (request, reply) => {
    const { code, next } = (request.body ?? {}) as { code?: unknown; next?: unknown }
    try {
      // People paste the whole link.
      const secret = String(code ?? '')
        .trim()
        .replace(/^.*#/, '')
      const before = await actorOfSession(tokens, request.cookies[COOKIE])
      const session = await signIn(tokens, secret)
      const now = await actorOfSession(tokens, session)
      if (before && now && before.id !== now.id) {
        // A link that somebody sends must not make one vote as somebody else.
        await signOut(tokens, session)
        throw new Refusal(
          'conflict',
          'signed_in_already',
          `You are signed in as ${nameOf(before)}; the link is ${nameOf(now)}'s.`,
          'Sign out first, and ask for a new link.',
        )
      }
      void reply.setCookie(COOKIE, session, { ...strict(request), maxAge: SESSION_LIFE_MS / 1000 })
      return reply.redirect(pathIn(next), 303)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return signInPage(reply, pathIn(next), { kind: 'refused', text: error.message, next: error.next }, 401)
    }
  })
  app.post('/sign-out', open, async (request, reply) => {
    await signOut(tokens, request.cookies[COOKIE])
    void reply.clearCookie(COOKIE, { path: '/' })
    return reply.redirect('/sign-in', 303)
  })
}
