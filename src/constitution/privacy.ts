import { isCode, isTest } from '../candidate/diff.ts'
import { LINE } from '../checks/added-lines.ts'
import { type Check, type Evidence, fail, needsHuman, pass } from '../checks/check.ts'
import { newHosts } from './new-hosts.ts'
import { personalData } from './personal-data.ts'

const FIELD =
  '(?:password|passwd|e_?mail|phone(?:_?number)?|(?:home|street|postal|ip)_?address|iban|ssn|social_?security|date_?of_?birth|birth_?date|first_?name|last_?name|full_?name|passport|credit_?card|card_?number)'
const LOGS = new RegExp(
  `\\b(?:console\\.\\w+|log(?:ger|ging)?\\.\\w+|print|printf|println|log|fmt\\.Print\\w*)\\s*\\(.*\\b\\w*${FIELD}`,
  'i',
)
const SENDS = new RegExp(
  `\\b(?:fetch|axios(?:\\.\\w+)?|got(?:\\.\\w+)?|requests?\\.(?:get|post|put|patch|request)|http\\.(?:Post|Get|request)|sendBeacon|(?:ws|socket|client|api)\\.(?:send|emit|post|put|publish)|track|identify)\\s*\\(.*\\b\\w*${FIELD}`,
  'i',
)
/** Words in quotes are no fields; what a template puts in is. */
const withoutWords = (line: string): string =>
  line
    .replace(/'[^'\\]*'|"[^"\\]*"/g, "''")
    .replace(/`[^`]*`/g, (text) => `\`${[...text.matchAll(/\$\{[^}]*\}/g)].join(' ')}\``)

const FLOWS: readonly [RegExp, string][] = [
  [LOGS, 'a personal field in a log call'],
  [SENDS, 'a personal field that goes to the network'],
]

export const privacy: Check = {
  id: 'privacy',
  family: 'constitution',
  title: 'Privacy',
  looksAt:
    'personal data in added lines and in what the mission says; personal fields in added log and network calls; new hosts',
  notYetChecked: ['personal fields that flow through other lines first'],
  ask({ candidate, mission }) {
    const found: Evidence[] = []
    const look = (text: string, at: string) => {
      for (const kind of personalData(text)) found.push({ at, what: kind })
    }
    for (const file of candidate.changes)
      for (const line of file.added) look(line.text.slice(0, LINE), `${file.path}:${line.number}`)
    for (const field of ['title', 'description', 'rationale'] as const) look(mission[field], field)
    if (found.length > 0)
      return fail(`Personal data is added: ${found[0]?.what} (${found[0]?.at}).`, found.slice(0, 20))
    const flowing = candidate.changes
      .filter((file) => isCode(file.path) && !isTest(file.path))
      .flatMap((file) =>
        file.added.flatMap(({ text, number }) =>
          FLOWS.filter(([pattern]) => pattern.test(withoutWords(text.slice(0, LINE)))).map(([, what]) => ({
            at: `${file.path}:${number}`,
            what,
          })),
        ),
      )
    const reached = newHosts(candidate.changes, candidate.before).map(({ host, path, line }) => ({
      at: `${path}:${line}`,
      what: `a host that was not spoken to before, ${host}`,
    }))
    const judged = [...flowing, ...reached]
    if (judged.length > 0) return needsHuman(judged)
    return pass(
      'No personal data in added lines or in the mission text, none is logged or sent, no host is new.',
    )
  },
}
