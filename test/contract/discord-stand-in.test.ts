// The stand-in for Discord, held against an unmodified discord.js and against Discord's own OpenAPI document.
import { once } from 'node:events'
import {
  type ButtonInteraction,
  Client,
  type ClientEvents,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
  Routes,
  type TextChannel,
} from 'discord.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Discord, type Options, startDiscord } from '../support/discord/discord.ts'
import { specification } from '../support/discord/specification.ts'
import type { Outcome, User } from '../support/discord/types.ts'

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
]
/** A picture of 1 by 1. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const POST = 'POST /channels/{channel_id}/messages'
const EDIT = 'PATCH /channels/{channel_id}/messages/{message_id}'
const CALLBACK = 'POST /interactions/{interaction_id}/{interaction_token}/callback'
const V2 = MessageFlags.IsComponentsV2

let discord: Discord
let ada: User
const clients: Client[] = []

beforeEach(async () => {
  discord = await startDiscord()
  ada = discord.addUser('ada')
})

afterEach(async () => {
  const faults = [...discord.answerViolations, ...discord.schemaViolations]
  await Promise.all(clients.splice(0).map((client) => client.destroy()))
  await discord.close()
  expect(faults.map(({ route, faults }) => ({ route, faults }))).toEqual([])
})

/** An unmodified client, logged in and ready. */
async function login(intents = INTENTS, at = discord): Promise<Client<true>> {
  const client = new Client({ intents, rest: { api: at.url }, allowedMentions: { parse: [] } })
  client.on(Events.Error, () => {})
  clients.push(client)
  const ready = once(client, Events.ClientReady)
  await client.login(at.token)
  await ready
  return client as Client<true>
}

const channelOf = (client: Client) => client.channels.cache.get(discord.channel.id) as TextChannel

/** What the bot does with the next interaction; a fault in it fails the test. */
function answering<T extends Interaction>(client: Client, act: (interaction: T) => Promise<unknown>) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  client.once(Events.InteractionCreate, (interaction) => {
    act(interaction as T).then(() => resolve(), reject)
  })
  return promise
}

async function next<E extends keyof ClientEvents>(client: Client, event: E): Promise<ClientEvents[E]> {
  return (await once(client, event)) as ClientEvents[E]
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'carried out',
    (error) => (error instanceof DiscordAPIError ? error.code : error),
  )

const acknowledged = (outcome: Outcome) => {
  if (outcome === 'not acknowledged') throw new Error(outcome)
  return outcome
}

const button = (custom_id: string, label = custom_id, more = {}) => ({
  type: 2,
  style: 1,
  custom_id,
  label,
  ...more,
})
const row = (...components: object[]) => ({ type: 1, components })
const text = (content: string) => ({ type: 10, content })
const modal = {
  custom_id: 'veto:1',
  title: 'Veto',
  components: [
    {
      type: 18,
      label: 'Reason',
      description: 'Everyone will read it',
      component: { type: 4, custom_id: 'reason', style: 2, min_length: 3, max_length: 20, required: true },
    },
  ],
}
const commands = [
  {
    name: 'mission',
    description: 'Missions',
    options: [
      {
        type: 1,
        name: 'show',
        description: 'Shows one',
        options: [{ type: 3, name: 'id', description: 'Which', required: true, autocomplete: true }],
      },
    ],
  },
]

async function card(client: Client) {
  return channelOf(client).send({
    flags: V2,
    components: [
      {
        type: 17,
        components: [text('A proposal'), row(button('approve:1', 'Approve'), button('veto:1', 'Veto'))],
      },
    ] as never,
  })
}

