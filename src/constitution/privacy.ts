import { isCode } from '../candidate/diff.ts'
import { type Check, type Evidence, fail, needsHuman, pass } from '../checks/check.ts'
import { personalData } from './personal-data.ts'

const LOGS_PERSONAL =
  /\b(?:console\.\w+|log(?:ger)?\.\w+|print)\s*\(.*\b(?:password|email|e_mail|phone|address|iban|ssn|birth)/i

export const privacy: Check = {
  id: 'privacy',
  family: 'constitution',
  title: 'Privacy',
  looksAt: 'personal data in added lines and in what the mission says; personal fields in added log calls',
  notYetChecked: ['personal fields flowing to the network', 'new hosts'],
  ask({ candidate, mission }) {
    const found: Evidence[] = []
    const look = (text: string, at: string) => {
      for (const kind of personalData(text)) found.push({ at, what: kind })
    }
    for (const file of candidate.changes)
      for (const line of file.added) look(line.text, `${file.path}:${line.number}`)
    for (const field of ['title', 'description', 'rationale'] as const) look(mission[field], field)
    if (found.length > 0)
      return fail(`Personal data is added: ${found[0]?.what} (${found[0]?.at}).`, found.slice(0, 20))
    const logged = candidate.changes
      .filter((file) => isCode(file.path))
      .flatMap((file) =>
        file.added
          .filter((l) => LOGS_PERSONAL.test(l.text))
          .map((l) => ({ at: `${file.path}:${l.number}`, what: 'a personal field in a log call' })),
      )
    if (logged.length > 0)
      return needsHuman(`A person has to judge: ${logged[0]?.what} (${logged[0]?.at}).`, logged)
    return pass('No personal data in added lines or in the mission text.')
  },
}
