import { ACCOUNT } from './account.ts'
import { ACTING, STOPPING } from './acting.ts'
import type { Command, Role } from './command.ts'
import { READING } from './reading.ts'

export const COMMANDS: readonly Command[] = [...READING, ...ACTING, ...STOPPING, ...ACCOUNT]

/** Who may press what. A vote is the electorate's matter: every click ends in a receipt that says so. */
export const BUTTON_ROLES = {
  'vote:approve': 'reader',
  'vote:reject': 'reader',
  'vote:abstain': 'reader',
  'vote:withdrawn': 'reader',
  'ask:approve': 'reader',
  details: 'reader',
  revise: 'member',
  rollback: 'voter',
  'list:next': 'reader',
  'link:redeem': 'reader',
  'link:confirm': 'reader',
} as const satisfies Readonly<Record<string, Role>>
export type ButtonAction = keyof typeof BUTTON_ROLES
