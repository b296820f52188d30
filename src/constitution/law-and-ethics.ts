import { addedLines } from '../checks/added-lines.ts'
import { type Check, type Evidence, fail, needsHuman, pass } from '../checks/check.ts'
import { licenceKind } from './licences.ts'

const LICENCE_FILE = /(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE)(?:\.[a-z]+)?$/i
const HEADER =
  /SPDX-License-Identifier|Licensed under the|GNU (?:Lesser |Affero )?General Public License|All rights reserved/i

export const lawAndEthics: Check = {
  id: 'law_and_ethics',
  family: 'constitution',
  title: 'Law and ethics',
  looksAt:
    'licence files, licence headers in what is added, licences of added packages, and that the commit can name who wrote it',
  notYetChecked: [],
  ask({ candidate, packages }) {
    if (candidate.authors.length === 0)
      return fail('Nobody is named as the author: the commit could not say who wrote it.')
    const { packages: added, unread } = packages()
    const licensed = added.map((one) => ({
      at: `${one.name}@${one.version}`,
      what: one.licence ?? 'no licence is given',
      kind: licenceKind(one.licence),
    }))
    const restricted = licensed.filter(({ kind }) => kind === 'restricted')
    if (restricted.length > 0)
      return fail(
        `${restricted[0]!.at} has a licence that reaches the code that uses it, or is not open: ${restricted[0]!.what}.`,
        restricted.slice(0, 20).map(({ at, what }) => ({ at, what })),
      )
    const found: Evidence[] = [
      ...candidate.changes
        .filter((file) => LICENCE_FILE.test(file.path) || LICENCE_FILE.test(file.oldPath))
        .map((file) => ({ at: file.path, what: `licence file ${file.kind}` })),
      ...unread.map((path) => ({ at: path, what: 'packages change whose licences are not known' })),
      ...licensed
        .filter(({ kind }) => kind !== 'permissive')
        .map(({ at, what }) => ({ at, what: `licence: ${what}` })),
      ...addedLines(candidate.changes, HEADER, 'licence text'),
    ]
    if (found.length > 0) return needsHuman(found, 'look at licences')
    return pass(
      licensed.length === 0
        ? 'No licence file, licence header or package changes.'
        : `No licence file or header changes; ${licensed.length === 1 ? 'the added package has' : `all ${licensed.length} added packages have`} a permissive licence.`,
    )
  },
}
