import { z } from 'zod'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import { median } from '../../trust/statistics.ts'
import { list } from './bounded.ts'
import { parseJson } from './parse-json.ts'

const schema = z.object({
  metric: z.string().min(1).max(100),
  value: z.number().finite().positive(),
  unit: z.string().max(20).default(''),
  better: z.enum(['lower', 'higher']).default('lower'),
})
export type BenchLine = z.output<typeof schema>

/** What `hyperfine --export-json` writes, as much of it as is read. Times are seconds, one for each run. */
const hyperfineSchema = z.object({
  results: z
    .array(
      z.object({
        command: z.string().min(1),
        times: list(z.number().finite().positive()).refine((times) => times.length > 0, 'has no run'),
        exit_codes: list(z.number().nullable()).optional(),
      }),
    )
    .min(1),
})
const HYPERFINE = /^\{\s*"results"\s*:/m

/** What a bench printed: JSON lines, or hyperfine's document, with what else it says around them. */
export const readBench = (output: string): BenchLine[] =>
  once(HYPERFINE.test(output) ? readHyperfine(output) : readLines(output))

/** A metric a command: the median of its runs. */
function readHyperfine(output: string): BenchLine[] {
  let value: unknown
  try {
    value = parseJson(output.slice(output.search(HYPERFINE), output.lastIndexOf('}') + 1))
  } catch (error) {
    throw rubbish(`hyperfine's results are not JSON: ${oneLine((error as Error).message)}`)
  }
  const document = hyperfineSchema.safeParse(value)
  if (!document.success)
    throw rubbish(`${document.error.issues[0]?.path.join('.')}: ${document.error.issues[0]?.message}`)
  return document.data.results.map(({ command, times, exit_codes }) => {
    // With --ignore-failure: a command that fails is quick.
    if (exit_codes?.some((code) => code !== 0)) throw rubbish(`"${oneLine(command, 80)}" failed in a run`)
    return { metric: oneLine(command, 100), value: median(times), unit: 's', better: 'lower' }
  })
}

/**
 * `{"metric","value","unit","better"}`, one a line; other lines are the bench talking and are passed over. A line
 * that begins like one and is none, or none at all, refuses.
 */
function readLines(output: string): BenchLine[] {
  const lines = output.split('\n').filter((line) => line.trimStart().startsWith('{'))
  const rows = lines.map((line) => {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      throw rubbish(`"${line.trim().slice(0, 80)}" is not JSON`)
    }
    const row = schema.safeParse(value)
    if (!row.success)
      throw rubbish(`${row.error.issues[0]?.path.join('.') || 'the line'}: ${row.error.issues[0]?.message}`)
    return row.data
  })
  if (rows.length === 0) throw rubbish('it printed no such line')
  return rows
}

function once(rows: BenchLine[]): BenchLine[] {
  if (new Set(rows.map((row) => row.metric)).size !== rows.length)
    throw rubbish('it printed one metric twice')
  return rows
}

const rubbish = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'bench_unreadable',
    `The bench did not print results: ${why}.`,
    'Let it print JSON lines like {"metric":"lookup","value":12.5,"unit":"µs","better":"lower"}, or what "hyperfine --export-json" writes.',
  )
