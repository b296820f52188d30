// Where in its repository a target's commands run: paths in grace.yaml and in reports are from there, those of a change
// from the root.
import { posix } from 'node:path'
import type { Target } from '../config/config.ts'
import type { LineHits } from './readers/line-hits.ts'

type Placed = Pick<Target, 'directory'>

/** As the repository has it. */
export const inRepository = ({ directory }: Placed, path: string): string =>
  directory === undefined ? path : posix.join(directory, path)

/** As a command of the target has it. */
export const inDirectory = ({ directory }: Placed, path: string): string =>
  directory === undefined ? path : posix.relative(directory, path)

/** Where commands run in the sandbox. */
export const mountOf = ({ directory }: Placed): string =>
  directory === undefined ? '/work' : `/work/${directory}`

/** What lies outside keeps its absolute path. */
const placed = (target: Placed, path: string): string =>
  path.startsWith('/') ? path : inRepository(target, path)

export const hitsInRepository = (target: Placed, hits: LineHits): LineHits =>
  new Map([...hits].map(([path, lines]) => [placed(target, path), lines]))

export const findingsInRepository = <T extends { readonly path: string }>(
  target: Placed,
  findings: readonly T[],
): T[] => findings.map((one) => ({ ...one, path: placed(target, one.path) }))
