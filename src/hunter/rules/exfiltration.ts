import type { Deed } from '../flow/evaluate.ts'
import { CREDENTIAL_FILE, DROP, foreignHost, isBareAddress, METADATA, OWN_SERVICE } from '../flow/texts.ts'
import type { Taint } from '../flow/value.ts'
import { allArgs, block, each, hasTaint, type Rule, review, type Seen, type Sight, textsOf } from './rule.ts'

const SAYS: Partial<Record<Taint, string>> = {
  environment: 'all environment variables are sent away',
  credentials: 'files with credentials are sent away',
  keystrokes: 'keystrokes are sent away',
  everything: 'files of a home directory are sent away',
  screen: 'pictures of the screen are sent away',
  'form fields': 'what people type into fields is sent away',
  'browser storage': 'cookies or stored sessions are sent away',
  clipboard: 'the clipboard is sent away',
}
/** Where one says who one is; a token there is meant for that host. */
const IDENTIFIES = /^(?:headers|auth|authorization|cookies?|token|bearer)$/i
const RAW = /^(?:Socket|dns\.|dgram|socket\.|smtplib|ftplib|paramiko)/

export function destinationOf(seen: Seen, deed: Deed) {
  const texts = textsOf(seen, [deed.self, ...allArgs(deed)])
  return {
    foreign: texts.some((text) => foreignHost(text) !== undefined),
    drop: texts.some((text) => DROP.test(text) || isBareAddress(text)),
    own: texts.some((text) => OWN_SERVICE.test(text)),
    raw: RAW.test(deed.api),
    metadata: texts.some((text) => METADATA.test(text)),
  }
}

/** What belongs to the machine or its people leaves for a place that the code names. */
export const exfiltration: Rule = {
  id: 'exfiltration',
  look(seen) {
    const kinds = new Set(
      [...seen.source.matchAll(/["'`]([^"'`\n]{3,120})["'`]/g)].flatMap(
        ([, text]) => CREDENTIAL_FILE.exec(text!)?.[0].toLowerCase() ?? [],
      ),
    )
    const copiesCredentials =
      kinds.size >= 3 ||
      seen.deeds.some(
        (deed) =>
          deed.act === 'writes a file' &&
          /cop|rename|move/i.test(deed.api) &&
          [...(deed.args[0]?.texts ?? [])].some((text) => CREDENTIAL_FILE.test(text)),
      )
    const asksMetadata = seen.deeds.some((deed) => deed.act === 'sends' && destinationOf(seen, deed).metadata)
    return each(seen, 'sends', (deed): Sight | undefined => {
      const args = [deed.self, ...allArgs(deed)]
      const to = destinationOf(seen, deed)
      const away = to.foreign || to.drop || to.raw
      for (const taint of ['environment', 'credentials', 'keystrokes', 'screen', 'everything'] as const)
        if (hasTaint(args, taint))
          return away || taint === 'environment'
            ? block(deed.line, SAYS[taint]!)
            : review(deed.line, SAYS[taint]!)
      const beside = new Set(args.flatMap((arg) => [...seen.store.taintsBeside(arg, IDENTIFIES)]))
      for (const taint of ['form fields', 'browser storage', 'clipboard'] as const)
        if (beside.has(taint) && away) return block(deed.line, SAYS[taint]!)
      if (hasTaint(args, 'private key') && away) return block(deed.line, 'a private key is sent away')
      if (
        textsOf(seen, args).some((text) => /contents\/\.github\/workflows\//.test(text)) &&
        textsOf(seen, args).some((text) => /^(?:PUT|POST)$/i.test(text))
      )
        return block(deed.line, 'writes workflows into repositories')
      if (beside.has('typed') && (to.drop || (to.foreign && deed.api === 'Image.src')))
        return block(deed.line, 'what people type is sent away')
      if (copiesCredentials && away) return block(deed.line, SAYS.credentials!)
      if (beside.has('secret variable') && away && !to.own)
        return block(deed.line, 'a secret of the environment is sent to a stranger')
      if (hasTaint(args, 'host') && (to.drop || to.raw))
        return block(deed.line, 'the name of the machine or its user is sent away')
      if (asksMetadata && away && !to.metadata && hasTaint(args, 'network'))
        return block(deed.line, "the cloud's credentials for this machine are sent away")
      if (to.drop) return review(deed.line, 'talks to an address that anybody can have')
      return undefined
    })
  },
}
