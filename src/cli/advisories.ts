import { importAdvisories } from '../../adapters/advisories/imported.ts'
import { openDirectories } from '../../adapters/state/directories.ts'
import { stateOf } from '../compose.ts'
import type { Env } from '../config/env.ts'

export async function importCommand(env: Env, file: string, say: (line: string) => void): Promise<void> {
  const { state } = await openDirectories(stateOf(env))
  say(
    `${await importAdvisories(state, file)} advisories taken in. They are asked where the npm registry and OSV do not answer.`,
  )
}
