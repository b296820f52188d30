// A change that knows what it is measured with: inputs of the bench or the load in program text, or the bench itself.
import { type FileChange, isCode, isTest } from '../candidate/diff.ts'

/** What bench and load are made of. */
export const BENCH = /(?:^|\/)bench(?:mark)?s?\/|\.bench\.[^/]+$|(?:^|\/)load\.(?:json|ya?ml|[cm]?[jt]s)$/i

/** This much of an input is no coincidence. */
const RUN = 12
const QUOTED = /(["'`])((?:(?!\1)[^\\\n]|\\.){6,200})\1/g
/** Names of modules: they stand in program text as well. */
const IMPORTED = /^(?:\.{0,2}\/)*[\w@./-]+\.[cm]?[jt]sx?$|^node:|^\.{1,2}\//
const ODD_NUMBER = /(?<![\w.])\d{4,15}(?![\w.])/g
const COMMENT = /^\s*(?:\/\/|\/?\*|#(?!\{))/
/** A literal or a pattern that names it. */
const MEASURED = /(["'`/])(?:(?!\1).)*(?:\bbench(?:mark)?s?\b|\bGRACE_|\/harness\b)/i

export interface Inputs {
  readonly texts: ReadonlySet<string>
  readonly runs: ReadonlySet<string>
  readonly numbers: ReadonlySet<string>
}

/** Or a year. */
const isRound = (digits: string): boolean => {
  const n = Number(digits)
  return (
    /000$|^(?:19|20)\d\d$/.test(digits) ||
    Number.isInteger(Math.log2(n)) ||
    Number.isInteger(Math.log2(n + 1))
  )
}
const runsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - RUN + 1) }, (_, i) => text.slice(i, i + RUN))

/** From the text of benches, and what else is sent or asked while measuring. */
export function inputsOf(benchTexts: readonly string[]): Inputs {
  const literals = benchTexts
    .flatMap((text) => [...text.matchAll(QUOTED)].map((match) => match[2]!))
    .filter((literal) => !IMPORTED.test(literal))
  return {
    texts: new Set(literals.filter((literal) => literal.length < RUN && /[@\d]/.test(literal))),
    runs: new Set(literals.flatMap(runsOf).filter((run) => /\S{4}/.test(run))),
    numbers: new Set(
      benchTexts.flatMap((text) => (text.match(ODD_NUMBER) ?? []).filter((digits) => !isRound(digits))),
    ),
  }
}

export interface SpecialCase {
  readonly path: string
  readonly line: number
  /** What of the bench stands there; undefined where it is named itself. */
  readonly input: string | undefined
}

/** `stands`: whether today's program text has these very characters already; then they tell nothing. */
export function specialCases(
  changes: readonly FileChange[],
  inputs: Inputs,
  stands: (text: string) => boolean,
): SpecialCase[] {
  return changes
    .filter((file) => isCode(file.path) && !isTest(file.path) && !BENCH.test(file.path))
    .flatMap((file) =>
      file.added.flatMap(({ text, number }): SpecialCase[] => {
        if (COMMENT.test(text)) return []
        const at = { path: file.path, line: number }
        const input = inputIn(text.replaceAll('\\', ''), inputs, stands)
        if (input !== undefined) return [{ ...at, input }]
        return MEASURED.test(text) && !stands(text.trim()) ? [{ ...at, input: undefined }] : []
      }),
    )
}

function inputIn(
  line: string,
  { texts, runs, numbers }: Inputs,
  stands: (text: string) => boolean,
): string | undefined {
  const from = runsOf(line).findIndex((run) => runs.has(run))
  if (from !== -1) {
    let to = from + RUN
    while (to < line.length && runs.has(line.slice(to - RUN + 1, to + 1))) to++
    const run = line.slice(from, to)
    if (!stands(run)) return run
  }
  const short = [...texts].find((text) => line.includes(text))
  if (short !== undefined && !stands(short)) return short
  return (line.match(ODD_NUMBER) ?? []).find((digits) => numbers.has(digits) && !stands(digits))
}
