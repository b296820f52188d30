import { isCode, isTest } from '../candidate/diff.ts'
import { type Check, type Evidence, needsHuman, pass } from '../checks/check.ts'
import { protectedAttribute } from './protected-attributes.ts'

const ACCESSIBILITY = /\baria-\w+|\balt=|\brole=|(?:^|\/)(?:locales?|i18n|translations?)\//i

export const fairness: Check = {
  id: 'fairness',
  family: 'constitution',
  title: 'Fairness',
  looksAt: 'protected attributes in conditions, queries and features; translations and accessibility removed',
  notYetChecked: [],
  ask({ candidate }) {
    const found: Evidence[] = [
      ...candidate.changes
        .filter(({ path }) => (isCode(path) || path.endsWith('.sql')) && !isTest(path))
        .flatMap((file) =>
          file.added.flatMap(({ number, text }) => {
            const attribute = protectedAttribute(text, file.path)
            return attribute
              ? [{ at: `${file.path}:${number}`, what: `${attribute} is decided or asked by` }]
              : []
          }),
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
    if (found.length > 0) return needsHuman(found)
    return pass('No protected attribute is used and no translation or accessibility is removed.')
  },
}
