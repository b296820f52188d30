import sax from 'sax'
import { MOST_DEEP } from './limits.ts'

interface Events {
  /** `path` has the names of the elements around it, outermost first. */
  open(name: string, attributes: Readonly<Record<string, string>>, path: readonly string[]): void
  close?(name: string): void
  text?(text: string, path: readonly string[]): void
}

/**
 * Strict: what is cut off, has a second root or declares entities throws. A document type that only names one stays:
 * Istanbul writes Cobertura's, and nothing is fetched.
 */
export function readXml(xml: string, on: Events): void {
  const parser = sax.parser(true)
  const path: string[] = []
  let roots = 0
  parser.onerror = (error) => {
    throw error
  }
  parser.ondoctype = (doctype) => {
    if (doctype.includes('[')) throw new SyntaxError('its document type declares something')
  }
  parser.onopentag = ({ name, attributes }) => {
    // The parser itself would read on.
    if (path.length === 0 && ++roots > 1) throw new SyntaxError('it has two roots')
    if (path.length >= MOST_DEEP) throw new SyntaxError(`its elements are more than ${MOST_DEEP} deep`)
    on.open(name, attributes as Record<string, string>, path)
    path.push(name)
  }
  parser.onclosetag = (name) => {
    path.pop()
    on.close?.(name)
  }
  parser.ontext = (text) => on.text?.(text, path)
  parser.write(xml).close()
  if (roots === 0) throw new SyntaxError('it has no element')
}
