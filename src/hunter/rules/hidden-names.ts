import { block, each, type Rule } from './rule.ts'

/** A name of the platform is put together so that nobody who searches for it finds it. */
export const hiddenNames: Rule = {
  id: 'hidden-name',
  look: (seen) => each(seen, 'hides a name', (deed) => block(deed.line, `hides that it uses ${deed.api}`)),
}
