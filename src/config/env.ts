// The only reader of the environment. .env.example lists the same names; a test keeps them equal.
import { z } from 'zod'
import { ConfigFaults, faultsOf } from './faults.ts'
import { Secret } from './secret.ts'

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const

const unset = (value: unknown) => (value === '' ? undefined : value)
const text = z.preprocess(unset, z.string().optional())
const secret = z.preprocess(
  unset,
  z
    .string()
    .transform((value) => new Secret(value))
    .optional(),
)
const url = (protocols: string[]) =>
  z.preprocess(
    unset,
    z
      .string()
      .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
        error: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
      })
      .transform((value) => new Secret(value))
      .optional(),
  )

const port = z.preprocess(
  unset,
  z.coerce.number({ error: 'must be a port, 0 to 65535' }).int().min(0).max(65535).optional(),
)

const schema = z
  .object({
    DATABASE_URL: url(['postgres:', 'postgresql:']),
    DATABASE_ADMIN_URL: url(['postgres:', 'postgresql:']),
    REDIS_URL: url(['redis:', 'rediss:']),
    SLACK_BOT_TOKEN: secret,
    SLACK_APP_TOKEN: secret,
    SLACK_SIGNING_SECRET: secret,
    SLACK_PORT: port,
    SLACK_API_URL: text,
    DISCORD_TOKEN: secret,
    DISCORD_API_URL: text,
    GRACE_KEY_PASSPHRASE: secret,
    GRACE_KEY_PASSPHRASE_FILE: text,
    GRACE_STATE_DIR: text,
    GRACE_CONFIG: text,
    GRACE_HOST: text,
    GRACE_PORT: port,
    GRACE_URL: z.preprocess(
      unset,
      z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
    ),
    GRACE_ALLOWED_HOSTS: text,
    GRACE_LOG_LEVEL: z.preprocess(
      unset,
      z.enum(LEVELS, { error: `must be one of ${LEVELS.join(', ')}` }).optional(),
    ),
  })
  .superRefine((env, ctx) => {
    if ((env.DATABASE_URL === undefined) !== (env.DATABASE_ADMIN_URL === undefined))
      ctx.addIssue({
        code: 'custom',
        path: [env.DATABASE_URL ? 'DATABASE_ADMIN_URL' : 'DATABASE_URL'],
        message: 'must be set as well: DATABASE_URL and DATABASE_ADMIN_URL go together',
      })
    if (env.SLACK_BOT_TOKEN && !env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET)
      ctx.addIssue({
        code: 'custom',
        path: ['SLACK_APP_TOKEN'],
        message: 'must be set beside SLACK_BOT_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET instead (HTTP)',
      })
    if (env.GRACE_KEY_PASSPHRASE && env.GRACE_KEY_PASSPHRASE_FILE)
      ctx.addIssue({
        code: 'custom',
        path: ['GRACE_KEY_PASSPHRASE_FILE'],
        message: 'may not be set beside GRACE_KEY_PASSPHRASE; keep one of them',
      })
  })

export const ENV_NAMES: readonly string[] = Object.keys(schema.shape)

/** Tokens of the Slack app; by Socket Mode where there is an app token, else by signed HTTP. */
export interface SlackEnv {
  readonly botToken: Secret
  readonly appToken: Secret | undefined
  readonly signingSecret: Secret | undefined
  readonly port: number
  readonly apiUrl: string | undefined
}
export interface DiscordEnv {
  readonly token: Secret
  readonly apiUrl: string | undefined
}

export interface Env {
  readonly slack: SlackEnv | undefined
  readonly discord: DiscordEnv | undefined
  readonly databaseUrl: Secret | undefined
  readonly databaseAdminUrl: Secret | undefined
  readonly redisUrl: Secret | undefined
  readonly keyPassphrase: Secret | undefined
  readonly keyPassphraseFile: string | undefined
  readonly stateDir: string | undefined
  readonly config: string | undefined
  readonly host: string
  readonly port: number
  readonly allowedHosts: readonly string[]
  /** How people reach the console, without a slash at its end; undefined where only this machine does. */
  readonly url: string | undefined
  readonly logLevel: (typeof LEVELS)[number]
  /** For the XDG rule of where state lives. */
  readonly home: { readonly HOME: string | undefined; readonly XDG_STATE_HOME: string | undefined }
}

/** `file` holds the lines of .env; the real environment goes before it. Throws ConfigFaults. */
export function readEnv(file: Record<string, string | undefined> = {}, real = process.env): Env {
  const merged = {
    ...file,
    ...Object.fromEntries(Object.entries(real).filter(([, v]) => v !== undefined && v !== '')),
  }
  const parsed = schema.safeParse(Object.fromEntries(ENV_NAMES.map((name) => [name, merged[name]])))
  if (!parsed.success) throw new ConfigFaults('.env', faultsOf(schema, parsed.error.issues))
  const env = parsed.data
  return {
    databaseUrl: env.DATABASE_URL,
    databaseAdminUrl: env.DATABASE_ADMIN_URL,
    redisUrl: env.REDIS_URL,
    slack: env.SLACK_BOT_TOKEN && {
      botToken: env.SLACK_BOT_TOKEN,
      appToken: env.SLACK_APP_TOKEN,
      signingSecret: env.SLACK_SIGNING_SECRET,
      port: env.SLACK_PORT ?? 3000,
      apiUrl: env.SLACK_API_URL,
    },
    discord: env.DISCORD_TOKEN && { token: env.DISCORD_TOKEN, apiUrl: env.DISCORD_API_URL },
    keyPassphrase: env.GRACE_KEY_PASSPHRASE,
    keyPassphraseFile: env.GRACE_KEY_PASSPHRASE_FILE,
    stateDir: env.GRACE_STATE_DIR,
    config: env.GRACE_CONFIG,
    host: env.GRACE_HOST ?? '127.0.0.1',
    port: env.GRACE_PORT ?? 0,
    allowedHosts: [
      ...(env.GRACE_ALLOWED_HOSTS ?? '').split(',').map((host) => host.trim().toLowerCase()),
      ...(env.GRACE_URL ? [new URL(env.GRACE_URL).hostname] : []),
    ].filter(Boolean),
    url: env.GRACE_URL?.replace(/\/+$/, ''),
    logLevel: env.GRACE_LOG_LEVEL ?? 'warn',
    home: { HOME: real.HOME, XDG_STATE_HOME: real.XDG_STATE_HOME },
  }
}
