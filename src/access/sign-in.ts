// Signing in to the console: a link that is good once and for five minutes becomes a session.
import type { Actor, Scope } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { hashOf, newSecret, type Tokens } from './token.ts'

export const LINK_LIFE_MS = 5 * 60_000
export const SESSION_LIFE_MS = 12 * 3_600_000
/** As long as a secret is, with room to spare: what is longer is not looked up. */
const LONGEST = 100

/** What a person may do in the console; who may vote on which target is the electorate's matter. */
const SCOPES_OF_A_PERSON: readonly Scope[] = ['read', 'propose', 'vote']

/** The secret part of a sign-in link. It goes behind the `#` of a URL, which no server or log ever sees. */
export async function createSignInCode(tokens: Tokens, member: string): Promise<string> {
  const code = newSecret()
  await tokens.insert({
    id: newId(),
    kind: 'link',
    hash: hashOf(code, 'link'),
    label: 'sign-in link',
    member,
    agent: null,
    scopes: [],
    lifeMs: LINK_LIFE_MS,
  })
  return code
}

/** Uses the code up and returns the secret of a new session. */
export async function signIn(tokens: Tokens, code: string): Promise<string> {
  const link = code !== '' && code.length <= LONGEST ? await tokens.use(hashOf(code, 'link')) : undefined
  if (!link?.member)
    throw new Refusal(
      'unauthenticated',
      'sign_in_link_spent',
      'This sign-in link is not good: it was used, or is older than five minutes.',
      'Make a new one with: grace console (or say /grace console in chat).',
    )
  const session = newSecret()
  await tokens.insert({
    id: newId(),
    kind: 'session',
    hash: hashOf(session, 'session'),
    label: 'console',
    member: link.member,
    agent: null,
    scopes: SCOPES_OF_A_PERSON,
    lifeMs: SESSION_LIFE_MS,
  })
  return session
}

/** Whose session that is; undefined where it has ended, or its member is one no more. */
export async function actorOfSession(
  tokens: Tokens,
  session: string | undefined,
): Promise<Actor | undefined> {
  if (!session || session.length > LONGEST) return undefined
  const found = await tokens.byHash(hashOf(session, 'session'))
  if (!found?.active || found.revokedAt || !found.memberActive || found.member === null) return undefined
  return { kind: 'member', id: found.member, name: found.name, via: 'console', scopes: found.scopes }
}

export const signOut = async (tokens: Tokens, session: string | undefined): Promise<void> =>
  void (session && session.length <= LONGEST && (await tokens.use(hashOf(session, 'session'))))
