// Attributes protected by EU Charter article 21, where code decides or asks by them.
import { LINE } from '../checks/added-lines.ts'
import { isComment } from './comment.ts'

const ATTRIBUTES =
  'genders?|sex(?:es)?|races?|ethnicit(?:y|ies)|ethnic_?(?:group|origin)|religions?|nationalit(?:y|ies)|disabilit(?:y|ies)|is_?disabled_?person|sexual_?orientations?|pregnan(?:t|cy)|skin_?colou?rs?|date_?of_?birth|birth_?date|birthdays?|marital_?status|political_?(?:view|opinion|party)s?'
const SNAKE = new RegExp(`(?<![a-z])(?:\\w{1,40}_)?(?:${ATTRIBUTES})(?:_\\w{1,40})?(?![a-z])`)
/** A member, a column or a key: `user.gender`, `['race']`, `"religion":`; a plain word is none. */
const USED = /[.?\]]\s*$|["'`[]\s*$|^\s*$/
const NO_ATTRIBUTE =
  /(?:^|_)(?:data_)?races?(?:_(?:conditions?|timeout|detector|free)|[_\s-]conditions?)|^data_races?|^(?:by|with|in|no)_races?$/
const DECIDES =
  /\b(?:if|else|switch|case|when|where|filter|and|or|not|having|group\s+by|order\s+by|select|match|unless|while|in)\b|[=!<>]=|[<>?]|&&|\|\||\bfeatures?\b|\bcolumns?\b|\bget_dummies\b/i

/** As words joined by underscores, so that `userGender` is found too. */
const snake = (text: string): string => text.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()

/** The attribute that a line of code decides or asks by; undefined where there is none. A race between promises is none. */
export function protectedAttribute(line: string, path: string): string | undefined {
  if (isComment(line, path)) return undefined
  const text = snake(line.slice(0, LINE).split(/\s(?:\/\/|#)\s/)[0] ?? '')
  for (let from = 0; ; ) {
    const found = SNAKE.exec(text.slice(from))
    if (!found) return undefined
    const at = from + found.index
    const after = text.slice(at + found[0].length)
    const before = text.slice(0, at)
    // Of promises, threads and requests; and a call of that name, with its type or without.
    if (NO_ATTRIBUTE.test(found[0]) || NO_ATTRIBUTE.test(found[0] + after.slice(0, 20))) {
      from = at + found[0].length
      continue
    }
    const isCall = /^\s*(?:<[^>]{0,80}>)?\s*\(/.test(after)
    const isField =
      USED.test(before) ||
      /^["'`\]]|^\s*(?:[=!<>]=|[=<>]|\bin\b|\bis\b|\blike\b)/.test(after) ||
      found[0].includes('_')
    if (!isCall && isField && DECIDES.test(`${before}${after}`.replaceAll('=>', ' '))) return found[0]
    from = at + found[0].length
  }
}
