// Every error as RFC 9457 problem details. A refusal is shown as it is; a fault shows nothing but that it is ours.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, type RefusalKind } from '../../src/kernel/refusal.ts'

/** What is said of a fault of ours, on every surface. */
export const FAULT = {
  text: 'Something broke on our side; nothing was changed.',
  next: 'Try again; the log of Grace says more.',
}

export const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  too_large: 413,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  /** What the caller can do about it. */
  readonly next: string
  readonly errors?: readonly { readonly path: string; readonly problem: string }[]
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  500: 'Internal error',
  503: 'Unavailable',
}

const problem = (status: number, code: string, detail: string, next: string): Problem => ({
  type: `urn:grace:problem:${code}`,
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  code,
  next,
})

export const problemOf = (refusal: Refusal): Problem =>
  problem(STATUS[refusal.kind], refusal.code, refusal.message, refusal.next)

export const misdirected = (host: string): Problem =>
  problem(
    421,
    'host_refused',
    `This Grace does not answer to the name ${JSON.stringify(host.slice(0, 80))}.`,
    'Add it to GRACE_ALLOWED_HOSTS.',
  )

const TOO_LARGE = problem(
  413,
  'body_too_large',
  'The request is larger than 4 MB.',
  'Send a smaller patch: at most 1,000,000 bytes.',
)

export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  if (body.status === 401) void reply.header('www-authenticate', 'Bearer realm="grace"')
  return reply.code(body.status).type('application/problem+json').send(JSON.stringify(body))
}

export function errorHandler(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof Refusal) return sendProblem(reply, problemOf(error))
  if (error.validation) {
    const errors = error.validation.map((issue) => ({
      path: `${error.validationContext ?? 'request'}${issue.instancePath.replaceAll('/', '.')}`,
      problem: issue.message ?? 'is not allowed',
    }))
    const detail = errors.map((one) => `${one.path}: ${one.problem}`).join('; ')
    return sendProblem(reply, {
      ...problem(400, 'request_invalid', detail, 'See /openapi.json for what is allowed.'),
      errors,
    })
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return sendProblem(reply, TOO_LARGE)
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return sendProblem(
      reply,
      problem(error.statusCode, 'request_invalid', error.message, 'See /openapi.json for what is allowed.'),
    )
  request.log.error({ err: error }, 'a request failed')
  return sendProblem(reply, problem(500, 'internal', FAULT.text, FAULT.next))
}
