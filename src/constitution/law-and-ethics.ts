import { addedLines } from '../checks/added-lines.ts'
import { type Check, type Evidence, needsHuman, pass } from '../checks/check.ts'

const LICENCE_FILE = /(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE)(?:\.[a-z]+)?$/i
const HEADER =
  /SPDX-License-Identifier|Licensed under the|GNU (?:Lesser |Affero )?General Public License|All rights reserved/i
const DEPENDENCIES =
  /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|Cargo\.lock|go\.sum|requirements[^/]*\.txt)$/

export const lawAndEthics: Check = {
  id: 'law_and_ethics',
  family: 'constitution',
  title: 'Law and ethics',
  looksAt: 'licence files, licence headers in what is added, lock files',
  notYetChecked: ['licences of added dependencies', 'authorship trailers'],
  ask({ candidate }) {
    const found: Evidence[] = [
      ...candidate.changes
        .filter((file) => LICENCE_FILE.test(file.path) || LICENCE_FILE.test(file.oldPath))
        .map((file) => ({ at: file.path, what: `licence file ${file.kind}` })),
      ...candidate.changes
        .filter((file) => DEPENDENCIES.test(file.path))
        .map((file) => ({ at: file.path, what: 'dependencies change; their licences are not yet checked' })),
      ...addedLines(candidate.changes, HEADER, 'licence text'),
    ]
    if (found.length > 0) return needsHuman(`A person has to look at licences: ${found[0]?.what}.`, found)
    return pass('No licence file, licence header or dependency changes.')
  },
}
