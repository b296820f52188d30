import istanbul from 'istanbul-lib-coverage'
import { z } from 'zod'
import type { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import { dictionary } from './bounded.ts'
import { coverageUnreadable, type LineHits, lineCollector } from './line-hits.ts'

const unreadable = (why: string): Refusal => coverageUnreadable('Istanbul JSON', why)

const place = z.object({ line: z.number(), column: z.number().nullable() })
const schema = z.object({
  path: z.string(),
  statementMap: dictionary(/^\d+$/, z.object({ start: place, end: place.partial() })),
  s: dictionary(/^\d+$/, z.number().nonnegative()),
})

/** coverage-final.json: by file. A line was hit as often as the statement on it that was hit most. */
export function readIstanbul(value: unknown, root: string): LineHits {
  const collector = lineCollector('Istanbul JSON', root)
  // coverageMap of an older writer may be wrapped once more: {"path": {"data": …}} (istanbul-lib-coverage's toJSON).
  for (const [path, wrapped] of Object.entries(value as Record<string, { data?: unknown }>)) {
    const file = schema.safeParse(wrapped?.data ?? wrapped)
    if (!file.success)
      throw unreadable(
        `${oneLine(path, 80)}: ${file.error.issues[0]?.path.join('.')} ${file.error.issues[0]?.message}`,
      )
    const { statementMap, s } = file.data
    if (file.data.path !== path) throw unreadable(`${oneLine(path, 80)} is another file inside`)
    const statements = Object.keys(statementMap)
    if (statements.length !== Object.keys(s).length || statements.some((id) => !Object.hasOwn(s, id)))
      throw unreadable(`${oneLine(path, 80)} has not one count for each statement`)
    collector.file(path)
    const lines = istanbul
      .createFileCoverage({
        path,
        statementMap: statementMap as istanbul.FileCoverageData['statementMap'],
        s,
        fnMap: {},
        f: {},
        branchMap: {},
        b: {},
      })
      .getLineCoverage()
    for (const [line, hits] of Object.entries(lines)) collector.add(path, Number(line), hits)
  }
  return collector.files
}
