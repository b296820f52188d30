import type { Transact } from '../kernel/work.ts'
import type { MissionControl, Stores } from '../mission/context.ts'
import type { Accounts } from './accounts.ts'
import type { Cards, Posts } from './card-record.ts'
import type { Inbox } from './inbox.ts'
import type { LinkCodes } from './link-accounts.ts'

/** What Mission Control keeps, and what the conversation with people does. */
export interface ChatStores extends Stores {
  readonly inbox: Inbox
  readonly accounts: Accounts
  readonly linkCodes: LinkCodes
  readonly cards: Cards
  readonly posts: Posts
}

export interface ChatControl extends Omit<MissionControl, 'transact'> {
  readonly transact: Transact<ChatStores>
}
