// Licences of packages, by SPDX expressions.
import satisfies from 'spdx-satisfies'

/** Ask for no more than to be named. */
const PERMISSIVE = [
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'Unlicense',
  'Python-2.0',
  'Zlib',
  'WTFPL',
  'BSL-1.0',
]
/** Reach the code that uses them, or are not open. */
const RESTRICTED =
  /\b(?:A?GPL|SSPL|BUSL|BSL-1\.1|Commons-?Clause|Elastic-2\.0|PolyForm|CC-BY-NC|OSL|EUPL|UNLICENSED)/i

/** `unknown` where the text is no SPDX expression, or none is given. */
export function licenceKind(
  expression: string | undefined,
): 'permissive' | 'restricted' | 'other' | 'unknown' {
  if (!expression) return 'unknown'
  try {
    if (satisfies(expression, PERMISSIVE)) return 'permissive'
  } catch {
    return RESTRICTED.test(expression) ? 'restricted' : 'unknown'
  }
  return RESTRICTED.test(expression) ? 'restricted' : 'other'
}
