// Discord's refusals, as its API words them.
import type { Json } from './types.ts'

const KNOWN = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  tooManyCommands: [400, 30032, 'Maximum number of application commands reached (100)'],
  dailyCommandCreates: [400, 30034, 'Max number of daily application command creates has been reached (200)'],
  tooLarge: [413, 40005, 'Request entity too large'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50001, 'Missing Access'],
  cannotEditOthers: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  invalidForm: [400, 50035, 'Invalid Form Body'],
  archivedThread: [400, 50083, 'Thread is archived'],
  invalidJson: [400, 50109, 'The request body contains invalid JSON.'],
  threadExists: [400, 160004, 'A thread has already been created for this message'],
} as const

export type Refused = keyof typeof KNOWN

/** One fault of a form: where (`components.0.label`), Discord's code for it, and the words. */
export interface Issue {
  path: string
  code: string
  message: string
}

/** An error answer; the edge writes it as Discord does. */
export class DiscordError extends Error {
  readonly status: number
  readonly code: number
  readonly errors: Json | undefined

  constructor(status: number, code: number, message: string, errors?: Json) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
  }

  toJSON(): Json {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) }
  }
}

/** The error of that name. */
export function refused(name: Refused): DiscordError {
  const [status, code, message] = KNOWN[name]
  return new DiscordError(status, code, message)
}

/** Throws 50035 with Discord's nested `errors` where there is an issue. */
export function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length === 0) return
  const errors: Json = {}
  for (const { path, code, message } of issues) {
    let at = errors
    for (const key of path.split('.')) {
      at[key] ??= {}
      at = at[key] as Json
    }
    at._errors = [...((at._errors as Json[]) ?? []), { code, message }]
  }
  throw new DiscordError(...KNOWN.invalidForm, errors)
}
