import { harmOf } from '../flow/commands.ts'
import type { Deed } from '../flow/evaluate.ts'
import type { Value } from '../flow/value.ts'
import {
  allArgs,
  block,
  each,
  fileOf,
  hasTaint,
  type Rule,
  review,
  type Seen,
  type Sight,
  textsOf,
  wouldDo,
} from './rule.ts'

/** Where files go that are written from what was fetched or encoded: paths, and calls that made a path. */
function dropped(seen: Seen): readonly string[] {
  const places = new Set<string>()
  const drop = (where: readonly Value[]) => {
    for (const value of where) {
      for (const text of seen.store.texts(value)) if (text.replaceAll('…', '').length > 3) places.add(text)
      for (const api of value.apis) if (/temp|tmp|random|uuid|join/i.test(api)) places.add(api)
    }
  }
  for (const deed of seen.deeds) {
    if (/urlretrieve$|^wget\.download$/.test(deed.api)) drop([...deed.args.slice(1), ...deed.named.values()])
    else if (deed.act === 'writes a file') {
      const { where, data } = fileOf(seen, deed)
      if (hasTaint(data, 'network', 'decoded')) drop(where)
    } else if (deed.act === 'pipes') {
      const ends = [deed.self, ...deed.args]
      if (hasTaint(ends, 'network', 'decoded')) drop(ends.filter((end) => end.apis.has('FileStream')))
    }
  }
  return [...places]
}

const SENDS = /\b(?:curl|wget|nslookup|dig|host|ping|nc|ncat|iwr|Invoke-WebRequest|sendmail|mail)\b/i

/** A bare name that somebody took apart. */
const TOOL =
  /^(?:rundll32|cmd|powershell|pwsh|curl|wget|ba?sh|zsh|nc|ncat|python\d?|perl|osascript|mshta|regsvr32|certutil)(?:\.exe)?$/i

const verifies = (seen: Seen): boolean =>
  /createHash|hashlib|sha256|sha512|verifyChecksum|gpg\b/i.test(seen.source)

/** A command is run that no ordinary change needs: fetched, encoded, or of a kind that only attacks use. */
export const commands: Rule = {
  id: 'harmful-command',
  look(seen) {
    const drops = dropped(seen)
    const runsDrop = (deed: Deed): Sight | undefined => {
      const runs = [...textsOf(seen, allArgs(deed)), ...allArgs(deed).flatMap((arg) => seen.store.apis(arg))]
      if (!runs.some((text) => drops.some((place) => text.includes(place)))) return undefined
      return verifies(seen)
        ? review(deed.line, 'runs a file that it fetched and verified')
        : block(deed.line, 'runs a file that it fetched or decoded')
    }
    return [
      ...each(seen, 'runs a command', (deed) => {
        const args = allArgs(deed)
        const harm =
          harmOf(args.map((arg) => seen.store.texts(arg).join(' ')).join(' ')) ??
          textsOf(seen, args).map(harmOf).find(Boolean)
        if (harm) return block(deed.line, `a command that ${harm}`)
        if (deed.args[0]?.taints.has('assembled') && [...deed.args[0].texts].some((text) => TOOL.test(text)))
          return block(deed.line, 'hides which command it runs')
        const inner = wouldDo(seen, args)
        if (inner) return block(deed.line, `a command that does this: ${inner.what}`)
        if (
          SENDS.test(textsOf(seen, args).join(' ')) &&
          hasTaint(args, 'host', 'environment', 'credentials', 'secret variable')
        )
          return block(deed.line, 'a command sends what is found on the machine away')
        if (hasTaint(args, 'network'))
          return block(deed.line, 'what comes from the network is run as a command')
        // What is handed to a program as one of its arguments is no command.
        if (hasTaint(deed.args.slice(0, 1), 'request'))
          return block(deed.line, 'what a request says is run as a command')
        if (hasTaint(args, 'decoded')) return block(deed.line, 'encoded text is run as a command')
        return runsDrop(deed) ?? review(deed.line, `starts processes (${deed.api})`)
      }),
      ...each(seen, 'writes a file', (deed) => {
        const inner = wouldDo(seen, fileOf(seen, deed).data)
        return (
          inner && (seen.isTest ? review : block)(deed.line, `writes a program that does this: ${inner.what}`)
        )
      }),
      ...each(seen, 'runs code', runsDrop),
      ...each(seen, 'loads native code', (deed) =>
        hasTaint(allArgs(deed), 'decoded', 'network')
          ? block(deed.line, 'native code that was fetched or encoded is loaded')
          : (runsDrop(deed) ?? review(deed.line, `loads native code (${deed.api})`)),
      ),
      ...each(seen, 'injects', (deed) =>
        block(deed.line, `puts machine code into memory and runs it (${deed.api})`),
      ),
    ]
  },
}