describe('a client', () => {
  test('logs in, learns its guild and channel, and counts one identify', async () => {
    const client = await login()
    expect(client.user.id).toBe(discord.bot.id)
    expect(client.guilds.cache.get(discord.guild.id)?.name).toBe('Grace')
    expect(channelOf(client).name).toBe('missions')
    expect((await client.application.fetch()).id).toBe(discord.applicationId)
    expect((await client.guilds.cache.first()?.members.fetch(ada.id))?.displayName).toBe('ada')
    expect(discord.gateway.identifies).toHaveLength(1)
  })

  test('with a wrong token is told so', async () => {
    const client = new Client({ intents: INTENTS, rest: { api: discord.url } })
    clients.push(client)
    await expect(client.login('wrong')).rejects.toThrow('An invalid token was provided')
  })

  test('asking for message content that the portal has not granted is closed with 4014', async () => {
    await discord.close()
    discord = await startDiscord({ messageContent: false } satisfies Options)
    const client = new Client({ intents: INTENTS, rest: { api: discord.url } })
    clients.push(client)
    const failed = once(client, Events.ShardError)
    const [error] = await Promise.race([failed, client.login(discord.token).catch((thrown) => [thrown])])
    expect(String(error)).toContain('disallowed intents')
  })

  test('without the intent reads replies only where it is mentioned', async () => {
    const client = await login([GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages])
    const read: string[] = []
    client.on(Events.MessageCreate, ({ content }) => read.push(content))
    const last = new Promise((resolve) =>
      client.on(Events.MessageCreate, () => read.length === 2 && resolve(0)),
    )
    discord.reply({ user: ada, threadId: discord.channel.id, content: 'secret' })
    discord.reply({ user: ada, threadId: discord.channel.id, content: `<@${discord.bot.id}> status` })
    await last
    expect(read).toEqual(['', `<@${discord.bot.id}> status`])
  })
})

describe('messages', () => {
  test('a card with a chart is posted, shown and edited', async () => {
    const client = await login()
    const sent = await channelOf(client).send({
      flags: V2,
      files: [{ attachment: PNG, name: 'chart.png', description: 'before and after' }],
      components: [
        { type: 12, items: [{ media: { url: 'attachment://chart.png' }, description: 'A chart' }] },
        text('p95 falls by 12 %'),
      ] as never,
    })
    // Files that a component shows are left out of `attachments` (discord-api-docs#8279).
    expect(sent.attachments.size).toBe(0)
    const [stored] = discord.messages(discord.channel.id)
    expect(stored?.files[0]).toMatchObject({
      filename: 'chart.png',
      width: 1,
      height: 1,
      description: 'before and after',
    })
    const shown = stored?.components[0]?.items?.[0]?.media as { url: string }
    expect(Buffer.from(await (await fetch(shown.url)).arrayBuffer())).toEqual(PNG)

    const updated = next(client, Events.MessageUpdate)
    await sent.edit({ components: [text('p95 fell by 11 %'), row(button('a'))] as never })
    await updated
    const after = discord.message(sent.id)
    expect(after?.components[0]?.content).toBe('p95 fell by 11 %')
    expect(after?.files).toHaveLength(1)
    expect(after?.history).toHaveLength(2)
    expect(discord.editsPerSecond(discord.channel.id)).toBe(1)
    expect(discord.warnings).toEqual([])

    await sent.delete()
    expect(await codeOf(channelOf(client).messages.fetch(sent.id))).toBe(10008)
  })

  test('an edit keeps, replaces or drops files as `attachments` says', async () => {
    const client = await login()
    const gallery = (name: string) =>
      ({ type: 12, items: [{ media: { url: `attachment://${name}` } }] }) as never
    const file = (name: string) => ({ attachment: PNG, name })
    const sent = await channelOf(client).send({
      flags: V2,
      files: [file('a.png')],
      components: [gallery('a.png')],
    })
    await sent.edit({ files: [file('b.png')], components: [gallery('b.png')] })
    expect(discord.message(sent.id)?.files.map(({ filename }) => filename)).toEqual(['b.png'])
    expect(await codeOf(sent.edit({ components: [gallery('a.png')] }))).toBe(50035)
    expect(await codeOf(sent.edit({ attachments: [], components: [gallery('b.png')] }))).toBe(50035)
    const old = discord.messages(discord.channel.id)[0]?.components[0]?.items?.[0]?.media as { url: string }
    await sent.edit({ components: [{ type: 12, items: [{ media: { url: old.url } }] }] as never })
  })

  test('components v2 can not be taken back, and stand alone', async () => {
    const client = await login()
    const sent = await card(client)
    expect(await codeOf(sent.edit({ content: 'plain' }))).toBe(50035)
    expect(await codeOf(sent.edit({ flags: MessageFlags.SuppressEmbeds }))).toBe(50035)
  })

  test('the same nonce posts once, until it is forgotten', async () => {
    const client = await login()
    const post = () =>
      channelOf(client).send({ content: 'once', nonce: 'mission:1:card', enforceNonce: true })
    const [first, second] = [await post(), await post()]
    expect(second.id).toBe(first.id)
    discord.skip(6 * 60_000)
    expect((await post()).id).not.toBe(first.id)
  })

  test('a missing allowed_mentions is noted, and an unguarded text calls people', async () => {
    const client = await login()
    const body = { content: `<@${ada.id}> @everyone` }
    await client.rest.post(Routes.channelMessages(discord.channel.id), { body })
    expect(discord.warnings).toMatchObject([{ route: POST, warning: 'allowed_mentions is missing' }])
    await channelOf(client).send(body)
    const [unguarded, guarded] = discord.messages(discord.channel.id)
    expect(unguarded).toMatchObject({ mention_everyone: true, mentions: [{ id: ada.id }] })
    expect(guarded).toMatchObject({ mention_everyone: false, mentions: [] })
    expect(discord.warnings).toHaveLength(1)
  })

  test('a thread hangs on its message, takes replies, and wakes when written in', async () => {
    const client = await login()
    const message = await card(client)
    const thread = await message.startThread({ name: 'Discussion' })
    expect(thread.id).toBe(message.id)
    const again = Routes.threads(discord.channel.id, message.id)
    expect(await call('POST', again, { name: 'Again' })).toBe(160004)

    const created = next(client, Events.MessageCreate)
    const written = discord.reply({ user: ada, threadId: thread.id, content: 'Why now?' })
    const [reply] = await created
    expect(reply).toMatchObject({ content: 'Why now?', channelId: thread.id })
    await reply.react('👀')
    expect(discord.message(written.id)?.reactions).toEqual([{ emoji: '👀', by: discord.bot.id }])
    await thread.send('Because p95 rose')
    expect(discord.thread(message.id)?.messages.map(({ content }) => content)).toEqual([
      'Why now?',
      'Because p95 rose',
    ])

    discord.edit({ messageId: written.id, content: 'Why?' })
    await next(client, Events.MessageUpdate)
    discord.archive(thread.id)
    expect(await codeOf(reply.react('✅'))).toBe(50083)
    await thread.send('wakes it')
    expect(discord.thread(message.id)?.channel.thread_metadata?.archived).toBe(false)
    discord.archive(thread.id, { locked: true })
    expect(await codeOf(thread.send('too late'))).toBe(50083)
  })

  test('a reply in an archived thread reaches a client that never knew of the thread', async () => {
    const first = await login()
    const thread = await (await card(first)).startThread({ name: 'Discussion' })
    discord.archive(thread.id)
    const second = await login()
    expect(second.channels.cache.has(thread.id)).toBe(false)
    const created = next(second, Events.MessageCreate)
    discord.reply({ user: ada, threadId: thread.id, content: 'Still there?' })
    expect((await created)[0].content).toBe('Still there?')
  })

  test('a reaction of a person is an event', async () => {
    const client = await login()
    const sent = await channelOf(client).send('hello')
    const reacted = next(client, Events.MessageReactionAdd)
    discord.react({ user: ada, messageId: sent.id, emoji: '👍' })
    expect((await reacted)[0].emoji.name).toBe('👍')
  })

  test('a lost permission, channel or message is refused as Discord does', async () => {
    const client = await login()
    const channel = channelOf(client)
    const sent = await channel.send('hello')
    discord.deny(channel.id, 'SendMessages')
    expect(await codeOf(channel.send('more'))).toBe(50013)
    discord.deny(channel.id, 'ViewChannel')
    expect(await codeOf(channel.send('more'))).toBe(50001)
    discord.allow(channel.id)
    discord.remove({ messageId: sent.id })
    expect(await codeOf(sent.edit('more'))).toBe(10008)
    discord.removeChannel(channel.id)
    expect(await codeOf(channel.send('more'))).toBe(10003)
  })
})

