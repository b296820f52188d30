import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import { coverageUnreadable, type LineHits, lineCollector } from './line-hits.ts'
import { readXml } from './read-xml.ts'

const unreadable = (why: string): Refusal => coverageUnreadable('Cobertura XML', why)

/**
 * As coverage.py, c8, nyc, Jest and Vitest write it: <source> is the directory that file names are relative to. Only
 * lines of a class count; those of its methods are the same lines again.
 */
export function readCobertura(xml: string, root: string): LineHits {
  const collector = lineCollector('Cobertura XML', root)
  let sources = 0
  let source = ''
  let file: string | undefined
  let promised = 0
  let held = 0
  try {
    readXml(xml, {
      open(name, said, path) {
        if (path.length === 0) {
          if (name !== 'coverage') throw unreadable(`its root is <${oneLine(name, 40)}>`)
          promised = whole(said['lines-valid'] ?? '0')
        }
        if (name === 'source' && ++sources > 1)
          throw unreadable('it has several <source> directories, and a file may be in any; let it write LCOV')
        if (name === 'class') {
          if (said.filename === undefined) throw unreadable('a class has no filename')
          file = inSource(source, said.filename)
          collector.file(file)
        }
        if (name !== 'line' || path.includes('methods')) return
        if (file === undefined) throw unreadable('a line is in no class')
        collector.add(file, whole(said.number), whole(said.hits))
        held++
      },
      close(name) {
        if (name === 'class') file = undefined
      },
      text(text, path) {
        if (path.at(-1) === 'source') source += text.trim()
      },
    })
  } catch (error) {
    throw error instanceof Refusal ? error : unreadable(oneLine((error as Error).message))
  }
  if (!(promised <= held)) throw unreadable(`it says ${promised} lines and holds ${held}`)
  return collector.files
}

/** NaN for what is no whole number: the collector refuses it. */
const whole = (text: string | undefined): number => (/^\d+$/.test(text ?? '') ? Number(text) : Number.NaN)

function inSource(source: string, filename: string): string {
  if (filename.startsWith('/') || source === '' || source === '.') return filename
  return `${source.replace(/\/+$/, '')}/${filename}`
}
