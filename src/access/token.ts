// Tokens: 256 random bits, kept as their SHA-256 only, bound to a member or an agent.
import { createHash, randomBytes } from 'node:crypto'
import type { Actor, Scope } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'

/** A bearer token of the API; the cookie of a console session; a link that signs in once. None opens another's door. */
export type TokenKind = 'api' | 'session' | 'link'

export interface TokenRecord {
  readonly id: string
  readonly kind: TokenKind
  /** SHA-256 of kind and token, hexadecimal. */
  readonly hash: string
  readonly label: string
  readonly member: string | null
  readonly agent: string | null
  readonly scopes: readonly Scope[]
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

export interface Tokens {
  insert(
    token: Omit<TokenRecord, 'createdAt' | 'revokedAt' | 'lastUsedAt' | 'expiresAt'> & {
      readonly lifeMs: number
    },
  ): Promise<void>
  /** With the name of its member; `active` where the member still is one and the token neither expired nor revoked. */
  byHash(
    hash: string,
  ): Promise<
    | (TokenRecord & { readonly name: string; readonly active: boolean; readonly memberActive: boolean })
    | undefined
  >
  /** Those of the API, and sessions that are still good. */
  list(): Promise<readonly TokenRecord[]>
  /** False where there is no such token. */
  revoke(id: string): Promise<boolean>
  /** Ends a token that is good, and says whose it was; undefined where it was used before, expired or never was. */
  use(hash: string): Promise<TokenRecord | undefined>
  /** Of the API. */
  count(): Promise<number>
}

const PREFIX = 'grace_'

export const newSecret = (): string => randomBytes(32).toString('base64url')

/** The kind is hashed along: what was made for one door is unknown at another. */
export const hashOf = (token: string, kind: TokenKind = 'api'): string =>
  createHash('sha256')
    .update(kind === 'api' ? token : `${kind}:${token}`)
    .digest('hex')

export interface NewToken {
  readonly label: string
  readonly member?: string
  readonly agent?: string
  readonly scopes: readonly Scope[]
  readonly days: number
}

/** Returns the token itself, which is nowhere else: it is shown once. */
export async function createToken(tokens: Tokens, input: NewToken): Promise<{ id: string; token: string }> {
  if ((input.member === undefined) === (input.agent === undefined))
    throw new Refusal(
      'invalid',
      'token_owner',
      'A token belongs to a member or to an agent.',
      'Name one of them.',
    )
  if (input.agent !== undefined && input.scopes.some((scope) => scope === 'vote' || scope === 'admin'))
    throw new Refusal(
      'forbidden',
      'agent_scope',
      "An agent's token never holds vote or admin: only people decide.",
      'Give it read and propose.',
    )
  if (input.scopes.length === 0)
    throw new Refusal(
      'invalid',
      'scopes_missing',
      'A token without a scope can do nothing.',
      'Give it at least read.',
    )
  const token = PREFIX + newSecret()
  const id = newId()
  await tokens.insert({
    id,
    kind: 'api',
    hash: hashOf(token),
    label: input.label,
    member: input.member ?? null,
    agent: input.agent ?? null,
    scopes: input.scopes,
    lifeMs: input.days * 86_400_000,
  })
  return { id, token }
}

const NEW_TOKEN =
  'Make one with: grace token create --member ID, where ID is a member of grace.yaml (in the demo: you).'

/** Who a token stands for. Every failure is the same 401, told apart only as far as its holder may know. */
export async function authenticate(tokens: Tokens, token: string | undefined): Promise<Actor> {
  const refuse = (code: string, message: string) => new Refusal('unauthenticated', code, message, NEW_TOKEN)
  if (token === undefined || token === '')
    throw refuse('token_missing', 'No token: send Authorization: Bearer <token>.')
  const found = token.length <= 200 ? await tokens.byHash(hashOf(token)) : undefined
  if (!found) throw refuse('token_unknown', 'This token is not known.')
  if (found.revokedAt) throw refuse('token_revoked', 'This token was revoked.')
  if (!found.active) throw refuse('token_expired', 'This token has expired.')
  if (found.member !== null && !found.memberActive)
    throw refuse('member_inactive', 'The member of this token is no longer active.')
  return found.member !== null
    ? { kind: 'member', id: found.member, name: found.name, via: 'rest', scopes: found.scopes }
    : { kind: 'agent', id: found.agent!, name: found.name, via: 'rest', scopes: found.scopes }
}
