// Attributes protected by EU Charter article 21, where code decides or asks by them.
import { LINE } from '../checks/added-lines.ts'

const ATTRIBUTES =
  'genders?|sex(?:es)?|races?|ethnicit(?:y|ies)|ethnic_?(?:group|origin)|religions?|nationalit(?:y|ies)|disabilit(?:y|ies)|is_?disabled_?person|sexual_?orientations?|pregnan(?:t|cy)|skin_?colou?rs?|date_?of_?birth|birth_?date|birthdays?|marital_?status|political_?(?:view|opinion|party)s?'
const SNAKE = new RegExp(`(?<![a-z])(?:\\w+_)?(?:${ATTRIBUTES})(?:_\\w+)?(?![a-z])`)
/** A member, a column or a key: `user.gender`, `['race']`, `"religion":`; a plain word is none. */
const USED = /[.?\]]\s*$|["'`[]\s*$|^\s*$/
const DECIDES =
  /\b(?:if|else|switch|case|when|where|filter|and|or|not|having|group\s+by|order\s+by|select|match|unless|while|in)\b|[=!<>]=|[<>?]|&&|\|\||\bfeatures?\b|\bcolumns?\b|\bget_dummies\b/i
const COMMENT = /^\s*(?:\/\/|#|\*|\/\*|--|<!--|"""|''')/

/** As words joined by underscores, so that `userGender` is found too. */
const snake = (text: string): string => text.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()

/** The attribute that a line of code decides or asks by; undefined where there is none. A race between promises is none. */
export function protectedAttribute(line: string): string | undefined {
  if (COMMENT.test(line)) return undefined
  const text = snake(line.slice(0, LINE).split(/\s(?:\/\/|#)\s/)[0] ?? '')
  for (let from = 0; ; ) {
    const found = SNAKE.exec(text.slice(from))
    if (!found) return undefined
    const at = from + found.index
    const after = text.slice(at + found[0].length)
    const before = text.slice(0, at)
    const isCall = /^\s*\(/.test(after)
    const isField =
      USED.test(before) ||
      /^["'`\]]|^\s*(?:[=!<>]=|[=<>]|\bin\b|\bis\b|\blike\b)/.test(after) ||
      found[0].includes('_')
    if (!isCall && isField && DECIDES.test(before + after)) return found[0]
    from = at + found[0].length
  }
}
