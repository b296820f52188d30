// Who may vote in one session: a snapshot, taken when it opens.
import type { Config, Target } from '../config/config.ts'
import type { ActorRef } from '../kernel/actor.ts'
import { digestOfText } from '../kernel/digest.ts'
import { everyMemberOf, type Voting } from './one-human.ts'

export interface Elector {
  readonly member: string
  readonly name: string
  /** Authors of the patch or the claim may not approve, unless only one person is eligible. */
  readonly mayApprove: boolean
  readonly author: boolean
}

/** `voters` are the target's active members; feedback makes nobody an author. */
export function electorateOf(
  voters: readonly { readonly id: string; readonly name: string }[],
  authors: readonly ActorRef[],
): Elector[] {
  const wrote = (id: string) => authors.some((author) => author.kind === 'member' && author.id === id)
  return voters.map(({ id, name }) => ({
    member: id,
    name,
    author: wrote(id),
    mayApprove: !wrote(id) || voters.length === 1,
  }))
}

/** That of a target now: its voters, and who wrote the change by whichever of their members. */
export async function electorateNow(
  { accounts }: Pick<Voting, 'accounts'>,
  config: Pick<Config, 'members'>,
  target: Pick<Target, 'voters'>,
  authors: readonly ActorRef[],
): Promise<Elector[]> {
  const voters = config.members.filter((member) => target.voters.includes(member.id))
  return electorateOf(voters, await everyMemberOf(accounts, authors))
}

/** Only one person is eligible and that person wrote it: every card says so. */
export const selfApproved = (electors: readonly Elector[]): boolean =>
  electors.length === 1 && electors[0]!.author

/** The same as grace.electorate_digest in the database: one line a member, in byte order. */
export const electorateDigest = (electors: readonly Elector[]): string =>
  digestOfText(
    electors
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.member), Buffer.from(b.member)))
      .map((e) => `${e.member} ${e.mayApprove ? 1 : 0}`)
      .join('\n'),
  )
