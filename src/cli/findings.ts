// grace findings: the dry run of the detectors.
import type { Env } from '../config/env.ts'
import { targetOf } from '../mission/context.ts'
import { becomesSentence, listFindings } from '../mission/list-findings.ts'
import { DETECTORS } from '../trigger-mesh/detect.ts'
import { COMMAND_LINE, withDatabase } from './with-database.ts'

export async function findingsCommand(
  env: Env,
  name: string | undefined,
  say: (line: string) => void,
): Promise<void> {
  await withDatabase(env, async ({ transact }, { config }) => {
    const names = name === undefined ? [...config.targets.keys()] : [targetOf(config, name).name]
    for (const target of names) {
      const listed = await listFindings({ transact, config }, COMMAND_LINE, target)
      if (listed.length === 0)
        say(`${target}: nothing (${DETECTORS.map((detector) => detector.name).join(', ')} looked)`)
      for (const { detector, summary, fields, becomes } of listed)
        say(
          `${target} ${detector}: ${summary}\n  the same as long as ${Object.entries(fields)
            .map(([field, value]) => `${field} = ${value}`)
            .join(', ')}\n  ${becomesSentence(becomes)}`,
        )
    }
  })
}
