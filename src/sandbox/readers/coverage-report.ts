import { oneLine } from '../../kernel/text.ts'
import { readCobertura } from './cobertura.ts'
import { readGoCover } from './go-cover.ts'
import { readIstanbul } from './istanbul.ts'
import { readLcov } from './lcov.ts'
import { MOST_CHARACTERS } from './limits.ts'
import { coverageUnreadable, type LineHits } from './line-hits.ts'
import { parseJson } from './parse-json.ts'

/**
 * Which lines were executed, of whichever form the text is in. `root` is where the tree was mounted when it was
 * written. An empty text is a report without a file. LCOV and Go's profile have no end mark: cut off exactly between
 * two records they look whole, which is why a run that was killed has no coverage (run-tests.ts).
 */
export async function readCoverage(text: string, root = '/work'): Promise<LineHits> {
  if (text.length > MOST_CHARACTERS)
    throw coverageUnreadable('within 16 MB', `it has ${text.length} characters`)
  const report = text.replace(/^\ufeff/, '').trimStart()
  if (report.startsWith('<')) return readCobertura(report, root)
  if (report.startsWith('{')) return readJson(report, root)
  if (/^mode: (?:set|count|atomic)\n/.test(report)) return readGoCover(report, root)
  if (report === '' || /^(?:TN|SF|#|VER):?/.test(report)) return readLcov(report, root)
  throw coverageUnreadable('as any known form', `it begins "${oneLine(report, 40)}"`)
}

function readJson(text: string, root: string): LineHits {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw coverageUnreadable('JSON', oneLine((error as Error).message))
  }
  return readIstanbul(value, root)
}
