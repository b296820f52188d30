import { MINING } from '../flow/texts.ts'
import { block, type Rule, review } from './rule.ts'

const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length

const SHAPES: readonly [RegExp, 'block' | 'review', string][] = [
  [/\beval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k/, 'block', 'packed code'],
  [/(?:[[\]()!+]\s*){200,}/, 'block', 'code that is written without letters'],
  [
    /__class__\s*\.\s*__(?:bases?|mro)__[\s\S]{0,80}__subclasses__/,
    'block',
    'reaches classes by a way round their names',
  ],
  [
    /PROT_EXEC[\s\S]*CFUNCTYPE|CFUNCTYPE[\s\S]*PROT_EXEC/,
    'block',
    'puts machine code into memory and runs it',
  ],
  [/memfd_create[\s\S]*(?:\bexec[lv]\w*\(|\/proc\/self\/fd)/, 'block', 'runs a program that is in no file'],
  [/\S[ \t]{150,};?\s*\S/, 'block', 'code far to the right, out of sight'],
  [MINING, 'block', 'mines on the account of whoever runs it'],
  [
    /[A-Za-z0-9+/=]{1000,}|(?:\\x[0-9a-f]{2}){200,}|(?:0x[0-9a-f]{2}\s*,\s*){200,}/i,
    'review',
    'a long encoded text',
  ],
]

/** Code in a form that people are not meant to read. */
export const obfuscation: Rule = {
  id: 'obfuscation',
  look({ source }) {
    const found = SHAPES.flatMap(([pattern, grade, what]) => {
      const match = pattern.exec(source)
      return match &&
        !/data:image|sourceMappingURL/.test(source.slice(Math.max(0, match.index - 80), match.index))
        ? [(grade === 'block' ? block : review)(lineOf(source, match.index), what)]
        : []
    })
    const names = [...source.matchAll(/\b_0x[0-9a-f]+\b/g)]
    if (new Set(names.map(([name]) => name)).size >= 3)
      found.push(block(lineOf(source, names[0]!.index), 'names that an obfuscator made'))
    return found
  },
}
