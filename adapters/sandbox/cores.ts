// Which cores measured work runs on. Sides that are compared share theirs, and what makes the load keeps off them
// (SANDBOX.md 3, rule 1): what slows one core down does not slow one side down.
import { textOf } from './process-tree.ts'

/** Those that this process may use; none where the system does not say. */
function allowed(): number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(textOf('/proc/self/status')) ?? []
  return list
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    })
}

/** One for all sides of a round. Empty where there is no choice. */
export function coreOfRound(seed: number): readonly number[] {
  const all = allowed()
  return all.length < 2 ? [] : [all[seed % all.length]!]
}

/** Services on all but the last, the load generator on that one. Empty where there is no choice. */
export function coresUnderLoad(): {
  readonly service: readonly number[]
  readonly generator: readonly number[]
} {
  const all = allowed()
  return all.length < 2
    ? { service: [], generator: [] }
    : { service: all.slice(0, -1), generator: all.slice(-1) }
}

/** Words before a command that keep it on them. */
export const keptOn = (cores: readonly number[]): string[] =>
  cores.length === 0 ? [] : ['taskset', '--cpu-list', cores.join(',')]
