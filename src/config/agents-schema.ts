// grace.yaml, `agents`: coding agents as commands, and the API that each reaches through Grace's relay.
import { z } from 'zod'
import { command, count, duration, hostFiles, name } from './units.ts'

/** `on` of an agent that answers missions which people open without a change. */
export const PEOPLE = 'people'

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,60}$/, 'must be the name of an environment variable, such as ANTHROPIC_BASE_URL')

const isPlain = ({ username, password, search, hash }: URL) => `${username}${password}${search}${hash}` === ''

const apiSchema = z.strictObject({
  /** With its path, where it has one: nothing outside of it is reached. */
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .refine((url) => !URL.canParse(url) || isPlain(new URL(url)), {
      error: 'must be a URL without a user, a query or a fragment',
    }),
  /** Read when it is used. Without one nothing is added: a model on one's own machine. */
  key_file: z.string().min(1).optional(),
  /** `authorization` gets it as a bearer token, any other as it is. */
  header: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a header, in lower case, such as x-api-key')
    .default('authorization'),
  /** Gets the relay's address: one, or several with the same one. */
  variable: z
    .union([variable, z.array(variable).min(1)])
    .transform((one) => (typeof one === 'string' ? [one] : one)),
  /** What may be asked below the URL; by default the four that models are asked by. */
  paths: z
    .array(z.string().regex(/^\/[\w./:-]*$/, 'must be a path, such as /v1/messages'))
    .min(1)
    .optional(),
  /** Whether the model may use tools that its provider runs: some of them reach the internet. */
  provider_tools: z.boolean().default(false),
})

export const agentSchema = z.strictObject({
  name,
  /** The detector whose findings it answers where no playbook does, or `people`. */
  on: z.string().min(1),
  command,
  api: apiSchema,
  timeout: duration('1s', '1h').default(1_200_000),
  /** What one run may use, of what is sent and what comes back. */
  tokens: count(1, 1_000_000_000).default(1_000_000),
  environment: z.record(z.string(), z.string()).default({}),
  evidence: hostFiles,
  /** A directory of this machine that is shown read-only as /tools, with its commands in the PATH. */
  tools: z.string().startsWith('/', 'must be a directory of this machine, from its root').optional(),
})
