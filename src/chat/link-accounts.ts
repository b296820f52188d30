// One human on both platforms is one member. A code from one side is redeemed on the other, and both sides confirm
// having seen the other's name. It makes no member, and counts in sessions that open later.
import { randomInt } from 'node:crypto'
import { digestOfText } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Transact } from '../kernel/work.ts'
import type { Standing } from '../mission/context.ts'
import { twiceOneHuman } from '../parliament/one-human.ts'
import type { Counting } from './count-click.ts'
import { type Address, type Person, PLATFORM_NAMES } from './person.ts'

export const CODE_LIFE_MS = 10 * 60_000
/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 8

export type Party = Address & { readonly name: string }

export interface LinkCode {
  readonly digest: string
  readonly member: string
  readonly issuer: Party
  readonly redeemer: Party | null
}

export interface LinkCodes {
  issue(code: Omit<LinkCode, 'redeemer'>, lifeMs: number): Promise<void>
  /** Locked; undefined where it expired, was used or never was. */
  open(digest: string): Promise<LinkCode | undefined>
  redeem(digest: string, redeemer: Party): Promise<void>
  end(digest: string): Promise<void>
}

type Ctx = {
  transact: Transact<Counting & { linkCodes: LinkCodes; standing: Pick<Standing, 'openSessionsOf'> }>
}

const digestOf = (code: string): string => digestOfText(code.toUpperCase().replace(/[^A-Z0-9]/g, ''))

const partyOf = (person: Person, address: Address): Party => ({ ...address, name: person.name })
const personOf = ({ platform, account, name }: Party): Person => ({ platform, account, name })

/** A code of eight letters, shown to its issuer only and good for ten minutes and one use. */
export async function issueLinkCode(ctx: Ctx, person: Person, address: Address): Promise<string> {
  const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  await ctx.transact(async ({ accounts, linkCodes }) => {
    const member = await accounts.memberOf(person)
    if (!member)
      throw new Refusal(
        'forbidden',
        'not_a_member',
        `This ${PLATFORM_NAMES[person.platform]} account is no member yet.`,
        'Begin on the platform where you are one, and redeem the code here.',
      )
    await linkCodes.issue(
      { digest: digestOf(code), member: member.id, issuer: partyOf(person, address) },
      CODE_LIFE_MS,
    )
  })
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

const noSuchCode = (): Refusal =>
  new Refusal(
    'not_found',
    'link_code_unknown',
    'This code is not good: it may be mistyped, used or older than ten minutes.',
    'Ask for a new one with /grace link on the other side.',
  )

/** What the redeemer is asked to confirm. */
export async function lookAtLinkCode(ctx: Ctx, person: Person, code: string): Promise<Party> {
  return ctx.transact(async ({ linkCodes }) => {
    const found = await linkCodes.open(digestOf(code))
    if (!found) throw noSuchCode()
    if (found.issuer.platform === person.platform)
      throw new Refusal(
        'invalid',
        'same_platform',
        `The code comes from ${PLATFORM_NAMES[person.platform]} as well; one member has one account there.`,
        'Redeem it on the other platform.',
      )
    return found.issuer
  })
}

/** The redeemer confirmed: now the issuer is asked. Returns where. */
export async function redeemLinkCode(
  ctx: Ctx,
  person: Person,
  address: Address,
  code: string,
): Promise<Party> {
  const issuer = await lookAtLinkCode(ctx, person, code)
  await ctx.transact(async ({ linkCodes }) => {
    const found = await linkCodes.open(digestOf(code))
    // Who redeemed it first is whom the issuer was shown: nobody takes their place afterwards.
    if (!found || (found.redeemer && found.redeemer.account !== person.account)) throw noSuchCode()
    await linkCodes.redeem(digestOf(code), partyOf(person, address))
  })
  return issuer
}

/** The issuer confirmed: the link stands. Returns the redeemer, to be told. */
export async function confirmLink(ctx: Ctx, person: Person, code: string): Promise<Party> {
  return ctx.transact(async (stores) => {
    const { accounts, linkCodes, ledger } = stores
    const found = await linkCodes.open(digestOf(code))
    if (
      !found?.redeemer ||
      found.issuer.platform !== person.platform ||
      found.issuer.account !== person.account
    )
      throw noSuchCode()
    const other = personOf(found.redeemer)
    const was = await accounts.memberOf(other)
    await accounts.link(other, found.member)
    await linkCodes.end(found.digest)
    await ledger.append([
      {
        kind: 'AccountLinked',
        actor: { kind: 'member', id: found.member },
        facts: {
          platform: other.platform,
          account: other.account,
          member: found.member,
          was: was?.id ?? null,
        },
      },
    ])
    if (was && was.id !== found.member)
      for (const session of await stores.standing.openSessionsOf(found.member))
        await twiceOneHuman(stores, session, found.member)
    return found.redeemer
  })
}

/** Takes a link back. Accounts that grace.yaml names are changed there. */
export async function unlinkAccount(ctx: Ctx, person: Person): Promise<void> {
  await ctx.transact(async ({ accounts, ledger }) => {
    const member = await accounts.memberOf(person)
    const links = member ? (await accounts.standing(member.id)).filter((one) => one.source === 'link') : []
    if (!member || links.length === 0)
      throw new Refusal(
        'not_found',
        'no_link',
        'No account is linked to you.',
        'Accounts that grace.yaml names are changed there.',
      )
    for (const link of links) await accounts.unlink(link)
    await ledger.append([
      {
        kind: 'AccountUnlinked',
        actor: { kind: 'member', id: member.id },
        facts: { member: member.id, accounts: links.map((link) => `${link.platform}:${link.account}`) },
      },
    ])
  })
}
