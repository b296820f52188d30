// Methods of texts, lists and buffers whose result can be told: what obfuscators build names from.
import type { Heap } from '../flow/platform.ts'
import { anyOf, NOTHING, ofText, type Taint, tainted, type Value, whose } from '../flow/value.ts'

const first = (value: Value | undefined): string | undefined => (value ? [...value.texts][0] : undefined)
const number = (value: Value | undefined): number | undefined => {
  const text = first(value)
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
}

/** Decoding by `toString('utf8')` of what is known already changes nothing. */
export function foldMethod(key: string, self: Value, args: readonly Value[], heap: Heap): Value | undefined {
  const taints = [...heap.taints(self), ...args.flatMap((arg) => [...heap.taints(arg)])]
  const made = (texts: readonly string[], ...more: Taint[]): Value =>
    tainted(ofText(...texts), ...taints, ...more)
  const texts = [...self.texts].filter((text) => !text.includes('…'))
  const items = heap.items(self)

  if (items) {
    const known = items.map(first)
    switch (key) {
      case 'join':
        if (known.every((text) => text !== undefined))
          return made(
            [known.join(first(args[0]) ?? (args.length === 0 ? ',' : ''))],
            ...(items.length > 1 ? (['assembled'] as const) : []),
          )
        return made([known.map((text) => text ?? '…').join(first(args[0]) ?? ',')])
      case 'reverse':
        return heap.list([...items].reverse())
      case 'slice':
      case 'concat':
      case 'filter':
        return key === 'concat' ? anyOf([self, ...args]) : self
      case 'at':
        return items.at(number(args[0]) ?? 0) ?? NOTHING
      case 'map': {
        const mapped = [...(args[0]?.apis ?? [])]
        if (mapped.includes('String.fromCharCode') && known.every((text) => Number(text) > 0))
          return heap.list(known.map((text) => made([String.fromCodePoint(Number(text))], 'decoded')))
        return undefined
      }
      default:
        return undefined
    }
  }
  if (key === 'charCodeAt' || key === 'codePointAt') return made([], 'codes')
  if (texts.length === 0) return undefined
  const a = first(args[0])
  const b = first(args[1])
  switch (key) {
    case 'split':
      return args.length === 0 || a === undefined
        ? undefined
        : heap.list(
            texts[0]!
              .split(a)
              .slice(0, 5_000)
              .map((t) => made([t], 'assembled')),
          )
    case 'replace':
    case 'replaceAll':
      return a === undefined || b === undefined
        ? undefined
        : made(
            texts.map((t) => (key === 'replace' ? t.replace(a, b) : t.replaceAll(a, b))),
            'assembled',
          )
    case 'slice':
    case 'substring':
    case 'substr': {
      const [from, to] = [number(args[0]), number(args[1])]
      if (from === undefined) return undefined
      return made(
        texts.map((t) =>
          key === 'substr'
            ? t.slice(from, to === undefined ? undefined : from + to)
            : key === 'slice'
              ? t.slice(from, to)
              : t.substring(from, to),
        ),
        'assembled',
      )
    }
    case 'charAt':
    case 'at':
      return made(texts.map((t) => t.charAt(number(args[0]) ?? 0)))
    case 'concat':
      return made(
        texts.map((t) => t + args.map((arg) => first(arg) ?? '…').join('')),
        'assembled',
      )
    case 'toLowerCase':
      return made(texts.map((t) => t.toLowerCase()))
    case 'toUpperCase':
      return made(texts.map((t) => t.toUpperCase()))
    case 'trim':
    case 'toString':
    case 'valueOf':
    case 'normalize':
      return made(texts)
    case 'repeat':
      return made(texts.map((t) => t.repeat(Math.min(number(args[0]) ?? 1, 100)).slice(0, 10_000)))
    default:
      return whose({ taints: new Set(taints) })
  }
}
