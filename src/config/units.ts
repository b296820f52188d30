// Names, durations and shares as people write them in YAML: `10m`, `95%`.
import { z } from 'zod'

const FACTOR: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds. */
export const duration = (least: string, most: string) =>
  z
    .string({ error: `must be a duration such as 500ms, 10s, 5m, 48h or 7d, from ${least} to ${most}` })
    .transform((text, ctx) => {
      const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim())
      const ms = match ? Number(match[1]) * FACTOR[match[2]!]! : Number.NaN
      if (!(ms >= parse(least) && ms <= parse(most))) {
        ctx.addIssue({
          code: 'custom',
          message: `must be a duration such as 500ms, 10s, 5m, 48h or 7d, from ${least} to ${most}`,
        })
        return z.NEVER
      }
      return Math.round(ms)
    })

const parse = (text: string): number => {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text)!
  return Number(match[1]) * FACTOR[match[2]!]!
}

/** Basis points: `95%` and `97.5%`, from `least` to 100 %. */
export const share = (least: number, why: string) =>
  z
    .union([z.string(), z.number()], { error: `must be a percentage such as 95%: ${why}` })
    .transform((value, ctx) => {
      const match = /^(\d+(?:\.\d{1,2})?)\s*%$/.exec(String(value).trim())
      const basisPoints = match ? Math.round(Number(match[1]) * 100) : Number.NaN
      if (!(basisPoints >= least && basisPoints <= 10_000)) {
        ctx.addIssue({ code: 'custom', message: `must be a percentage such as 95%: ${why}` })
        return z.NEVER
      }
      return basisPoints
    })

/** A command: one line for `sh -c`, or a list of words. */
export const command = z.union([z.string().min(1), z.array(z.string()).min(1)], {
  error: 'must be a command: one line, or a list of words',
})
export type Command = z.output<typeof command>

/** A whole number. */
export const count = (least: number, most: number) =>
  z
    .number({ error: `must be a whole number from ${least} to ${most}` })
    .int()
    .min(least)
    .max(most)

export const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,38}$/,
    'must be 1 to 39 of a–z, 0–9, dot, dash, underscore; beginning with a letter or digit',
  )

/** Files that may be read in a sandbox, of the live service for instance: name → path on this machine. */
export const hostFiles = z.record(z.string().regex(/^[\w.-]+$/), z.string()).default({})
