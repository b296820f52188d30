// One grammar for slash commands on every surface: what a command is called, takes, does, and who may use it.
import type { Form, Reply } from '../cards/post.ts'
import type { Address, Person } from '../chat/person.ts'
import type { ChatControl } from '../chat/stores.ts'
import type { Actor } from '../kernel/actor.ts'
import type { MissionList } from '../mission/list-missions.ts'

/** Who may: anybody in the channel, a member of grace.yaml, a member who votes on that target. */
export type Role = 'reader' | 'member' | 'voter'

export interface Arg {
  readonly name: 'phase' | 'target' | 'mission' | 'check' | 'field' | 'text' | 'reason' | 'code' | 'page'
  readonly required: boolean
  readonly help: string
}

export interface Speaking {
  readonly control: Pick<ChatControl, 'transact' | 'config' | 'repositories' | 'pageOf'>
  readonly list: MissionList
  /** State of each part, for /grace status. */
  readonly status: () => readonly string[]
  /** A link that signs a member in to the console; absent where people can't reach it. */
  readonly signInLink?: (member: string) => Promise<string>
}

/** Who speaks from anywhere, a terminal included. */
export interface Acting {
  readonly actor: Actor
}

/** Who speaks from a chat. */
export interface Speaker extends Acting {
  readonly person: Person
  readonly address: Address
}

export type Values = Readonly<Partial<Record<Arg['name'], string>>>

/** `Who`: what it has to know of who says it. */
export interface Command<Who extends Acting = Speaker> {
  readonly slash: 'missions' | 'grace'
  readonly name: string
  readonly args: readonly Arg[]
  readonly role: Role
  readonly help: string
  readonly example: string
  /** Answers with a form: it has to be opened at once, before anything is looked up. */
  readonly form?: () => Form
  readonly run: (ctx: Speaking, speaker: Who, values: Values) => Promise<Reply>
}
