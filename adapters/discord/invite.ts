// The URL that brings the bot to a server, with the least permissions that it needs.
import { PermissionFlagsBits, REST, Routes } from 'discord.js'
import type { DiscordEnv } from '../../src/config/env.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { PATIENCE } from './chat.ts'

export const PERMISSIONS = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'CreatePublicThreads',
  'AttachFiles',
  'ReadMessageHistory',
  'AddReactions',
] as const satisfies readonly (keyof typeof PermissionFlagsBits)[]

export async function inviteUrl(
  application: string | undefined,
  env: DiscordEnv | undefined,
): Promise<string> {
  const id = application ?? (await own(env))
  const permissions = PERMISSIONS.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n)
  const query = new URLSearchParams({
    client_id: id,
    scope: 'bot applications.commands',
    permissions: String(permissions),
  })
  return `https://discord.com/oauth2/authorize?${query}`
}

async function own(env: DiscordEnv | undefined): Promise<string> {
  if (!env)
    throw new Refusal(
      'invalid',
      'discord_application',
      'It is not known which application to invite.',
      'Set DISCORD_TOKEN, or say: grace discord invite --application <id>',
    )
  const rest = new REST({ ...(env.apiUrl ? { api: env.apiUrl } : {}), ...PATIENCE }).setToken(
    env.token.reveal(),
  )
  return ((await rest.get(Routes.currentApplication())) as { id: string }).id
}
