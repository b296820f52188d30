import { hasConfusables } from 'anti-trojan-source'
import { type Check, type Evidence, fail, pass } from '../checks/check.ts'

const MINIFIED_LINE = 1_000

export const transparency: Check = {
  id: 'transparency',
  family: 'constitution',
  title: 'Transparency',
  looksAt:
    'that people can read what is added: hidden characters, binaries, minified text; and that a reason is given',
  notYetChecked: ['declared against done', 'identifiers of mixed scripts'],
  ask({ candidate, mission }) {
    const found: Evidence[] = []
    for (const file of candidate.changes) {
      if (file.binary) found.push({ at: file.path, what: 'a binary that nobody can read in a diff' })
      for (const line of file.added) {
        if (hasConfusables({ sourceText: line.text }))
          found.push({ at: `${file.path}:${line.number}`, what: 'hidden or reordering characters' })
        if (line.text.length > MINIFIED_LINE)
          found.push({ at: `${file.path}:${line.number}`, what: `a line of ${line.text.length} characters` })
      }
    }
    if (mission.rationale.trim() === '') found.push({ at: 'mission', what: 'no rationale is given' })
    if (found.length > 0)
      return fail(`Not readable by people: ${found[0]?.what} (${found[0]?.at}).`, found.slice(0, 20))
    return pass('Every added line is plain, readable text, and the mission says why.')
  },
}
