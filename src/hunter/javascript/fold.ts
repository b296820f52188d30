// What can be told of the results of the platform's functions.
import type { Heap } from '../flow/platform.ts'
import { CREDENTIAL_FILE, NOT_CODE, WHOLE_TREE } from '../flow/texts.ts'
import {
  anyOf,
  either,
  NOTHING,
  ofApi,
  ofText,
  type Taint,
  tainted,
  type Value,
  whose,
} from '../flow/value.ts'
import { canonical } from './names.ts'

const moduleOf = (specifier: string): string => canonical(specifier.replace(/^node:/, ''))
const has = (value: Value | undefined, pattern: RegExp): boolean =>
  [...(value?.texts ?? [])].some((text) => pattern.test(text))

export function fold(api: string, args: readonly Value[], heap: Heap): Value | undefined {
  const [first = NOTHING, second] = args
  switch (api) {
    case 'require':
    case 'import()': {
      const data = [...first.texts].filter((text) => /^data:/i.test(text))
      if (data.length > 0) return tainted(ofApi('require()'), 'decoded')
      return anyOf([
        ofApi(...[...first.texts].filter((t) => !t.includes('…')).map(moduleOf)),
        whose({ taints: first.taints }),
      ])
    }
    case '·last':
      return args.at(-1) ?? NOTHING
    case '·spread': {
      const text = first.texts.size === 1 ? [...first.texts][0]! : undefined
      return text !== undefined && !text.includes('…') && text.length <= 5_000
        ? heap.list([...text].map((c) => tainted(ofText(c), ...first.taints)))
        : first
    }
    case 'Proxy':
      return either(second ?? NOTHING, ofApi('Proxy()'))
    case 'Reflect.construct':
      return undefined
    case '·arithmetic':
      return whose({ taints: new Set(args.flatMap((arg) => [...heap.taints(arg)])) })
    case 'atob':
      return tainted(ofText(...[...first.texts].map((t) => decode(t, 'base64'))), ...first.taints, 'decoded')
    case 'unescape':
    case 'decodeURIComponent':
    case 'decodeURI': {
      const encoded = [...first.texts].filter((text) => /(?:%[0-9a-f]{2}){3}/i.test(text))
      return tainted(
        ofText(...encoded.map(unescapeText)),
        ...heap.taints(first),
        ...(encoded.length > 0 ? (['decoded'] as const) : []),
      )
    }
    case 'Buffer.from':
    case 'Uint8Array.from':
    case 'Uint8Array':
    case 'Buffer': {
      if (has(second, /^(?:base64|base64url|hex|binary|latin1|ucs2|utf16le)$/i)) {
        const encoding = [...second!.texts][0] as BufferEncoding
        const taints: Taint[] = /^(?:base64|base64url|hex)$/i.test(encoding) ? ['decoded'] : []
        return tainted(
          ofText(...[...first.texts].map((t) => decode(t, encoding))),
          ...heap.taints(first),
          ...taints,
        )
      }
      const bytes = heap.items(first)?.map((item) => Number([...item.texts][0]))
      if (bytes && bytes.length > 3 && bytes.every((b) => b >= 0 && b < 256))
        return tainted(ofText(String.fromCharCode(...bytes)), 'decoded')
      return tainted(
        first,
        ...heap.taints(first),
        ...(heap.taints(first).has('codes') ? (['decoded'] as const) : []),
      )
    }
    case 'String.fromCharCode':
    case 'String.fromCodePoint': {
      const list = args.length === 1 ? (heap.items(first) ?? args) : args
      const codes = list.map((arg) => Number([...arg.texts][0]))
      const text =
        codes.length > 0 && codes.every((c) => c > 0 && c < 0x10ffff)
          ? String.fromCodePoint(...codes)
          : undefined
      return tainted(
        text === undefined ? NOTHING : ofText(text),
        ...args.flatMap((a) => [...heap.taints(a)]),
        'decoded',
      )
    }
    case 'path.join':
    case 'path.resolve':
    case 'path.posix.join': {
      const parts = args.map((arg) => [...arg.texts][0] ?? '…')
      return tainted(
        ofText(parts.join('/').replaceAll(/\/{2,}/g, '/')),
        ...args.flatMap((a) => [...heap.taints(a)]),
      )
    }
    case 'fs.readFile':
    case 'fs.readFileSync':
    case 'fs.createReadStream':
    case 'fs.readJson':
    case 'fs.readJsonSync':
    case 'fs.read':
    case 'Bun.file':
    case 'Deno.readTextFile':
    case 'Deno.readTextFileSync':
      return whose({
        taints: new Set<Taint>([
          ...[...first.taints].filter((taint) => taint === 'everything'),
          ...(has(first, CREDENTIAL_FILE) ? (['credentials'] as const) : []),
          ...(has(first, NOT_CODE) ? (['decoded'] as const) : []),
        ]),
      })
    case 'fs.readdir':
    case 'fs.readdirSync':
    case 'glob.sync':
    case 'glob':
    case 'fast-glob.sync':
      return whose({
        taints: new Set<Taint>([
          ...first.taints,
          ...(has(first, CREDENTIAL_FILE) ? (['credentials'] as const) : []),
          ...(has(first, WHOLE_TREE) ? (['everything'] as const) : []),
        ]),
      })
    case 'document.querySelector':
    case 'document.querySelectorAll':
    case 'document.getElementById':
    case 'document.getElementsByName':
    case '$':
    case 'jQuery':
      return has(first, /password|passwd|\bcvv\b|\bcvc\b|card|\bpin\b|\bccnum|expir|ssn|iban/i)
        ? whose({ taints: new Set(['form fields']) })
        : undefined
    case 'FormData':
      return args.length > 0 ? whose({ taints: new Set(['form fields']) }) : undefined
    case 'Function.prototype.call.bind':
    case 'Function.prototype.apply.bind':
      return first
    case 'Reflect.apply':
    case 'util.promisify':
      return first
    case 'JSON.stringify':
      return tainted(ofText(heap.texts(first).join('\n')), ...heap.taints(first))
    case 'JSON.parse':
    case 'Array.from':
    case 'Object.assign':
    case 'Object.freeze':
    case 'Promise.resolve':
    case 'Promise.all':
      return anyOf([...args, whose({ taints: new Set(args.flatMap((a) => [...heap.taints(a)])) })])
    default:
      return undefined
  }
}

const decode = (text: string, encoding: BufferEncoding): string => {
  try {
    return Buffer.from(text, encoding).toString(
      encoding === 'hex' || encoding.startsWith('base64') ? 'utf8' : encoding,
    )
  } catch {
    return ''
  }
}
const unescapeText = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
