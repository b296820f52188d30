import { tokensOn } from '../../db/stores/tokens.ts'
import { createToken, type NewToken } from '../access/token.ts'
import type { Env } from '../config/env.ts'
import { SCOPES, type Scope } from '../kernel/actor.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import { withDatabase } from './with-database.ts'

type Say = (line: string) => void

export interface TokenOptions {
  readonly member?: string
  readonly agent?: string
  /** Comma separated. */
  readonly scope: string
  readonly days: string
  readonly label: string
}

function readOptions({ member, agent, scope, days, label }: TokenOptions): NewToken {
  const scopes = scope.split(',').map((one) => one.trim())
  const unknown = scopes.find((one) => !SCOPES.includes(one as Scope))
  if (unknown !== undefined)
    throw new Refusal(
      'invalid',
      'scope_unknown',
      `"${unknown}" is no scope.`,
      `Scopes are ${SCOPES.join(', ')}.`,
    )
  if (!(Number(days) > 0 && Number(days) <= 3_650))
    throw new Refusal('invalid', 'days', 'Days are a number from 1 to 3650.', 'Say --days 90.')
  const given = { label, scopes: scopes as Scope[], days: Number(days) }
  return { ...given, ...(member ? { member } : {}), ...(agent ? { agent } : {}) }
}

export async function createCommand(env: Env, options: TokenOptions, say: Say): Promise<void> {
  const input = readOptions(options)
  await withDatabase(env, async ({ db }, { config }) => {
    if (input.member !== undefined && !config.members.some((member) => member.id === input.member))
      throw new Refusal(
        'not_found',
        'member_not_found',
        `${input.member} is not a member.`,
        `Members are ${config.members.map((m) => m.id).join(', ')}.`,
      )
    const { id, token } = await createToken(tokensOn(db), input)
    say(`id: ${id}`)
    say(`scopes: ${input.scopes.join(',')}`)
    say(`token: ${token}`)
  })
}

export async function listCommand(env: Env, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }) => {
    for (const token of await tokensOn(db).list()) {
      const state = token.revokedAt
        ? 'revoked'
        : token.expiresAt < new Date()
          ? 'expired'
          : `until ${token.expiresAt.toISOString().slice(0, 10)}`
      say(
        [
          token.id,
          token.member ?? `agent ${token.agent}`,
          token.scopes.join(','),
          state,
          token.lastUsedAt ? `used ${token.lastUsedAt.toISOString()}` : 'never used',
          token.label,
        ].join('  '),
      )
    }
  })
}

export async function revokeCommand(env: Env, id: string, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }) => {
    if (!(await tokensOn(db).revoke(id))) throw missing('token', id, 'See grace token list.')
    say('Revoked.')
  })
}
