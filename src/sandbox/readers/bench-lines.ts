import { z } from 'zod'
import { Refusal } from '../../kernel/refusal.ts'

const schema = z.object({
  metric: z.string().min(1).max(100),
  value: z.number().finite().positive(),
  unit: z.string().max(20).default(''),
  better: z.enum(['lower', 'higher']).default('lower'),
})
export type BenchLine = z.output<typeof schema>

/**
 * `{"metric","value","unit","better"}`, one a line; other lines are the bench talking and are passed over. A line
 * that begins like one and is none, or none at all, refuses.
 */
export function readBenchLines(output: string): BenchLine[] {
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
  const names = new Set(rows.map((row) => row.metric))
  if (names.size !== rows.length) throw rubbish('it printed one metric twice')
  return rows
}

const rubbish = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'bench_unreadable',
    `The bench did not print results: ${why}.`,
    'Let it print JSON lines like {"metric":"lookup","value":12.5,"unit":"µs","better":"lower"}.',
  )
