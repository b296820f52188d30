// What can be told of the results of the platform's functions.
import type { Heap } from '../flow/platform.ts'
import { CREDENTIAL_FILE, NOT_CODE, WHOLE_TREE } from '../flow/texts.ts'
import { anyOf, NOTHING, ofApi, ofText, type Taint, tainted, type Value, whose } from '../flow/value.ts'
import { canonical } from './names.ts'

export const has = (value: Value | undefined, pattern: RegExp): boolean =>
  [...(value?.texts ?? [])].some((text) => pattern.test(text))
export const first = (value: Value | undefined): string | undefined =>
  value ? [...value.texts][0] : undefined
const bytes = (text: string, encoding: 'base64' | 'hex'): string =>
  Buffer.from(text.replaceAll(/\s/g, ''), encoding).toString('latin1')
const rot13 = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (c) =>
    String.fromCharCode(
      (c <= 'Z' ? 90 : 122) >= c.charCodeAt(0) + 13 ? c.charCodeAt(0) + 13 : c.charCodeAt(0) - 13,
    ),
  )

/** A path from parts of which some are not known. */
const pathOf = (parts: readonly Value[]): Value => {
  const text = parts
    .map((part) => first(part) ?? '…')
    .join('/')
    .replaceAll(/\/{2,}/g, '/')
  return tainted(ofText(text), ...parts.flatMap((part) => [...part.taints]))
}

export function fold(api: string, args: readonly Value[], heap: Heap, self: Value): Value | undefined {
  const [one = NOTHING, two] = args
  const flows = () => [...heap.taints(self), ...args.flatMap((arg) => [...heap.taints(arg)])]
  switch (api) {
    case '·import':
    case 'importlib.import_module':
      return ofApi(...[...one.texts].map(canonical))
    case '__import__':
      // Gives the package, not the module in it.
      return ofApi(...[...one.texts].map((text) => canonical(text.split('.')[0]!)))
    case '·last':
      return args.at(-1) ?? NOTHING
    case '·arithmetic':
      return whose({ taints: new Set(flows()) })
    case '·slice': {
      const reversed = has(two, /^::-1$/)
      const items = heap.items(one)
      if (items && reversed) return heap.list([...items].reverse())
      const of = [...one.texts].map((text) => (reversed ? [...text].reverse().join('') : undefined))
      return tainted(
        reversed ? ofText(...of.filter((text) => text !== undefined)) : one,
        ...flows(),
        ...(reversed ? (['assembled'] as const) : []),
      )
    }
    case '·path': {
      const isPath = one.apis.has('Path') || two?.apis.has('Path')
      return isPath ? anyOf([ofApi('Path'), pathOf(args)]) : whose({ taints: new Set(flows()) })
    }
    case 'getattr':
      return undefined
    case 'chr':
      return tainted(
        Number(first(one)) > 0
          ? ofText(String.fromCodePoint(Math.min(Number(first(one)), 0x10ffff)))
          : NOTHING,
        ...flows(),
        'decoded',
      )
    case 'ord':
      return tainted(NOTHING, ...flows(), 'codes')
    case 'bytes':
    case 'bytearray': {
      const codes = heap.items(one)?.map((item) => Number(first(item)))
      if (codes && codes.length > 3 && codes.every((code) => code >= 0 && code < 256))
        return tainted(ofText(String.fromCharCode(...codes)), 'decoded')
      return tainted(
        one,
        ...flows(),
        ...(heap.taints(one).has('codes') || (one.objects.size > 0 && one.texts.size === 0)
          ? (['decoded'] as const)
          : []),
      )
    }
    case 'bytes.fromhex':
    case 'bytearray.fromhex':
    case 'binascii.unhexlify':
    case 'binascii.a2b_hex':
      return tainted(ofText(...[...one.texts].map((text) => bytes(text, 'hex'))), ...flows(), 'decoded')
    case 'base64.b64decode':
    case 'base64.urlsafe_b64decode':
    case 'base64.standard_b64decode':
      return tainted(ofText(...[...one.texts].map((text) => bytes(text, 'base64'))), ...flows(), 'decoded')
    case 'base64.b85decode':
      return tainted(NOTHING, ...flows(), 'decoded')
    case 'codecs.decode':
      return tainted(
        has(two, /rot/i)
          ? ofText(...[...one.texts].map(rot13))
          : has(two, /hex/i)
            ? ofText(...[...one.texts].map((t) => bytes(t, 'hex')))
            : NOTHING,
        ...flows(),
        'decoded',
      )
    case 'map': {
      const items = heap.items(two ?? NOTHING)
      if (items && one.apis.has('chr'))
        return heap.list(items.map((item) => fold('chr', [item], heap, NOTHING)!))
      return whose({
        taints: new Set<Taint>([...flows(), ...(one.apis.has('chr') ? (['decoded'] as const) : [])]),
      })
    }
    case 'list':
    case 'reversed':
    case 'str':
    case 'zip':
    case 'sorted':
      return tainted(one, ...flows())
    case 'dict':
      return tainted(one, ...flows())
    case 'compile':
      return tainted(one, ...flows())
    case 'type':
      return undefined
    case 'open':
    case 'io.open':
    case 'codecs.open':
    case 'Path.read_text':
    case 'Path.read_bytes':
    case 'Path.open':
    case 'sqlite3.connect':
    case 'Path.iterdir':
    case 'Path.glob':
    case 'Path.rglob':
    case 'os.listdir':
    case 'os.walk':
    case 'os.scandir':
    case 'glob.glob':
    case 'glob.iglob':
    case 'shutil.make_archive': {
      const where = api.startsWith('Path') ? self : api === 'shutil.make_archive' ? (args[2] ?? NOTHING) : one
      const taints: Taint[] = [...where.taints].filter(
        (taint) => taint === 'everything' || taint === 'credentials',
      )
      if (has(where, CREDENTIAL_FILE)) taints.push('credentials')
      if (
        /list|walk|scan|iter|glob|archive/.test(api) &&
        [...where.texts].some((text) => WHOLE_TREE.test(text.replace(/[/\\]\*.*$/, '')))
      )
        taints.push('everything')
      if (/open|read/.test(api) && has(where, NOT_CODE)) taints.push('decoded')
      return tainted(
        api === 'sqlite3.connect' ? whose({ apis: new Set(['sqlite3.connect()']) }) : NOTHING,
        ...taints,
      )
    }
    case 'os.path.join':
    case 'Path.joinpath':
      return pathOf(api.startsWith('Path') ? [self, ...args] : args)
    case 'os.path.expanduser':
    case 'os.path.expandvars':
    case 'os.path.abspath':
    case 'os.path.normpath':
    case 'pathlib.Path':
      return tainted(
        ofText(
          ...[...one.texts].map((text) =>
            text.replace(/^(?:\$HOME|%(?:USERPROFILE|APPDATA|LOCALAPPDATA)%)/, '~'),
          ),
        ),
        ...one.taints,
      )
    case 'tempfile.gettempdir':
      return ofText('/tmp')
    case 'os.getenv':
    case 'os.environ.get': {
      const names = [...one.texts]
      if (names.some((name) => /^(?:HOME|USERPROFILE|APPDATA|LOCALAPPDATA)$/i.test(name))) return ofText('~')
      return ofApi(...names.map((name) => `os.environ.${name}`))
    }
    case 'json.dumps':
      return tainted(ofText(heap.texts(one).join('\n')), ...flows())
    default:
      return undefined
  }
}
