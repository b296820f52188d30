import { WALLET } from '../flow/texts.ts'
import { destinationOf } from './exfiltration.ts'
import { block, each, type Rule, review, textsOf } from './rule.ts'

/** Functions that everything else goes through. */
const CORE =
  /^(?:fetch|XMLHttpRequest\.prototype\.\w+|WebSocket\.prototype\.\w+|WebSocket|(?:http|https)\.(?:request|get|Agent\.prototype\.\w+|ServerResponse\.prototype\.\w+|Server\.prototype\.\w+)|net\.Socket\.prototype\.\w+|Module\._load|Module\.prototype\.\w+|module\._extensions\.\w*|require\.extensions\.?.*|fs\.(?:readFile|readFileSync|writeFile|writeFileSync)|Promise\.prototype\.then|JSON\.(?:parse|stringify)|(?:ethereum|window\.ethereum)\.\w+|navigator\.credentials\.\w+|crypto\.subtle\.\w+|HTML(?:Form|Input)?Element\.prototype\.\w+|Storage\.prototype\.\w+|builtins\.\w+|socket\.socket|requests\.[\w.]+|urllib\.request\.\w+|sys\.(?:meta_path|stdout))$/

/** A function that everything goes through is replaced by one that copies what passes. */
export const tampering: Rule = {
  id: 'tampering',
  look: (seen) => [
    ...each(seen, 'patches', (deed) => {
      if (
        deed.api === 'process.env.NODE_TLS_REJECT_UNAUTHORIZED' &&
        deed.args.some((arg) => arg.texts.has('0'))
      )
        return seen.isTest
          ? review(deed.line, 'turns the checking of certificates off')
          : block(deed.line, 'turns the checking of certificates off for the whole process')
      if (!CORE.test(deed.api)) return undefined
      const inside = [...(deed.args[0]?.functions ?? [])]
      const within = seen.deeds.filter((other) => other.within.some((fn) => inside.includes(fn)))
      const copies = within.some((other) => {
        if (other.act !== 'sends') return false
        const to = destinationOf(seen, other)
        return to.foreign || to.drop || other.api.startsWith('dns.')
      })
      if (copies) return block(deed.line, `replaces ${deed.api} by one that sends a copy elsewhere`)
      if (inside.length > 0 && constantsOf(seen.source).some((text) => WALLET.test(text)))
        return block(deed.line, `replaces ${deed.api} and knows addresses of money`)
      return review(deed.line, `replaces ${deed.api}`)
    }),
    ...each(seen, 'writes the clipboard', (deed) =>
      textsOf(seen, deed.args).some((text) => WALLET.test(text))
        ? block(deed.line, 'puts an address of money into the clipboard')
        : undefined,
    ),
  ],
}

const constantsOf = (source: string): string[] =>
  [...source.matchAll(/["'`]([\w]{25,110})["'`]/g)].map((match) => match[1]!)
