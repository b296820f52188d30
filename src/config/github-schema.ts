// grace.yaml, `github`: where a target's pull requests are, and as whom they are merged.
import { z } from 'zod'
import { count, duration } from './units.ts'

const appSchema = z.strictObject({
  id: count(1, 2 ** 31),
  installation: count(1, 2 ** 40),
  /** PEM, as GitHub gives it. */
  private_key_file: z.string(),
})

export const githubSchema = z.strictObject({
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME'),
  /** Of GitHub Enterprise Server: https://HOST/api/v3. */
  api: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .default('https://api.github.com'),
  /** What may merge: an app, or the token of an account. Only workers read either. */
  app: appSchema.optional(),
  token_file: z.string().optional(),
  /** What may fetch a private repository, read by every process that does. */
  read_token_file: z.string().optional(),
  /** Pull requests that carry it become missions. */
  label: z.string().min(1).max(50).default('grace'),
  every: duration('10s', '1d').default(300_000),
  /** With it /hooks/TARGET/github is open: what GitHub says there is looked at at once. */
  webhook_secret_file: z.string().optional(),
  /** CAPAs are shown as issues there. */
  capa_issues: z.boolean().default(false),
  merge: z.enum(['squash', 'merge']).default('squash'),
  /** Deployments are made there. Without deploy.command, what listens to them deploys. */
  environment: z.string().min(1).max(255).optional(),
})
