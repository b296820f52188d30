// How the state looks from outside: the objects of REST answers and gateway events.
import { HAS_THREAD, shownFiles, V2 } from './components.ts'
import type { Channel, Guild, Interaction, Json, Member, Message, StoredFile, User } from './types.ts'
import { bits, GRANTED, type World } from './world.ts'

export function userJson(user: User): Json {
  return {
    ...user,
    avatar: null,
    discriminator: user.bot ? '0042' : '0',
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  }
}

export function botJson(world: World): Json {
  return { ...userJson(world.bot), mfa_enabled: true, locale: 'en-US', verified: true, email: null }
}

export function memberJson(member: Member): Json {
  const { user: _, ...rest } = memberWithUser(member)
  return rest
}

export function memberWithUser(member: Member): Json {
  return {
    user: userJson(member.user),
    nick: member.nick,
    roles: member.roles,
    joined_at: member.joined_at,
    avatar: null,
    banner: null,
    communication_disabled_until: null,
    flags: 0,
    pending: false,
    premium_since: null,
    mute: false,
    deaf: false,
  }
}

export function roleJson(guild: Guild): Json {
  return {
    id: guild.id,
    name: '@everyone',
    description: null,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    permissions: bits(GRANTED),
    managed: false,
    mentionable: false,
    flags: 0,
  }
}

export function guildJson(guild: Guild): Json {
  const none = [
    'icon home_header splash discovery_splash banner application_id description afk_channel_id',
    'system_channel_id widget_channel_id vanity_url_code rules_channel_id safety_alerts_channel_id',
    'public_updates_channel_id incidents_data max_presences',
  ]
  const zero = [
    'system_channel_flags verification_level default_message_notifications mfa_level explicit_content_filter',
    'premium_tier premium_subscription_count nsfw_level',
  ]
  const every = (names: string[], value: unknown) =>
    Object.fromEntries(names.flatMap((line) => line.split(' ')).map((name) => [name, value]))
  return {
    ...every(none, null),
    ...every(zero, 0),
    id: guild.id,
    name: guild.name,
    owner_id: guild.owner_id,
    features: [],
    region: 'deprecated',
    afk_timeout: 300,
    widget_enabled: false,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    preferred_locale: 'en-US',
    premium_progress_bar_enabled: false,
    nsfw: false,
    roles: [roleJson(guild)],
    emojis: [],
    stickers: [],
  }
}

/** GUILD_CREATE: all a bot learns of a guild when it connects; archived threads are not among it. */
export function guildCreateJson(world: World, guild: Guild): Json {
  const channels = [...world.channels.values()].filter(({ guild_id }) => guild_id === guild.id)
  const open = channels.filter(({ thread_metadata }) => thread_metadata && !thread_metadata.archived)
  const bot = guild.members.get(world.bot.id)
  return {
    ...guildJson(guild),
    joined_at: bot?.joined_at ?? world.iso(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: bot ? [memberWithUser(bot)] : [],
    channels: channels.filter(({ type }) => type === 0).map((channel) => channelJson(world, channel)),
    threads: open
      .filter((thread) => world.may(thread, 'ViewChannel'))
      .map((thread) => channelJson(world, thread)),
    ...Object.fromEntries(
      ['voice_states', 'presences', 'stage_instances', 'guild_scheduled_events', 'soundboard_sounds'].map(
        (k) => [k, []],
      ),
    ),
  }
}

export function channelJson(world: World, channel: Channel): Json {
  const base = { ...channel, flags: 0, rate_limit_per_user: 0 }
  if (channel.thread_metadata) return { ...base, total_message_sent: channel.message_count }
  const denied = world.denied.get(channel.id)
  return {
    ...base,
    topic: null,
    position: 0,
    nsfw: false,
    last_pin_timestamp: null,
    permission_overwrites: denied?.size
      ? [{ id: world.bot.id, type: 1, allow: '0', deny: bits([...denied]) }]
      : [],
  }
}

function attachmentJson(file: StoredFile): Json {
  const { bytes: _, description, ...rest } = file
  return { ...rest, proxy_url: file.url, ...(description !== null && { description }) }
}

export function messageJson(world: World, message: Message): Json {
  const { files, history: _, visibleTo: ___, reactions, guild_id: __, author, mentions, ...rest } = message
  const shown = shownFiles(message)
  const thread = message.flags & HAS_THREAD ? world.channels.get(message.id) : undefined
  const emojis = [...new Set(reactions.map(({ emoji }) => emoji))]
  const referenced = world.messages.get(String(message.message_reference?.message_id))
  return {
    ...rest,
    author: userJson(author),
    attachments: files.filter(({ id }) => !(message.flags & V2) && !shown.has(id)).map(attachmentJson),
    mentions: mentions.map(userJson),
    mention_roles: [],
    pinned: false,
    tts: false,
    ...(message.interaction_metadata && {
      webhook_id: world.applicationId,
      application_id: world.applicationId,
    }),
    ...(thread && { thread: channelJson(world, thread) }),
    ...(message.type === 19 && { referenced_message: referenced ? messageJson(world, referenced) : null }),
    ...(emojis.length > 0 && {
      reactions: emojis.map((name) => {
        const by = reactions.filter(({ emoji }) => emoji === name)
        const count = by.length
        return {
          emoji: { id: null, name },
          count,
          count_details: { burst: 0, normal: count },
          burst_colors: [],
          me_burst: false,
          me: by.some((reaction) => reaction.by === world.bot.id),
        }
      }),
    }),
  }
}

/** The message without what an application lacking MESSAGE_CONTENT may not read. */
export function withoutContent(message: Json, botId: string): Json {
  const own = (message.author as Json | undefined)?.id === botId
  const mentioned = ((message.mentions ?? []) as Json[]).some(({ id }) => id === botId)
  if (own || mentioned || message.content === undefined) return message
  return { ...message, content: '', embeds: [], attachments: [], components: [] }
}

export function applicationJson(world: World): Json {
  const owner = [...world.users.values()].find(({ bot }) => !bot) ?? world.bot
  return {
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: '',
    summary: '',
    type: null,
    bot: userJson(world.bot),
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: world.settings.messageContent ? 1 << 19 : 0,
    flags_new: world.settings.messageContent ? String(1 << 19) : '0',
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userJson(owner),
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands'],
  }
}

/** INTERACTION_CREATE, with the data of its kind. */
export function interactionJson(world: World, interaction: Interaction, data: Json): Json {
  const channel = world.channels.get(interaction.channelId) as Channel
  const guild = world.guild(channel.guild_id)
  const member = guild.members.get(interaction.user.id) as Member
  const message = world.messages.get(interaction.messageId ?? '')
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: interaction.type,
    data,
    token: interaction.token,
    version: 1,
    guild_id: guild.id,
    guild: { id: guild.id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    locale: 'en-US',
    channel_id: channel.id,
    channel: { ...channelJson(world, channel), permissions: bits(GRANTED) },
    member: { ...memberWithUser(member), permissions: bits(GRANTED) },
    app_permissions: world.permissions(channel),
    entitlements: [],
    authorizing_integration_owners: { 0: guild.id },
    context: 0,
    attachment_size_limit: 10 << 20,
    ...(message && { message: messageJson(world, message) }),
  }
}
