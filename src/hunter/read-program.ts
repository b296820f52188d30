// What a program does, as the rules judge it.
import { isTest } from '../candidate/diff.ts'
import { Evaluation } from './flow/evaluate.ts'
import type { Platform } from './flow/platform.ts'
import type { Node } from './flow/program.ts'
import { lowerJavaScript } from './javascript/lower.ts'
import { javascript } from './javascript/platform.ts'
import { lowerPython } from './python/lower.ts'
import { python } from './python/platform.ts'
import { RULES } from './rules/index.ts'
import type { Sight } from './rules/rule.ts'

export interface Found extends Sight {
  readonly rule: string
}

const LANGUAGES: readonly {
  readonly files: RegExp
  readonly platform: Platform
  lower(path: string, text: string): readonly Node[]
}[] = [
  { files: /\.[cm]?[jt]sx?$/i, platform: javascript, lower: lowerJavaScript },
  { files: /\.pyw?$/i, platform: python, lower: lowerPython },
]

export const isProgram = (path: string): boolean => LANGUAGES.some(({ files }) => files.test(path))

const NESTED = 2
/** Worth reading as a program: long enough, and calls or loads something. */
const LOOKS_LIKE_CODE = /\b(?:require|import|exec|eval|fetch|spawn|process|system|socket)\b.*[(.]/s

/** Everything that the rules see in one file, each once a line. Throws where the file can't be read or followed. */
export function readProgram(path: string, source: string, depth = 0): Found[] {
  const language = LANGUAGES.find(({ files }) => files.test(path))
  if (!language) return []
  const evaluation = new Evaluation(language.platform)
  const deeds = evaluation.run(language.lower(path, source))
  const read = (text: string): Found[] => {
    if (depth >= NESTED || text.length < 15 || text.length > 100_000 || !LOOKS_LIKE_CODE.test(text)) return []
    try {
      return readProgram(path, text.replaceAll('…', ''), depth + 1)
    } catch {
      return []
    }
  }
  const seen = { deeds, store: evaluation.store, source, isTest: isTest(path), read }
  const found = RULES.flatMap((rule) => rule.look(seen).map((sight) => ({ ...sight, rule: rule.id })))
  return [...new Map(found.map((one) => [`${one.rule} ${one.line} ${one.what}`, one])).values()]
}
