// Methods of texts whose result can be told.
import type { Heap } from '../flow/platform.ts'
import { NOTHING, ofText, type Taint, tainted, type Value, whose } from '../flow/value.ts'
import { first, has } from './fold.ts'

export function foldMethod(key: string, self: Value, args: readonly Value[], heap: Heap): Value | undefined {
  const taints = [...heap.taints(self), ...args.flatMap((arg) => [...heap.taints(arg)])]
  const texts = [...self.texts]
  const made = (of: readonly string[], ...more: Taint[]): Value => tainted(ofText(...of), ...taints, ...more)
  const a = first(args[0])
  const b = first(args[1])
  switch (key) {
    case 'join': {
      const items = heap.items(args[0] ?? NOTHING)
      if (!items) return a !== undefined && texts[0] === '' ? made([a]) : whose({ taints: new Set(taints) })
      const known = items.map(first)
      return made(
        [known.map((text) => text ?? '…').join(texts[0] ?? '')],
        ...(known.length > 1 && !known.includes(undefined) ? (['assembled'] as const) : []),
      )
    }
    case 'replace':
      return a === undefined || b === undefined || texts.length === 0
        ? undefined
        : made(
            texts.map((text) => text.replaceAll(a, b)),
            'assembled',
          )
    case 'format':
    case '%': {
      let at = 0
      return texts.length === 0
        ? undefined
        : made(texts.map((text) => text.replaceAll(/%[sdr]|\{[^{}]*\}/g, () => first(args[at++]) ?? '…')))
    }
    case 'split':
      return a === undefined || texts[0] === undefined
        ? undefined
        : heap.list(
            texts[0]
              .split(a)
              .slice(0, 5_000)
              .map((text) => made([text], 'assembled')),
          )
    case 'lower':
      return made(texts.map((text) => text.toLowerCase()))
    case 'upper':
      return made(texts.map((text) => text.toUpperCase()))
    case 'strip':
    case 'encode':
    case 'format_map':
    case 'rstrip':
      return texts.length > 0 ? made(texts.map((text) => text.trim())) : undefined
    case 'decode':
      return has(args[0], /^(?:hex|base64|rot13|rot_13|zlib|bz2|unicode_escape)$/i)
        ? made([], 'decoded')
        : made(texts)
    case 'translate':
      return made([], 'decoded')
    default:
      return undefined
  }
}
