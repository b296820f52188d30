import { harmOf } from '../flow/commands.ts'
import { PERSISTENT } from '../flow/texts.ts'
import { block, each, fileOf, hasTaint, type Rule, review, textsOf } from './rule.ts'

/** Files that tools are often asked to write, too. */
const ORDINARY =
  /\.npmrc|\.yarnrc|pip\.conf|\.pypirc|\.git[/\\]hooks|\.github[/\\]workflows|\.vscode|\.config[/\\]fish/i
const COMPLETION = /complet|\bPATH=|\balias\b|\bnvm\b|\beval "\$\(\w+ (?:init|env)/i
const RUNS = /https?:\/\/|\bcurl\b|\bwget\b|\bnc\b|\bnode\s+-e|python\d?\s+-c|secrets\.|toJSON\(secrets/i

/** Something is written where it is carried out later without anybody asking for it. */
export const persistence: Rule = {
  id: 'persistence',
  look: (seen) =>
    each(seen, 'writes a file', (deed) => {
      const { paths, data } = fileOf(seen, deed)
      const where = paths.find((text) => PERSISTENT.test(text))
      if (where === undefined) return undefined
      const texts = textsOf(seen, data)
      const harmful =
        texts.some((text) => harmOf(text) !== undefined || RUNS.test(text)) ||
        hasTaint(data, 'network', 'decoded')
      if (!harmful && (ORDINARY.test(where) || texts.some((text) => COMPLETION.test(text))))
        return review(deed.line, `writes to ${where}`)
      return block(deed.line, `writes to ${where}, which is carried out later`)
    }),
}
