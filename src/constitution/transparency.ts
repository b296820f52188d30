import { LINE } from '../checks/added-lines.ts'
import { type Check, type Evidence, fail, needsHuman, pass, unknown } from '../checks/check.ts'
import { newHosts } from './new-hosts.ts'
import { undeclared } from './undeclared.ts'

export const transparency: Check = {
  id: 'transparency',
  family: 'constitution',
  title: 'Transparency',
  looksAt:
    'that people can read what is added (hidden characters, mixed scripts, binaries, minified text), that a reason is given, and that what is done was said',
  notYetChecked: [],
  async ask({ candidate, mission, hunter, packages }) {
    const found: Evidence[] = []
    for (const file of candidate.changes) {
      if (file.binary) found.push({ at: file.path, what: 'a binary that nobody can read in a diff' })
      for (const line of file.added) {
        if (line.text.length > LINE)
          found.push({ at: `${file.path}:${line.number}`, what: `a line of ${line.text.length} characters` })
      }
    }
    const { added, unread } = await hunter()
    for (const { rule, path, line, what } of added)
      if (rule === 'trojan-source') found.push({ at: `${path}:${line}`, what })
    if (mission.rationale.trim() === '') found.push({ at: 'mission', what: 'no rationale is given' })
    if (found.length > 0)
      return fail(`Not readable by people: ${found[0]?.what} (${found[0]?.at}).`, found.slice(0, 20))
    const blind = unread.filter((file) => file.of === 'everything')
    if (blind.length > 0) return unknown(`Nobody could look at ${blind[0]!.path}: ${blind[0]!.why}.`)
    // A playbook is declared in grace.yaml: its name says what kind of change it makes.
    const playbooks = candidate.authors.flatMap(({ kind, id }) => (kind === 'grace' ? [id] : []))
    const text = [mission.title, mission.description, mission.rationale, ...playbooks].join('\n')
    const unsaid = undeclared(
      candidate.changes,
      packages(),
      newHosts(candidate.changes, candidate.before),
      text,
    )
    if (unsaid.length > 0) return needsHuman(unsaid)
    return pass('Every added line is plain, readable text; the mission says why, and what is done was said.')
  },
}
