// What a run is shown beside its tree: files of this machine, texts of this run, and a directory of tools.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../../src/sandbox/room.ts'
import { baseEnvironment, type Mount } from './bubblewrap.ts'

export interface Shown {
  /** By their names in the evidence. */
  readonly files: readonly (readonly [name: string, from: string])[]
  readonly mounts: readonly Mount[]
  readonly environment: Readonly<Record<string, string>>
}

/** `base`: a directory of this run, which the sandbox's user can reach. A text goes before a file of the same name. */
export async function shownTo(
  base: string,
  { evidence = {}, texts = {}, tools }: Pick<Run, 'evidence' | 'texts' | 'tools'>,
): Promise<Shown> {
  const directory = join(base, 'texts')
  const written = Object.entries(texts).map(([name, text]) => ({ name, text, from: join(directory, name) }))
  if (written.length > 0) await mkdir(directory, { recursive: true, mode: 0o755 })
  for (const { from, text } of written) await writeFile(from, text, { mode: 0o644 })
  const files = Object.entries({
    ...evidence,
    ...Object.fromEntries(written.map(({ name, from }) => [name, from])),
  })
  return {
    files,
    mounts: [
      ...files.map(([name, from]) => ({ from, to: `/evidence/${name}`, optional: true })),
      ...(tools === undefined ? [] : [{ from: tools, to: '/tools' }]),
    ],
    environment:
      tools === undefined ? {} : { PATH: `/tools/bin:/tools/node_modules/.bin:${baseEnvironment().PATH}` },
  }
}
