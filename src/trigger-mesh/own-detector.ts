// A detector of one's own: a command that gets a question on stdin, with the repository as its working directory, and prints what it finds.
import { z } from 'zod'
import type { Target } from '../config/config.ts'
import { asJson } from '../kernel/digest.ts'
import { Refusal } from '../kernel/refusal.ts'
import { LIMITS, oneLine, visible } from '../kernel/text.ts'
import { claimInput, claimOf } from '../trust/claim-input.ts'
import type { Finding } from './opportunity.ts'

export type OwnDetector = Target['detectors'][number]

/** What it reads as JSON. */
export interface Question {
  readonly target: string
  readonly branch: string
  readonly commit: string
  /** Path → commits of the last 90 days that changed it. */
  readonly churn: Readonly<Record<string, number>>
}

export interface OwnDetectors {
  /** Runs it on the commit in a sandbox. What it printed; refuses (detector_failed) where it did not end well. */
  run(target: Target, detector: OwnDetector, commit: string, question: Question): Promise<string>
}

/** More of one look are not believed to be worth anybody's time; the first ones count. */
export const MOST_FINDINGS = 20

/** Something is left of it once it is cleaned. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => visible(text).trim())
    .pipe(z.string().min(1, 'needs words'))

const line = z.strictObject({
  fields: z
    .record(z.string().regex(/^\w{1,40}$/), words(300))
    .refine((fields) => Object.keys(fields).length > 0, 'needs one field at least'),
  title: words(LIMITS.title),
  summary: words(1_000),
  rationale: words(LIMITS.rationale),
  evidence: z.record(z.string(), z.json()).default({}),
  magnitude: z.number().nonnegative().default(1),
  claims: z.array(claimInput).max(10).default([]),
})

/** One JSON object a line. Refuses (detector_unreadable) with the line and what is wrong with it: half of an answer is none. */
export function findingsIn(target: string, detector: string, printed: string): Finding[] {
  const lines = printed.split('\n').filter((text) => text.trim() !== '')
  return lines.slice(0, MOST_FINDINGS).map((text, i) => {
    const read = line.safeParse(jsonOf(text))
    if (!read.success) {
      const [issue] = read.error.issues
      throw new Refusal(
        'invalid',
        'detector_unreadable',
        `Line ${i + 1} of the detector ${detector} is no finding: ${[...issue!.path.map(String), ''].join(': ')}${issue!.message}.`,
        'docs/extending.md shows what a line has to say.',
      )
    }
    const { fields, title, summary, rationale, evidence, magnitude, claims } = read.data
    return {
      target,
      detector,
      fields,
      title: oneLine(title),
      summary: oneLine(summary, 1_000),
      rationale,
      evidence: Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, asJson(value)])),
      magnitude,
      claims: claims.length > 0 ? claims.map(claimOf) : [{ kind: 'no_harm' }],
    }
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
