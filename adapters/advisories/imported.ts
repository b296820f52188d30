// Advisories from a file of OSV records (https://ossf.github.io/osv-schema/), for machines that reach nobody.
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { satisfies, valid } from 'semver'
import { z } from 'zod'
import type { Advisory, Package } from '../../src/checks/advisories.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Source } from './ask.ts'

const event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
})
const record = z.object({
  id: z.string(),
  summary: z.string().optional(),
  withdrawn: z.string().optional(),
  database_specific: z.object({ severity: z.string().optional() }).optional(),
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }),
        ranges: z.array(z.object({ type: z.string(), events: z.array(event) })).optional(),
        versions: z.array(z.string()).optional(),
      }),
    )
    .optional(),
})
const records = z.array(record)
type Affected = NonNullable<z.infer<typeof record>['affected']>[number]

const fileIn = (state: string): string => join(state, 'advisories.json')

/** Takes the place of what was imported before; returns how many. Refuses (bad_request) what is no list of OSV records. */
export async function importAdvisories(state: string, file: string): Promise<number> {
  const refuse = (why: string) =>
    new Refusal(
      'invalid',
      'advisories_unreadable',
      `${file}: ${why}.`,
      'Give a JSON file with a list of OSV records: https://ossf.github.io/osv-schema/',
    )
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw refuse((error as Error).message.slice(0, 200))
  }
  const parsed = records.safeParse(read)
  if (!parsed.success)
    throw refuse(
      `${parsed.error.issues[0]?.path.join('.') || 'the file'}: ${parsed.error.issues[0]?.message}`,
    )
  const place = fileIn(state)
  await writeFile(`${place}.new`, JSON.stringify(parsed.data), { mode: 0o600 })
  await rename(`${place}.new`, place)
  return parsed.data.length
}

export const importedAdvisories = (state: string): Source => ({
  name: 'the imported file',
  knows: () => true,
  async of(packages) {
    let text: string
    try {
      text = readFileSync(fileIn(state), 'utf8')
    } catch {
      throw new Error('none was imported')
    }
    const known = records.parse(JSON.parse(text)).filter(({ withdrawn }) => withdrawn === undefined)
    return packages.flatMap((of) =>
      known
        .filter(({ affected }) => affected?.some((one) => isAffected(one, of)))
        .map(
          (one): Advisory => ({
            id: one.id,
            of,
            title: one.summary ?? 'no summary',
            severity: one.database_specific?.severity?.toLowerCase() ?? 'known',
          }),
        ),
    )
  },
})

/** A version that can't be compared counts as affected where the package is: not known is not safe. */
function isAffected({ package: its, ranges, versions }: Affected, of: Package): boolean {
  if (its.ecosystem.split(':')[0] !== of.ecosystem || its.name.toLowerCase() !== of.name.toLowerCase())
    return false
  if (versions?.includes(of.version)) return true
  const ordered = (ranges ?? []).filter(
    ({ type }) => type === 'SEMVER' || (type === 'ECOSYSTEM' && of.ecosystem === 'npm'),
  )
  if (ordered.length === 0) return versions === undefined
  if (!valid(of.version)) return true
  return ordered.some(({ events }) =>
    rangesOf(events).some((range) => satisfies(of.version, range, { includePrerelease: true })),
  )
}

function rangesOf(events: readonly z.infer<typeof event>[]): string[] {
  const all: string[] = []
  let from: string | undefined
  for (const { introduced, fixed, last_affected } of events) {
    if (introduced !== undefined) from = introduced === '0' ? '0.0.0-0' : introduced
    else if (from !== undefined) {
      all.push(fixed !== undefined ? `>=${from} <${fixed}` : `>=${from} <=${last_affected}`)
      from = undefined
    }
  }
  if (from !== undefined) all.push(`>=${from}`)
  return all
}
