import { DROP, isBareAddress } from '../flow/texts.ts'
import { allArgs, block, each, hasTaint, type Rule, review, textsOf, wouldDo } from './rule.ts'

const TIMERS = /^set(?:Timeout|Interval|Immediate)$/
/** A module compiled to WebAssembly is often shipped as encoded text; a person looks at it. */
const BINARY = /^WebAssembly\./
const LOADS = /^(?:require|import\(\)|importlib\.import_module|__import__)$/

/** May run code that is in what it reads, and seldom does. */
const DESERIALIZES = /pickle|joblib|shelve|dill/

/** Text that was encoded, or came from the network, is run. */
export const hiddenCode: Rule = {
  id: 'hidden-code',
  look: (seen) =>
    each(seen, 'runs code', (deed) => {
      const worst = wouldDo(seen, allArgs(deed))
      if (worst) return block(deed.line, `runs text that does this: ${worst.what}`)
      const args = TIMERS.test(deed.api) ? deed.args.slice(0, 1) : allArgs(deed)
      if (
        TIMERS.test(deed.api) &&
        args.every((arg) => arg.functions.size > 0 || (arg.taints.size === 0 && arg.texts.size === 0))
      )
        return undefined
      if (
        textsOf(seen, args).some(
          (text) => /^(?:https?:)?\/\//.test(text) && (isBareAddress(text) || DROP.test(text)),
        )
      )
        return block(deed.line, 'code is loaded from an address that anybody can have')
      if (textsOf(seen, args).some((text) => /^data:[^,]*;base64,/i.test(text)))
        return block(deed.line, 'encoded text is loaded')
      const called = LOADS.test(deed.api) ? 'is loaded' : 'is run as code'
      if (seen.isTest && DESERIALIZES.test(deed.api)) return undefined
      if (hasTaint(args, 'network')) return block(deed.line, `what comes from the network ${called}`)
      if (hasTaint(args, 'request')) return block(deed.line, `what a request says ${called}`)
      if (hasTaint(args, 'decoded'))
        return BINARY.test(deed.api)
          ? review(deed.line, 'runs encoded WebAssembly')
          : block(deed.line, `encoded text ${called}`)
      if (LOADS.test(deed.api))
        return args.some((arg) => arg.texts.size > 0)
          ? undefined
          : review(deed.line, 'loads code by a computed name')
      return review(deed.line, `runs text as code (${deed.api})`)
    }),
}
