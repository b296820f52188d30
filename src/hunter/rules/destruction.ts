import { WHOLE_TREE } from '../flow/texts.ts'
import { allArgs, block, each, fileOf, hasTaint, type Rule, textsOf } from './rule.ts'

/** Files that do not belong to the program are deleted, overwritten or encrypted. */
export const destruction: Rule = {
  id: 'destruction',
  look: (seen) => [
    ...each(seen, 'deletes', (deed) =>
      hasTaint(deed.args, 'everything') ||
      textsOf(seen, deed.args.slice(0, 1)).some((text) => WHOLE_TREE.test(text))
        ? block(deed.line, 'deletes a home directory, the root, or all that is in it')
        : undefined,
    ),
    ...each(seen, 'writes a file', (deed) =>
      hasTaint(fileOf(seen, deed).where, 'everything')
        ? block(deed.line, 'overwrites all files of a home directory or the root')
        : undefined,
    ),
    ...each(seen, 'encrypts', (deed) =>
      hasTaint(allArgs(deed), 'everything')
        ? block(deed.line, 'encrypts all files of a home directory or the root')
        : undefined,
    ),
  ],
}
