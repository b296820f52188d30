// A passkey is made once, and then asked for each approval that needs one.

import type { PasskeySite } from '../access/assurance.ts'
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Transact } from '../kernel/work.ts'
import { type Casting, castIn, type Receipt } from './cast-vote.ts'
import { type Authenticators, challengeOf, newNonce, type Passkeys } from './passkey.ts'

type Ctx = {
  readonly transact: Transact<Casting & { readonly passkeys: Passkeys }>
  readonly config: { readonly passkeys?: PasskeySite | undefined }
  readonly authenticators: Authenticators
}

/** How long a person may look at the browser's own question. */
const LIFE_MS = 5 * 60_000

const refused = (why: string, next = 'Load the page again, and approve again.'): Refusal =>
  new Refusal('conflict', 'passkey_refused', why, next)

const madeElsewhere = (member: { id: string; name: string }, made: string, now: string): Refusal =>
  new Refusal(
    'conflict',
    'passkey_elsewhere',
    `The passkey of ${member.name} was made for ${made}, and this console is ${now}.`,
    `Open it under that name; or, if that is over: grace passkey forget ${member.id} --reason "…", on Grace's machine.`,
  )

function siteOf({ config }: Ctx): PasskeySite {
  if (config.passkeys) return config.passkeys
  throw new Refusal(
    'unavailable',
    'no_passkeys',
    'Passkeys need a console that is reached by https, under a name.',
    'Set GRACE_URL to it.',
  )
}

function memberOf(actor: Actor): { readonly id: string; readonly name: string } {
  permit(actor, 'vote')
  if (actor.kind === 'member') return actor
  throw new Refusal('forbidden', 'not_a_person', 'Only a member has a passkey.', 'Sign in as a person.')
}

/** Options for the browser: of its passkey, or, where the member has none yet, to make one. */
export async function askForPasskey(
  ctx: Ctx,
  actor: Actor,
  session: string,
): Promise<{ readonly make: boolean; readonly options: object }> {
  const member = memberOf(actor)
  const site = siteOf(ctx)
  const nonce = newNonce()
  const { passkey, challenge } = await ctx.transact(async ({ passkeys, sessions }) => {
    const passkey = await passkeys.of(member.id)
    if (passkey && passkey.site !== site.id) throw madeElsewhere(member, passkey.site, site.id)
    const found = passkey ? await sessions.find(session) : undefined
    if (passkey && !found) throw refused('There is no such vote any more.')
    const challenge = found ? challengeOf(found, member.id, nonce) : newNonce() + newNonce()
    await passkeys.ask({ challenge, member: member.id, session: found?.id ?? null, nonce }, LIFE_MS)
    return { passkey, challenge }
  })
  const { authenticators } = ctx
  return passkey
    ? { make: false, options: await authenticators.requestOptions(site, passkey, challenge) }
    : { make: true, options: await authenticators.creationOptions(site, member, challenge) }
}

/** A member has one: who has taken over an account can't add another. Its loss is mended at the terminal. */
export async function keepPasskey(ctx: Ctx, actor: Actor, response: unknown): Promise<void> {
  const member = memberOf(actor)
  const site = siteOf(ctx)
  const challenge = ctx.authenticators.challengeIn(response) ?? ''
  const asked = await ctx.transact(({ passkeys }) => passkeys.answered(challenge))
  if (asked?.member !== member.id || asked.session !== null)
    throw refused('This question was answered before, or is too old.')
  const made = await ctx.authenticators.created(site, challenge, response)
  await ctx.transact(async ({ passkeys, ledger }) => {
    if (!(await passkeys.insert({ ...made, member: member.id, site: site.id })))
      throw refused(
        `${member.name} has a passkey already.`,
        `If it is lost: grace passkey forget ${member.id}, on Grace's machine.`,
      )
    await ledger.append([
      {
        kind: 'PasskeyMade',
        actor: { kind: 'member', id: member.id },
        facts: { credential: made.id, public_key: made.publicKey },
      },
    ])
  })
}

export async function approveWithPasskey(
  ctx: Ctx,
  actor: Actor,
  { session, reason, response }: { session: string; reason?: string | undefined; response: unknown },
): Promise<Receipt> {
  const member = memberOf(actor)
  const site = siteOf(ctx)
  const challenge = ctx.authenticators.challengeIn(response) ?? ''
  const { asked, passkey, bound } = await ctx.transact(async ({ passkeys, sessions }) => {
    const asked = await passkeys.answered(challenge)
    const found = await sessions.find(session)
    return {
      asked,
      passkey: await passkeys.of(member.id),
      bound: asked && found ? challengeOf(found, member.id, asked.nonce) : undefined,
    }
  })
  if (!asked || asked.member !== member.id || asked.session !== session)
    throw refused('This question was answered before, or is too old.')
  if (!passkey || bound !== challenge) throw refused('The passkey was asked about something else.')
  const { counter, ...assertion } = await ctx.authenticators.asserted(site, passkey, challenge, response)
  return ctx.transact(async (stores) => {
    await stores.passkeys.used(passkey.id, counter)
    return castIn(stores, actor, {
      session,
      vote: 'approve',
      reason,
      passkey: { ...assertion, nonce: asked.nonce },
    })
  })
}
