// Tested trees as files in Grace's own state, which no sandbox reaches. What can't be read is measured again.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { cpus, hostname, release } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { digestOf } from '../../src/kernel/digest.ts'
import type { Baselines } from '../../src/sandbox/baselines.ts'
import { CASE_RESULTS } from '../../src/trust/measurements.ts'

/** The newest are kept, and none that is huge. */
const MOST = 100
const MOST_CHARACTERS = 4_000_000

const hits = z.array(z.tuple([z.string(), z.array(z.tuple([z.number(), z.number()]))]))
const file = z.strictObject({
  at: z.iso.datetime(),
  runs: z.array(
    z.strictObject({
      cases: z.array(z.tuple([z.string(), z.enum(CASE_RESULTS)])),
      failedBeyond: z.boolean(),
    }),
  ),
  coverage: hits.nullable(),
})

/** `driver`: with another isolation a suite may say something else. */
export function baselinesIn(directory: string, driver: string): Baselines {
  const machine = [
    hostname(),
    release(),
    cpus()[0]?.model ?? '',
    String(cpus().length),
    process.version,
    driver,
  ]
  const pathOf = (key: string) => join(directory, `${digestOf({ key, machine }).replace('sha256:', '')}.json`)
  return {
    async find(key) {
      const text = await readFile(pathOf(key), 'utf8').catch(() => '')
      const found = file.safeParse(orNothing(text)).data
      return (
        found && {
          at: found.at,
          runs: found.runs.map(({ cases, failedBeyond }) => ({ cases: new Map(cases), failedBeyond })),
          coverage: found.coverage && new Map(found.coverage.map(([path, lines]) => [path, new Map(lines)])),
        }
      )
    },
    async keep(key, { at, runs, coverage }) {
      const text = JSON.stringify({
        at,
        runs: runs.map(({ cases, failedBeyond }) => ({ cases: [...cases], failedBeyond })),
        coverage: coverage && [...coverage].map(([path, lines]) => [path, [...lines]]),
      } satisfies z.input<typeof file>)
      if (text.length > MOST_CHARACTERS) return
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const path = pathOf(key)
      await writeFile(`${path}.${process.pid}`, text, { mode: 0o600 })
      await rename(`${path}.${process.pid}`, path)
      await prune(directory)
    },
  }
}

function orNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function prune(directory: string): Promise<void> {
  const names = await readdir(directory)
  if (names.length <= MOST) return
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name)
      return { path, at: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 }
    }),
  )
  for (const { path } of dated.toSorted((a, b) => b.at - a.at).slice(MOST)) await rm(path, { force: true })
}
