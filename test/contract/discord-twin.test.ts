// Grace's own Discord adapter, as it is, against a Discord that somebody else wrote: discord-digital-twin.
import { type AddressInfo, Server } from 'node:net'
import {
  type APIMessage,
  ApplicationCommandOptionType,
  ChannelType,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from 'discord.js'
import { DigitalDiscord, generateSnowflake } from 'discord-digital-twin'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { discordChat } from '../../adapters/discord/chat.ts'
import { definitions } from '../../adapters/discord/commands.ts'
import { connectDiscord } from '../../adapters/discord/connection.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import type { Repositories } from '../../src/candidate/repositories.ts'
import type { Card } from '../../src/cards/card.ts'
import type { Chat } from '../../src/chat/chat.ts'
import type { Connection } from '../../src/chat/supervise.ts'
import type { Interacting } from '../../src/commands/interactions.ts'
import { Secret } from '../../src/config/secret.ts'
import { sampleCards } from '../support/cards.ts'
import { freshDatabase, type TestDatabase, testConfig } from '../support/database.ts'

const ADA = generateSnowflake()
const GUILD = generateSnowflake()
const CHANNEL = generateSnowflake()
const TOKEN = 'a.token.of-the-twin'
const CARD: Card = sampleCards().voting
const SESSION = CARD.vote!.session

const twin = new DigitalDiscord({
  botToken: TOKEN,
  guild: { id: GUILD },
  channels: [{ id: CHANNEL, name: 'missions', type: ChannelType.GuildText }],
  users: [{ id: ADA, username: 'ada_d' }],
})
const channel = twin.channel(CHANNEL)
const ada = channel.user(ADA)
const requests: string[] = []
const faults: unknown[] = []
let server: Server
let db: TestDatabase
let chat: Chat
let connection: Connection

/** The twin would listen on every interface. */
async function onLoopback(start: () => Promise<void>): Promise<Server> {
  const { listen } = Server.prototype
  const servers: Server[] = []
  Server.prototype.listen = function (this: Server, port: number, ready: () => void) {
    servers.push(this)
    return listen.call(this, { port, host: '127.0.0.1' }, ready)
  } as typeof listen
  await start().finally(() => {
    Server.prototype.listen = listen
  })
  return servers[0]!
}

const env = () => ({ token: new Secret(TOKEN), apiUrl: twin.restUrl })
const connect = (): Promise<Connection> => {
  const ctx: Interacting = {
    control: {
      transact: db.app.transact,
      config: db.config,
      repositories: {} as Repositories,
      pageOf: String,
    },
    list: missionListOn(db.app.db),
    chats: { discord: chat },
    status: () => ['all is well'],
  }
  return connectDiscord(env(), {
    ctx,
    inbox: db.app,
    chat,
    guild: GUILD,
    onFault: (error) => void faults.push(error),
  })
}

beforeAll(async () => {
  db = await freshDatabase(
    testConfig({ parliament: { members: [{ id: 'ada', name: 'Ada', discord: ADA }] } }),
  )
  server = await onLoopback(() => twin.start())
  server.on('request', ({ method, url }) => void requests.push(`${method} ${url}`))
  chat = discordChat(env())
  connection = await connect()
})
afterEach(() => {
  expect(faults.splice(0)).toEqual([])
  // The twin keeps the first answer to an interaction; there is no second one.
  const answers = calls(/\/callback/)
  expect(new Set(answers).size).toBe(answers.length)
})
afterAll(async () => {
  await connection?.stop()
  await twin.stop()
  await twin.prisma.$disconnect()
  await db?.drop()
})

const calls = (pattern: RegExp) => requests.filter((request) => pattern.test(request))
const answerTo = async (interaction: { id: string }) => {
  await channel.waitForInteractionAck({ interactionId: interaction.id, timeout: 3_000 })
  const { type, data } = (await channel.getInteractionResponse(interaction.id))!
  return { type, data: data === null ? null : JSON.parse(data) }
}
const inboxOf = ({ id }: { id: string }) => db.app.transact(({ inbox }) => inbox.find(`discord:${id}`))
const messageOf = async (id: string): Promise<APIMessage> =>
  (await channel.getMessages()).find((message) => message.id === id)!
const textOf = ({ components }: Pick<APIMessage, 'components'>) => JSON.stringify(components)
const click = async (message: string, label: string) => {
  const found = new RegExp(`\\{[^{}]*"label":"${label}"[^{}]*\\}`).exec(textOf(await messageOf(message)))!
  return ada.clickButton({ messageId: message, customId: JSON.parse(found[0]).custom_id })
}

test('logs in, becomes ready and registers its commands once', async () => {
  expect((server.address() as AddressInfo).address).toBe('127.0.0.1')
  expect(connection.alive()).toBe(true)
  const registered = () => twin.prisma.applicationCommand.findMany({ orderBy: { id: 'asc' } })
  const commands = await registered()
  expect(
    commands.map(({ guildId, name, options }) => ({ guildId, name, options: JSON.parse(options) })),
  ).toEqual(
    definitions().map((one) => ({
      guildId: GUILD,
      name: one.name,
      options: 'options' in one && one.options,
    })),
  )

  await connection.stop()
  expect(connection.alive()).toBe(false)
  connection = await connect()
  expect(connection.alive()).toBe(true)
  expect(calls(/^PUT .*\/commands$/)).toHaveLength(1)
  expect((await registered()).map(({ id }) => id)).toEqual(commands.map(({ id }) => id))
})

test('a card is posted, found, edited in place, and talked about in its thread', async () => {
  const shown = await chat.post(CHANNEL, CARD, 'twin:card')
  const posted = await messageOf(shown.message)
  expect(posted).toMatchObject({ author: { id: twin.botUserId }, flags: MessageFlags.IsComponentsV2 })
  expect(textOf(posted)).toContain('Awaiting your vote')
  expect(await chat.findCard(CHANNEL, CARD, 'twin:card')).toMatchObject({ message: shown.message })

  expect(await chat.edit(CHANNEL, shown, sampleCards().succeeded, undefined)).toEqual(shown)
  const edited = await messageOf(shown.message)
  expect(edited.edited_timestamp).not.toBeNull()
  expect(textOf(edited)).toContain('✅ Complete')
  expect(await channel.getMessages()).toHaveLength(1)
  expect(await chat.edit(CHANNEL, { ...shown, message: generateSnowflake() }, CARD, undefined)).toBe('gone')

  const post = (line: string) => ({ title: 'Measured', lines: [line] })
  const said = await chat.say(CHANNEL, shown, 'M-12', post('p95 is 1.3 ms'), 'twin:first', false)
  const again = await chat.say(
    CHANNEL,
    { ...shown, thread: said.thread },
    'M-12',
    post('once more'),
    'twin:2',
    false,
  )
  expect(again.thread).toBe(said.thread)
  expect(await channel.getThreads()).toMatchObject([
    { id: said.thread, name: 'M-12', thread_metadata: { auto_archive_duration: 10_080 } },
  ])
  const thread = (await twin.thread(said.thread!).getMessages()).filter(({ id }) => id !== shown.message)
  expect(thread.map(({ id }) => id)).toEqual([said.message, again.message])
  expect(textOf(thread[0]!)).toContain('p95 is 1.3 ms')
})

test('a click stands in the inbox when it is acknowledged, and Reject asks for a reason first', async () => {
  const { message } = await chat.post(CHANNEL, CARD, 'twin:votes')
  const approve = await click(message, 'Approve')
  expect(await answerTo(approve)).toEqual({ type: InteractionResponseType.DeferredMessageUpdate, data: null })
  const person = { platform: 'discord', account: ADA, name: 'ada_d' }
  const address = { platform: 'discord', account: ADA, channel: CHANNEL, token: approve.token }
  expect(await inboxOf(approve)).toMatchObject({ ...person, session: SESSION, vote: 'approve', address })

  const reject = await click(message, 'Reject')
  const modal = await answerTo(reject)
  expect(modal.type).toBe(InteractionResponseType.Modal)
  expect(modal.data).toMatchObject({
    custom_id: `1:form:reject:${SESSION}`,
    components: [{ type: ComponentType.Label, component: { custom_id: 'reason', required: true } }],
  })
  expect(await inboxOf(reject)).toBeUndefined()

  // Labels, as they are today: the twin's own submitModal sends rows and no message.
  const sent = await twin.simulateInteraction({
    type: InteractionType.ModalSubmit,
    channelId: CHANNEL,
    userId: ADA,
    messageId: message,
    data: {
      custom_id: modal.data.custom_id,
      components: [
        {
          type: ComponentType.Label,
          id: 1,
          component: { type: ComponentType.TextInput, id: 2, custom_id: 'reason', value: 'too early' },
        },
      ],
    },
  })
  expect(await answerTo(sent)).toEqual({ type: InteractionResponseType.DeferredMessageUpdate, data: null })
  expect(await inboxOf(sent)).toMatchObject({
    ...person,
    session: SESSION,
    vote: 'reject',
    reason: 'too early',
  })
})

test('a command is answered privately, and a phase is completed while it is typed', async () => {
  const subcommand = (name: string, options: object[] = []) => [
    { name, type: ApplicationCommandOptionType.Subcommand, options: options as never },
  ]
  const status = await ada.runSlashCommand({ name: 'grace', options: subcommand('status') })
  expect(await answerTo(status)).toEqual({
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    data: { flags: MessageFlags.Ephemeral },
  })
  const answer = await channel.waitForMessage({ predicate: (one) => textOf(one)?.includes('all is well') })
  expect(textOf(answer)).toContain('You are Ada')
  expect(answer.flags).toBe(MessageFlags.Ephemeral | MessageFlags.IsComponentsV2)
  expect(calls(new RegExp(`^POST .*/webhooks/${twin.botUserId}/${status.token}$`))).toHaveLength(1)

  const typed = { name: 'phase', type: ApplicationCommandOptionType.String, value: 'co', focused: true }
  const completing = await twin.simulateInteraction({
    type: InteractionType.ApplicationCommandAutocomplete,
    channelId: CHANNEL,
    userId: ADA,
    data: { id: generateSnowflake(), name: 'missions', type: 1, options: subcommand('list', [typed]) },
  })
  expect(await answerTo(completing)).toEqual({
    type: InteractionResponseType.ApplicationCommandAutocompleteResult,
    data: { choices: ['consensus', 'complete'].map((phase) => ({ name: phase, value: phase })) },
  })
})
