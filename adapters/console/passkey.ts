// An approval with a passkey: the page's script asks the browser, and this asks the domain.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { mustBeConfirmed } from '../../src/commands/vote-in-words.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { approveWithPasskey, askForPasskey, keepPasskey } from '../../src/parliament/approve-with-passkey.ts'
import { isCounted } from '../../src/parliament/cast-vote.ts'
import { FAULT } from '../http/problem.ts'
import type { HttpContext } from '../http/server.ts'
import { authenticators } from '../webauthn/authenticators.ts'
import { TO_CONFIRM } from './acts.ts'
import { sayNext } from './session.ts'

interface Sent {
  readonly session?: unknown
  readonly confirmed?: unknown
  readonly reason?: unknown
  readonly response?: unknown
}
const sentBy = ({ body }: FastifyRequest): Sent => (typeof body === 'object' && body !== null ? body : {})
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Answers are JSON; what became of an approval is said on the page that is loaded next. */
export function passkeyRoutes(app: FastifyInstance, { control }: HttpContext): void {
  const hidden = { schema: { hide: true } }
  const ctx = { transact: control.transact, config: control.config, authenticators }

  app.post('/passkey/ask', hidden, async (request) => {
    const { session, confirmed } = sentBy(request)
    const found = await control.transact(({ sessions }) => sessions.find(textOf(session)))
    if (found)
      await mustBeConfirmed(control, request.actor, {
        mission: found.mission,
        confirmed: confirmed === true,
        toConfirm: TO_CONFIRM,
      })
    return askForPasskey(ctx, request.actor, textOf(session))
  })
  app.post('/passkey/make', hidden, async (request) => {
    await keepPasskey(ctx, request.actor, sentBy(request).response)
    return {}
  })
  app.post('/passkey/approve', hidden, async (request, reply) => {
    const { session, reason, response } = sentBy(request)
    const receipt = await approveWithPasskey(ctx, request.actor, {
      session: textOf(session),
      reason: textOf(reason),
      response,
    })
    sayNext(request, reply, { kind: isCounted(receipt) ? 'done' : 'refused', text: receipt.sentence })
    return {}
  })
}

/** As JSON, for the script that asked. */
export const isAskedByScript = ({ url }: FastifyRequest): boolean => url.startsWith('/passkey/')
export const answerOf = (error: unknown): { readonly text: string; readonly next: string } =>
  error instanceof Refusal ? { text: error.message, next: error.next } : FAULT
