import type { Actor, Scope } from '../kernel/actor.ts'
import { oneLine } from '../kernel/text.ts'
import type { Person } from './person.ts'

export interface Accounts {
  /** Who this account is: as linked at that time (a link takes effect for later sessions), else as grace.yaml says. */
  memberOf(
    person: Pick<Person, 'platform' | 'account'>,
    at?: Date,
  ): Promise<{ id: string; name: string } | undefined>
  /** Other members that are the same human, because an account of theirs was linked to this one's. */
  sameHuman(member: string): Promise<readonly string[]>
  standing(member: string): Promise<readonly (Person & { source: 'config' | 'link' })[]>
  link(person: Person, member: string): Promise<void>
  /** False where there was no link. */
  unlink(person: Pick<Person, 'platform' | 'account'>): Promise<boolean>
}

/** What a person may do from chat; who may vote on which target is the electorate's matter. */
const SCOPES_OF_A_MEMBER: readonly Scope[] = ['read', 'propose', 'vote']

export const actorOf = (person: Person, member: { id: string; name: string } | undefined): Actor =>
  member
    ? { kind: 'member', ...member, via: person.platform, scopes: SCOPES_OF_A_MEMBER }
    : {
        kind: 'guest',
        id: `${person.platform}:${person.account}`,
        name: oneLine(person.name, 80) || person.account,
        via: person.platform,
        scopes: ['read'],
      }
