import { isCode } from '../candidate/diff.ts'
import { addedLines } from '../checks/added-lines.ts'
import { type Check, type Evidence, needsHuman, pass } from '../checks/check.ts'

// Attributes protected by EU Charter art. 21, where they stand as names in code.
const PROTECTED =
  /\b(?:gender|sex|race|ethnicity|religion|nationality|disability|sexual_?orientation|pregnan\w+|skin_?colou?r|date_?of_?birth|marital_?status)\b/i
const ACCESSIBILITY = /\baria-\w+|\balt=|\brole=|(?:^|\/)(?:locales?|i18n|translations?)\//i

export const fairness: Check = {
  id: 'fairness',
  family: 'constitution',
  title: 'Fairness',
  looksAt: 'protected attributes in added code; translations and accessibility removed',
  notYetChecked: ["that Grace's own score ignores the author's name"],
  ask({ candidate }) {
    const found: Evidence[] = [
      ...addedLines(
        candidate.changes,
        PROTECTED,
        'protected attribute',
        (path) => isCode(path) || path.endsWith('.sql'),
      ),
      ...candidate.changes
        .filter((file) => file.kind === 'deleted' && ACCESSIBILITY.test(file.path))
        .map((file) => ({ at: file.path, what: 'translation removed' })),
      ...candidate.changes.flatMap((file) => {
        const count = (lines: readonly { text: string }[]) =>
          lines.filter((l) => ACCESSIBILITY.test(l.text)).length
        return count(file.removed) > count(file.added)
          ? [{ at: file.path, what: 'accessibility attributes removed' }]
          : []
      }),
    ]
    if (found.length > 0)
      return needsHuman(`A person has to judge: ${found[0]?.what} (${found[0]?.at}).`, found)
    return pass('No protected attribute is used and no translation or accessibility is removed.')
  },
}
