// An interaction from the click to its end: delivered to the bot, acknowledged within 3 s, then open for 15 minutes.
import { EPHEMERAL, V2 } from './components.ts'
import { refused, refuseIssues } from './errors.ts'
import { checkChoices, checkModal } from './limits-forms.ts'
import { editMessage, postMessage } from './messages.ts'
import { interactionJson, messageJson, userJson } from './payloads.ts'
import type { IncomingFile, Interaction, Json, Message, Outcome, User } from './types.ts'
import type { World } from './world.ts'

const TOKEN_LIFE_MS = 15 * 60_000
const COMMAND = 2
const COMPONENT = 3
const AUTOCOMPLETE = 4
const MODAL_SUBMIT = 5

export interface Opening {
  type: number
  user: User
  channelId: string
  data: Json
  messageId?: string
}

/** A person acts; resolves when the bot's first response is in, or it is too late for one. */
export function interact(world: World, opening: Opening): Promise<Outcome> {
  const { data, ...rest } = opening
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => resolve('not acknowledged'), world.settings.acknowledgeWithinMs)
  const interaction: Interaction = {
    ...rest,
    id: world.snowflake(),
    token: world.secret(),
    createdAt: world.now(),
    settle(outcome) {
      clearTimeout(timer)
      resolve(outcome)
    },
  }
  world.interactions.set(interaction.id, interaction)
  const payload = interactionJson(world, interaction, data)
  const { copies, afterMs } = world.faults.takeDelivery()
  const deliver = () => deliverInteraction(world, interaction, payload, copies)
  if (afterMs > 0) setTimeout(deliver, afterMs).unref()
  else deliver()
  return promise
}

function deliverInteraction(world: World, interaction: Interaction, payload: Json, copies: number): void {
  const guildId = world.channels.get(interaction.channelId)?.guild_id ?? ''
  for (let i = 0; i < copies; i++) world.dispatch('INTERACTION_CREATE', payload, { guildId, intents: 0 })
}

/** The bot's first response. Gives what `with_response` asks for. */
export function respond(
  world: World,
  id: string | undefined,
  token: string | undefined,
  body: Json,
  files: readonly IncomingFile[],
): Json {
  const interaction = world.interactions.get(id ?? '')
  if (!interaction || interaction.token !== token) throw refused('unknownInteraction')
  if (interaction.response) throw refused('alreadyAcknowledged')
  const tookMs = world.now() - interaction.createdAt
  if (tookMs > world.settings.acknowledgeWithinMs) throw refused('unknownInteraction')
  const type = body.type as number
  const data = (body.data ?? {}) as Json
  checkType(world, interaction, type)
  const message = apply(world, interaction, type, data, files)
  interaction.response = { type, data, at: world.now() }
  interaction.settle({ interactionId: interaction.id, acknowledgedInMs: tookMs, type, data })
  return callbackJson(world, interaction, type, message)
}

/** Which first response fits which interaction. */
function checkType(world: World, { type: asked, messageId }: Interaction, type: number): void {
  const source = messageId && world.messages.has(messageId)
  const fits = {
    [COMMAND]: [4, 5, 9],
    [COMPONENT]: [4, 5, 6, 7, 9],
    [AUTOCOMPLETE]: [8],
    [MODAL_SUBMIT]: source ? [4, 5, 6, 7] : [4, 5],
  }[asked]
  if (!fits?.includes(type))
    refuseIssues([
      { path: 'type', code: 'BASE_TYPE_CHOICES', message: `Value must be one of {${fits?.join(', ')}}.` },
    ])
}

function apply(
  world: World,
  interaction: Interaction,
  type: number,
  data: Json,
  files: readonly IncomingFile[],
): Message | undefined {
  const source = world.messages.get(interaction.messageId ?? '')
  if (type === 8) refuseIssues(checkChoices(data))
  if (type === 9) refuseIssues(checkModal(data))
  if (type === 6 || type === 7) interaction.originalId = interaction.messageId
  if (type === 7) {
    if (!source) throw refused('unknownMessage')
    return editMessage(world, source, data, files)
  }
  if (type === 5) {
    if (((data.flags as number) ?? 0) & ~EPHEMERAL)
      refuseIssues([
        { path: 'data.flags', code: 'DEFERRED_FLAGS_INVALID', message: 'Only EPHEMERAL may be set.' },
      ])
    interaction.loading = true
  }
  if (type === 4 || type === 5) {
    const message = answer(world, interaction, data, files, type === 5)
    interaction.originalId = message.id
    return message
  }
  return source
}