describe('interactions', () => {
  test('a click is deferred and answered in private', async () => {
    const client = await login()
    const message = await card(client)
    const done = answering<ButtonInteraction>(client, async (click) => {
      await click.deferUpdate()
      await click.followUp({ content: 'Your vote counts', flags: MessageFlags.Ephemeral })
    })
    const click = { user: ada, channelId: discord.channel.id, messageId: message.id }
    const outcome = acknowledged(await discord.click({ ...click, label: 'Approve' }))
    expect(outcome.type).toBe(6)
    expect(outcome.acknowledgedInMs).toBeLessThan(1000)
    await done
    expect(discord.privateTo(ada.id).map(({ content }) => content)).toEqual(['Your vote counts'])
    expect(discord.messages(discord.channel.id)).toHaveLength(1)
    expect(() => discord.click({ ...click, customId: 'approve:2' })).toThrow('no button approve:2')
  })

  test('a click may update its message at once', async () => {
    const client = await login()
    const message = await card(client)
    const done = answering<ButtonInteraction>(client, (click) =>
      click.update({ components: [text('Closed'), row(button('x', 'x', { disabled: true }))] as never }),
    )
    const click = { user: ada, channelId: discord.channel.id, messageId: message.id }
    expect(acknowledged(await discord.click({ ...click, customId: 'veto:1' })).type).toBe(7)
    await done
    expect(() => discord.click({ ...click, customId: 'x' })).toThrow('disabled')
  })

  test('a modal is the first response, is filled in and submitted', async () => {
    const client = await login()
    const message = await card(client)
    const opened = answering<ButtonInteraction>(client, (click) => click.showModal(modal as never))
    const place = { user: ada, channelId: discord.channel.id, messageId: message.id }
    expect(acknowledged(await discord.click({ ...place, label: 'Veto' })).data.title).toBe('Veto')
    await opened
    expect(() => discord.submit({ user: ada, values: {} })).toThrow('must be filled in')
    expect(() => discord.submit({ user: ada, values: { reason: 'x'.repeat(21) } })).toThrow('at most 20')
    let reason = ''
    const done = answering<ModalSubmitInteraction>(client, async (submitted) => {
      reason = submitted.fields.getTextInputValue('reason')
      await submitted.deferUpdate()
      await submitted.followUp({ content: 'Vetoed', flags: MessageFlags.Ephemeral })
    })
    await discord.submit({ user: ada, customId: 'veto:1', values: { reason: 'too risky' } })
    await done
    expect(reason).toBe('too risky')
    expect(discord.privateTo(ada.id)).toHaveLength(1)
  })

  test('a command is deferred in private and answered later', async () => {
    const client = await login()
    await client.application.commands.set(commands, discord.guild.id)
    const done = answering(client, async (used) => {
      if (!used.isChatInputCommand()) throw new Error('no command')
      await used.deferReply({ flags: MessageFlags.Ephemeral })
      expect(used.options.getSubcommand()).toBe('show')
      await used.editReply({ flags: V2, components: [text(used.options.getString('id', true))] as never })
    })
    const use = { user: ada, channelId: discord.channel.id, name: 'mission', subcommand: 'show' }
    expect(() => discord.command(use)).toThrow('option id is required')
    expect(acknowledged(await discord.command({ ...use, options: { id: 'm-1' } })).type).toBe(5)
    await done
    expect(discord.privateTo(ada.id)[0]?.components[0]?.content).toBe('m-1')
    expect(discord.commands).toHaveLength(1)
  })

  test('an option completes itself', async () => {
    const client = await login()
    await client.application.commands.set(commands)
    const done = answering(client, async (typing) => {
      if (!typing.isAutocomplete()) throw new Error('no autocomplete')
      await typing.respond([{ name: `${typing.options.getFocused()}-1`, value: 'm-1' }])
    })
    const use = { user: ada, channelId: discord.channel.id, name: 'mission', subcommand: 'show' }
    const choices = await discord.autocomplete({ ...use, focused: 'id', value: 'lat' })
    expect(choices).toEqual([{ name: 'lat-1', value: 'm-1' }])
    await done
  })

  test('a second response is 40060, a follow-up before the first 10015, one after 15 minutes 50027', async () => {
    const client = await login()
    const message = await card(client)
    const codes: unknown[] = []
    const done = answering<ButtonInteraction>(client, async (click) => {
      const respond = () =>
        client.rest.post(Routes.interactionCallback(click.id, click.token), { body: { type: 6 } })
      codes.push(await codeOf(click.webhook.send('early')))
      await respond()
      codes.push(await codeOf(respond()))
      discord.skip(15 * 60_000 + 1)
      codes.push(await codeOf(click.webhook.send('late')))
    })
    await discord.click({ user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Approve' })
    await done
    expect(codes).toEqual([10015, 40060, 50027])
  })

  test('a response after three seconds is 10062, and the person saw none', async () => {
    await discord.close()
    discord = await startDiscord({ acknowledgeWithinMs: 100 })
    ada = discord.addUser('ada')
    const client = await login()
    const message = await card(client)
    discord.faults.delayInteractions(150, 1)
    let code: unknown
    const done = answering<ButtonInteraction>(client, async (click) => {
      code = await codeOf(click.deferUpdate())
    })
    const click = { user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Approve' }
    expect(await discord.click(click)).toBe('not acknowledged')
    await done
    expect(code).toBe(10062)
  })

  test('responses that do not fit are refused', async () => {
    const client = await login()
    const message = await card(client)
    const codes: unknown[] = []
    const done = answering<ButtonInteraction>(client, async (click) => {
      const respond = (body: object) =>
        client.rest.post(Routes.interactionCallback(click.id, click.token), {
          body,
          query: new URLSearchParams(),
        })
      codes.push(await codeOf(respond({ type: 5, data: { flags: V2 } })))
      codes.push(await codeOf(respond({ type: 8, data: { choices: [] } })))
      codes.push(await codeOf(respond({ type: 9, data: { ...modal, components: [] } })))
      await click.deferUpdate()
    })
    await discord.click({ user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Approve' })
    await done
    expect(codes).toEqual([50035, 50035, 50035])
    discord.schemaViolations.length = 0
  })
})

describe('when it goes wrong', () => {
  test('a dropped connection is resumed and loses nothing', async () => {
    const client = await login()
    const read: string[] = []
    client.on(Events.MessageCreate, ({ content }) => read.push(content))
    const resumed = next(client, Events.ShardResume)
    discord.gateway.drop()
    discord.reply({ user: ada, threadId: discord.channel.id, content: 'one' })
    discord.reply({ user: ada, threadId: discord.channel.id, content: 'two' })
    await resumed
    expect(read).toEqual(['one', 'two'])
    expect(discord.gateway.identifies).toHaveLength(1)
  })

  test('a request to reconnect is followed, also past a gateway that is away', async () => {
    const client = await login()
    const resumed = next(client, Events.ShardResume)
    discord.faults.refuseGateway(700)
    discord.gateway.askToReconnect()
    await resumed
    expect(discord.gateway.refused).toBeGreaterThan(0)
    expect(discord.gateway.identifies).toHaveLength(1)
  })

  // About 5 s: discord.js keeps that long between two identifies.
  test('a session is lost when Discord forgot it, and when a reconnect finds the network broken', async () => {
    const elsewhere = await startDiscord()
    const lose = async (at: Discord, breaks: () => void) => {
      const client = await login(INTENTS, at)
      const read: string[] = []
      client.on(Events.MessageCreate, ({ content }) => read.push(content))
      const ready = next(client, Events.ShardReady)
      breaks()
      at.reply({ user: at.addUser('bob'), threadId: at.channel.id, content: 'missed' })
      await ready
      expect(at.gateway.identifies).toHaveLength(2)
      return read
    }
    const forgotten = lose(discord, () => {
      discord.gateway.forgetSessions()
      discord.gateway.drop(4000)
    })
    const broken = lose(elsewhere, () => {
      elsewhere.faults.refuseGateway(700, 'reset')
      elsewhere.gateway.drop()
    })
    expect(await Promise.all([forgotten, broken])).toEqual([[], []])
    expect(elsewhere.gateway.refused).toBeGreaterThan(0)
    await elsewhere.close()
  })

  test('missing heartbeat acknowledgements make the client leave and resume', async () => {
    await discord.close()
    discord = await startDiscord({ heartbeatIntervalMs: 100 })
    const client = await login()
    discord.faults.missHeartbeats = true
    const resumed = next(client, Events.ShardResume)
    await next(client, Events.ShardReconnecting)
    discord.faults.missHeartbeats = false
    await resumed
  })

  test.each(['user', 'global'] as const)('a 429 of scope %s is kept to', async (scope) => {
    const client = await login()
    discord.faults.rateLimit(POST, 1, { retryAfterMs: 300, scope })
    const before = Date.now()
    await channelOf(client).send('patience')
    expect(Date.now() - before).toBeGreaterThanOrEqual(300)
    expect(discord.rateLimits.ignored).toBe(0)
    expect(discord.requests.filter(({ route }) => route === POST).map(({ status }) => status)).toEqual([
      429, 200,
    ])
  })

  test('a bucket that is used up makes the client wait by itself', async () => {
    const client = await login()
    discord.rateLimits.size(EDIT, 2, 400)
    const sent = await channelOf(client).send('0')
    for (const content of ['1', '2', '3']) await sent.edit(content)
    expect(discord.requests.filter(({ status }) => status === 429)).toEqual([])
    expect(discord.peak(EDIT, 400)).toBe(2)
  })

  test('a server error is tried again by the client', async () => {
    const client = await login()
    discord.faults.fail(POST, 2, 502)
    await channelOf(client).send('third time')
    expect(discord.requests.filter(({ route }) => route === POST).map(({ status }) => status)).toEqual([
      502, 502, 200,
    ])
  })

  test('a lost answer: a closed socket is an error, a reset one is sent again and posts twice without a nonce', async () => {
    const client = await login()
    discord.faults.loseAnswer(POST, 1)
    expect(await codeOf(channelOf(client).send('closed'))).toBeInstanceOf(Error)
    discord.faults.loseAnswer(POST, 1, 'reset')
    await channelOf(client).send('reset')
    discord.faults.loseAnswer(POST, 1, 'reset')
    await channelOf(client).send({ content: 'nonce', nonce: 'n', enforceNonce: true })
    const texts = discord.messages(discord.channel.id).map(({ content }) => content)
    expect(texts).toEqual(['closed', 'reset', 'reset', 'nonce'])
    discord.faults.loseRequest(POST, 1)
    await codeOf(channelOf(client).send('never'))
    expect(discord.messages(discord.channel.id)).toHaveLength(4)
  })

  test('an acknowledgement whose answer is lost comes back as 40060', async () => {
    const client = await login()
    const message = await card(client)
    discord.faults.loseAnswer(CALLBACK, 1, 'reset')
    let code: unknown
    const done = answering<ButtonInteraction>(client, async (click) => {
      code = await codeOf(click.deferUpdate())
    })
    const click = { user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Approve' }
    expect(acknowledged(await discord.click(click)).type).toBe(6)
    await done
    expect(code).toBe(40060)
  })

  test('an interaction delivered twice has one id; made-up refusals are as the real ones', async () => {
    const client = await login()
    const message = await card(client)
    const ids: string[] = []
    const twice = new Promise((resolve) =>
      client.on(Events.InteractionCreate, ({ id }) => ids.push(id) === 2 && resolve(0)),
    )
    discord.faults.duplicateInteractions(1)
    discord.faults.refuseCallbacks(10062, 1)
    let code: unknown
    const done = answering<ButtonInteraction>(client, async (click) => {
      code = await codeOf(click.deferUpdate())
      await click.deferUpdate()
    })
    await discord.click({ user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Approve' })
    await Promise.all([twice, done])
    expect(ids[0]).toBe(ids[1])
    expect(code).toBe(10062)
  })

  test('a revoked token is 401, once: discord.js forgets its token then', async () => {
    const client = await login()
    discord.faults.unauthorized = true
    expect(await codeOf(channelOf(client).send('hello'))).toBe(0)
    expect(String(await codeOf(channelOf(client).send('hello')))).toContain('token to be set')
    expect(discord.invalidAnswers).toBe(1)
  })

  test('calls can be slow, or held until let go', async () => {
    const client = await login()
    const release = discord.faults.hold(POST)
    const sending = channelOf(client).send('held')
    await discord.until(() => discord.requests.some(({ route }) => route === POST))
    expect(discord.messages(discord.channel.id)).toHaveLength(0)
    release()
    await sending
    discord.faults.latency(80, POST)
    const before = Date.now()
    await channelOf(client).send('slow')
    expect(Date.now() - before).toBeGreaterThanOrEqual(80)
  })

  test('two processes with the same token both get every event', async () => {
    const both = await Promise.all([login(), login()])
    const seen = both.map((client) => next(client, Events.MessageCreate))
    discord.reply({ user: ada, threadId: discord.channel.id, content: 'hello' })
    for (const [message] of await Promise.all(seen)) expect(message.content).toBe('hello')
  })
})

/** At the limit, and one past it. */
type Row = [name: string, max: number, body: (n: number) => object]

const x = (n: number) => 'x'.repeat(n)
const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i))
const v2 = (...components: object[]) => ({ flags: V2, components })
const embed = (more: object) => ({ embeds: [{ title: 't', ...more }] })
const menu = (more: object) =>
  v2(row({ type: 3, custom_id: 'm', options: [{ label: 'a', value: 'a' }], ...more }))
const gallery = (items: object[]) => v2({ type: 12, items })
const picture = { media: { url: 'https://example.com/a.png' } }
const section = (n: number) => v2({ type: 9, components: times(n, () => text('t')), accessory: button('b') })

const MESSAGE_LIMITS: Row[] = [
  ['content', 2000, (n) => ({ content: x(n) })],
  ['content in code points', 2000, (n) => ({ content: '🙂'.repeat(n) })],
  ['embeds', 10, (n) => ({ embeds: times(n, () => ({ title: 't' })) })],
  [
    'text over all embeds',
    6000,
    (n) => ({ embeds: [{ description: x(4000) }, { description: x(n - 4000) }] }),
  ],
  ['embed title', 256, (n) => embed({ title: x(n) })],
  ['embed description', 4096, (n) => embed({ description: x(n) })],
  ['embed field name', 256, (n) => embed({ fields: [{ name: x(n), value: 'v' }] })],
  ['embed field value', 1024, (n) => embed({ fields: [{ name: 'n', value: x(n) }] })],
  ['embed footer', 2048, (n) => embed({ footer: { text: x(n) } })],
  ['embed fields', 25, (n) => embed({ fields: times(n, () => ({ name: 'n', value: 'v' })) })],
  ['components v2 at the top', 40, (n) => v2(...times(n, () => text('t')))],
  [
    'components v2 in total, nested counted',
    40,
    (n) => v2({ type: 17, components: times(n - 1, () => text('t')) }),
  ],
  ['one text display', 4000, (n) => v2(text(x(n)))],
  [
    'all text displays together',
    4000,
    (n) => v2(text(x(2000)), { type: 17, components: [text(x(n - 2000))] }),
  ],
  ['texts of a section', 3, section],
  ['items of a media gallery', 10, (n) => gallery(times(n, () => picture))],
  ['alt text', 1024, (n) => gallery([{ ...picture, description: x(n) }])],
  ['buttons of a row', 5, (n) => v2(row(...times(n, (i) => button(`b${i}`))))],
  ['selects of a row', 1, (n) => v2(row(...times(n, (i) => ({ type: 5, custom_id: `s${i}` }))))],
  ['legacy rows', 5, (n) => ({ content: 'c', components: times(n, (i) => row(button(`b${i}`))) })],
  ['custom_id', 100, (n) => v2(row(button(x(n), 'l')))],
  ['button label', 80, (n) => v2(row(button('b', x(n))))],
  ['button url', 512, (n) => v2(row({ type: 2, style: 5, label: 'l', url: `https://e.com/${x(n - 14)}` }))],
  ['select options', 25, (n) => menu({ options: times(n, (i) => ({ label: 'l', value: `${i}` })) })],
  ['select placeholder', 150, (n) => menu({ placeholder: x(n) })],
  ['nonce', 25, (n) => ({ content: 'c', nonce: x(n) })],
]

const MODAL_LIMITS: Row[] = [
  ['modal title', 45, (n) => ({ ...modal, title: x(n) })],
  ['modal custom_id', 100, (n) => ({ ...modal, custom_id: x(n) })],
  ['modal fields', 5, (n) => ({ ...modal, components: times(n, (i) => field({}, { custom_id: `i${i}` })) })],
  ['label', 45, (n) => ({ ...modal, components: [field({ label: x(n) })] })],
  ['label description', 100, (n) => ({ ...modal, components: [field({ description: x(n) })] })],
  ['text input value', 4000, (n) => ({ ...modal, components: [field({}, { value: x(n) })] })],
  ['text input max_length', 4000, (n) => ({ ...modal, components: [field({}, { max_length: n })] })],
  ['text input placeholder', 100, (n) => ({ ...modal, components: [field({}, { placeholder: x(n) })] })],
]

const command = (more: object) => ({ name: 'c', description: 'd', ...more })
const option = (more: object = {}) => ({ type: 3, name: 'o', description: 'd', ...more })
const COMMAND_LIMITS: Row[] = [
  ['commands', 100, (n) => times(n, (i) => command({ name: `c${i}` }))],
  ['command name', 32, (n) => [command({ name: x(n) })]],
  ['command description', 100, (n) => [command({ description: x(n) })]],
  ['command options', 25, (n) => [command({ options: times(n, (i) => option({ name: `o${i}` })) })]],
  [
    'choices',
    25,
    (n) => [command({ options: [option({ choices: times(n, (i) => ({ name: `${i}`, value: `${i}` })) })] })],
  ],
]

function field(label: object, input: object = {}) {
  return { type: 18, label: 'l', component: { type: 4, custom_id: 'i', style: 1, ...input }, ...label }
}

/** Calls past discord.js's own builders, with the bot's token. */
async function call(method: string, path: string, body: unknown): Promise<string | number> {
  const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' }
  const response = await fetch(`${discord.url}/v10${path}`, { method, headers, body: JSON.stringify(body) })
  if (response.ok) return 'carried out'
  return ((await response.json()) as { code: number }).code
}

describe('limits', () => {
  afterEach(() => {
    discord.schemaViolations.length = 0
  })

  test.each(MESSAGE_LIMITS)('%s: %i and no more', async (_, max, body) => {
    const post = (n: number) => call('POST', `/channels/${discord.channel.id}/messages`, body(n))
    expect(await post(max)).toBe('carried out')
    expect(discord.schemaViolations).toEqual([])
    expect(await post(max + 1)).toBe(50035)
  })

  test.each(MODAL_LIMITS)('%s: %i and no more', async (_, max, body) => {
    const client = await login([GatewayIntentBits.Guilds])
    const message = await card(client)
    const codes: unknown[] = []
    const done = answering<ButtonInteraction>(client, async ({ id, token }) => {
      const show = (n: number) =>
        call('POST', Routes.interactionCallback(id, token), { type: 9, data: body(n) })
      codes.push(await show(max + 1))
      discord.schemaViolations.length = 0
      codes.push(await show(max))
    })
    await discord.click({ user: ada, channelId: discord.channel.id, messageId: message.id, label: 'Veto' })
    await done
    expect(codes).toEqual([50035, 'carried out'])
    expect(discord.schemaViolations).toEqual([])
  })

  test.each(COMMAND_LIMITS)('%s: %i and no more', async (name, max, body) => {
    const put = (n: number) => call('PUT', Routes.applicationCommands(discord.applicationId), body(n))
    expect(await put(max)).toBe('carried out')
    expect(discord.schemaViolations).toEqual([])
    expect(await put(max + 1)).toBe(name === 'commands' ? 30032 : 50035)
  })

  test.each<[string, object]>([
    ['a custom_id that occurs twice', v2(row(button('b'), button('b')))],
    ['an empty custom_id', v2(row(button('', 'l')))],
    ['a section without texts', section(0)],
    ['a section without accessory', v2({ type: 9, components: [text('t')] })],
    ['an empty gallery', gallery([])],
    ['an empty row', v2(row())],
    ['content beside components v2', { ...v2(text('t')), content: 'c' }],
    ['embeds beside components v2', { ...v2(text('t')), ...embed({}) }],
    ['components v2 without their flag', { content: 'c', components: [text('t')] }],
    ['a button with url and custom_id', v2(row(button('b', 'l', { url: 'https://e.com' })))],
    ['a file that is not there', gallery([{ media: { url: 'attachment://none.png' } }])],
    [
      'two lists of who may be called',
      { content: 'c', allowed_mentions: { parse: ['users'], users: ['1'] } },
    ],
    ['a container in a container', v2({ type: 17, components: [{ type: 17, components: [text('t')] }] })],
  ])('%s is refused', async (_, body) => {
    expect(await call('POST', `/channels/${discord.channel.id}/messages`, body)).toBe(50035)
  })

  test('an empty message is 50006, a broken body 50109, an unknown place 404', async () => {
    const path = `/channels/${discord.channel.id}/messages`
    expect(await call('POST', path, {})).toBe(50006)
    const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' }
    const broken = await fetch(`${discord.url}/v10${path}`, { method: 'POST', headers, body: '{' })
    expect(await broken.json()).toMatchObject({ code: 50109 })
    expect(await call('POST', '/channels/1/messages', { content: 'c' })).toBe(10003)
    expect(await call('POST', '/nowhere', {})).toBe(0)
  })

  test('attachments: 10 files, and 10 MiB each', async () => {
    const client = await login()
    const files = (n: number, size = 1) =>
      times(n, (i) => ({ attachment: Buffer.alloc(size), name: `${i}.bin` }))
    await channelOf(client).send({ files: files(10) })
    expect(await codeOf(channelOf(client).send({ files: files(11) }))).toBe(50035)
    await channelOf(client).send({ files: files(1, 10 << 20) })
    expect(await codeOf(channelOf(client).send({ files: files(1, (10 << 20) + 1) }))).toBe(40005)
    expect(await codeOf(channelOf(client).send({ files: files(3, 9 << 20) }))).toBe(40005)
  })

  test('a thread name has 100 characters and no more', async () => {
    const client = await login()
    const [first, second] = [await card(client), await card(client)]
    expect(await codeOf(first.startThread({ name: x(101) }))).toBe(50035)
    expect(await codeOf(second.startThread({ name: x(100) }))).toBe('carried out')
  })

  test.runIf(specification())('what the document forbids and the table does not is recorded', async () => {
    await call('POST', `/channels/${discord.channel.id}/messages`, { content: 'c', tts: 'yes' })
    expect(discord.schemaViolations).toMatchObject([{ route: POST, faults: ['/tts must be boolean,null'] }])
  })
})
