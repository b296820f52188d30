// Python's lists of requirements: where packages come from.
import { isBareAddress } from '../flow/texts.ts'
import type { Sight } from '../rules/rule.ts'

export const isRequirements = (path: string): boolean =>
  /(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.txt$/i.test(path)

export const sightsInRequirements = (added: readonly { number: number; text: string }[]): Sight[] =>
  added.flatMap(({ number, text }): Sight[] => {
    const line = text.replace(/(?:^|\s)#.*$/, '')
    if (/--trusted-host\b/.test(line) || /(?:https?:\/\/|@)/.test(line) === false)
      return /--trusted-host\b/.test(line)
        ? [{ line: number, grade: 'block', what: 'trusts a host without checking its certificate' }]
        : []
    if (/\bhttp:\/\//.test(line) || isBareAddress(line))
      return [
        {
          line: number,
          grade: 'block',
          what: 'packages are fetched without encryption, or from a bare address',
        },
      ]
    if (/--(?:extra-)?index-url\b|^-i\s/.test(line) && !/pypi\.org|download\.pytorch\.org/.test(line))
      return [{ line: number, grade: 'review', what: 'packages come from another index' }]
    return /@\s*(?:git\+|https:)/.test(line)
      ? [{ line: number, grade: 'review', what: 'a package does not come from an index' }]
      : []
  })
