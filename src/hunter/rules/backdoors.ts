import type { Value } from '../flow/value.ts'
import { block, each, type Rule } from './rule.ts'

/** Looks made up, as a password is and a word of a protocol is not. */
const looksSecret = (value: Value): boolean =>
  [...value.texts].some(
    (text) =>
      /^[\x21-\x7e]{8,}$/.test(text) &&
      /\d/.test(text) &&
      /[a-z]/i.test(text) &&
      !/^(?:v?\d+[.\d]*|https?:.*|[a-z]+\/[\w.+-]+|utf-?8|sha-?\d+|http\/[\d.]+|[A-Z]{2,5}-?\d+)$/i.test(
        text,
      ),
  )

/** A request that knows a constant of the code is let in. */
export const backdoors: Rule = {
  id: 'backdoor',
  look: (seen) =>
    seen.isTest
      ? []
      : each(seen, 'compares', (deed) => {
          const [left, right] = deed.args
          if (!left || !right) return undefined
          const says = (a: Value, b: Value) =>
            a.taints.has('request') && b.taints.size === 0 && looksSecret(b)
          return says(left, right) || says(right, left)
            ? block(deed.line, 'a request that knows a constant of the code is treated differently')
            : undefined
        }),
}
