// A claim as it is written: by who proposes through the API, and by detectors.
import { z } from 'zod'
import type { Claim } from './claim.ts'
import { KPIS } from './kpi.ts'

export const claimInput = z.union([
  z.object({
    kpi: z.enum(KPIS),
    at_least: z.number().positive().max(1_000_000).describe("In the KPI's unit"),
    bench: z
      .string()
      .max(200)
      .optional()
      .describe(
        'Path of a bench module that the change brings, where the target has none: it exports functions without arguments',
      ),
  }),
  z.object({
    tests: z
      .array(z.string().min(1).max(300))
      .min(1)
      .max(100)
      .describe('Tests that fail today and pass with the change'),
  }),
])

export const claimOf = (given: z.output<typeof claimInput>): Claim =>
  'tests' in given
    ? { kind: 'tests', names: given.tests }
    : {
        kind: 'kpi',
        kpi: given.kpi,
        atLeast: given.at_least,
        ...(given.bench ? { bench: given.bench } : {}),
      }