/** A message that answers an interaction, for all or for its user alone. */
function answer(
  world: World,
  interaction: Interaction,
  body: Json,
  files: readonly IncomingFile[],
  loading = false,
): Message {
  const channel = world.channels.get(interaction.channelId)
  if (!channel) throw refused('unknownChannel')
  const source = world.messages.get(interaction.messageId ?? '')
  const ephemeral = (((body.flags as number) ?? 0) & EPHEMERAL) !== 0
  return postMessage(world, {
    channel,
    author: world.bot,
    body,
    files,
    loading,
    type: source ? 19 : interaction.type === COMMAND ? 20 : 0,
    ...(source && { replyTo: source }),
    metadata: metadataJson(interaction),
    ...(ephemeral && { visibleTo: interaction.user.id }),
  })
}

function metadataJson({ id, type, user, messageId }: Interaction): Json {
  const base = { id, type, user: userJson(user), authorizing_integration_owners: {} }
  if (type === COMPONENT) return { ...base, interacted_message_id: messageId }
  if (type !== MODAL_SUBMIT) return base
  const trigger = {
    ...base,
    type: messageId ? COMPONENT : COMMAND,
    ...(messageId && { interacted_message_id: messageId }),
  }
  return { ...base, triggering_interaction_metadata: trigger }
}

function callbackJson(
  world: World,
  interaction: Interaction,
  type: number,
  message: Message | undefined,
): Json {
  const shown = message && [4, 5, 6, 7].includes(type)
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(shown && {
        response_message_id: message.id,
        response_message_loading: type === 5,
        response_message_ephemeral: message.visibleTo !== undefined,
      }),
    },
    resource: {
      type,
      ...(shown && (type === 4 || type === 7) && { message: messageJson(world, message) }),
    },
  }
}

/** The acknowledged interaction behind a webhook token. */
function opened(world: World, applicationId: string | undefined, token: string | undefined): Interaction {
  const interaction = [...world.interactions.values()].find((one) => one.token === token)
  if (!interaction?.response || applicationId !== world.applicationId) throw refused('unknownWebhook')
  if (world.now() - interaction.createdAt > TOKEN_LIFE_MS) throw refused('invalidWebhookToken')
  return interaction
}

export interface WebhookCall {
  webhook_id?: string
  webhook_token?: string
  message_id?: string
}

/** A further answer. Straight after a deferred reply it fills that one in, as Discord keeps doing for old bots. */
export function followUp(
  world: World,
  call: WebhookCall,
  body: Json,
  files: readonly IncomingFile[],
): Message {
  const interaction = opened(world, call.webhook_id, call.webhook_token)
  if (interaction.loading) return editAnswer(world, { ...call, message_id: '@original' }, body, files)
  return answer(world, interaction, body, files)
}

/** The answer that the call means; `@original` is the first one, or the clicked message. */
export function answerOf(world: World, call: WebhookCall): Message {
  const interaction = opened(world, call.webhook_id, call.webhook_token)
  const message = world.messages.get(
    (call.message_id === '@original' ? interaction.originalId : call.message_id) ?? '',
  )
  const own = message?.interaction_metadata?.id === interaction.id || message?.id === interaction.originalId
  if (!message || !own) throw refused('unknownMessage')
  return message
}

export function editAnswer(
  world: World,
  call: WebhookCall,
  body: Json,
  files: readonly IncomingFile[],
): Message {
  const message = answerOf(world, call)
  const interaction = opened(world, call.webhook_id, call.webhook_token)
  const { flags, ...rest } = body
  const wanted = typeof flags === 'number' ? { flags: flags & (V2 | 4) } : {}
  const edited = editMessage(world, message, { ...rest, ...wanted }, files)
  if (interaction.originalId === message.id) interaction.loading = false
  return edited
}
