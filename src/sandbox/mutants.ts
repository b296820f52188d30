// One line, changed a little, so that a test which demands something of it fails. By its text, so in any language; the
// operators are those of mutation testing (DeMillo, Lipton & Sayward 1978), as universalmutator applies them by pattern
// (Groce et al. 2018).

/** All of one pattern's occurrences are tried, the first first. */
const SWAPS: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/===|!==/g, (found) => (found === '===' ? '!==' : '===')],
  [/(?<![=!<>])(?:==|!=)(?!=)/g, (found) => (found === '==' ? '!=' : '==')],
  [/(?<![<>=-])(?:<=|>=)(?![<>=])/g, (found) => (found === '<=' ? '>' : '<')],
  [/(?<= )[<>](?= )/g, (found) => (found === '<' ? '>=' : '<=')],
  [/&&|\|\|/g, (found) => (found === '&&' ? '||' : '&&')],
  [/(?<= )(?:and|or)(?= )/g, (found) => (found === 'and' ? 'or' : 'and')],
  [/(?<= )[+-](?= )/g, (found) => (found === '+' ? '-' : '+')],
  [/(?<= )[*/](?= )/g, (found) => (found === '*' ? '/' : '*')],
  [/\+\+|--(?!>)/g, (found) => (found === '++' ? '--' : '++')],
  [/(?<= )[+-]=(?= )/g, (found) => (found === '+=' ? '-=' : '+=')],
  [/\b(?:true|false)\b/g, (found) => (found === 'true' ? 'false' : 'true')],
  [/\b(?:True|False)\b/g, (found) => (found === 'True' ? 'False' : 'True')],
  [/(?<![\w.'"`])\d+(?![\w.'"`])/g, (found) => `${Number(found) + 1}`],
  [/(["'])(?:(?!\1)[^\\])*\1/g, (found) => `${found.slice(0, -1)}~${found.at(-1)}`],
]

const RETURNED: readonly (readonly [RegExp, string])[] = [
  [/\.[cm]?[jt]sx?$/, 'null'],
  [/\.py$/, 'None'],
]
const CALLED = /^(\s*)(?:await )?[\w.$]+\(.*\);?\s*$/

const isBalanced = (text: string): boolean =>
  ['()', '[]', '{}'].every((pair) => text.split(pair[0]!).length === text.split(pair[1]!).length)

/** Other lines in its place, the likeliest to be seen first; none where nothing in it can be told apart. */
export function mutantsOf(path: string, line: string): string[] {
  const mutants = SWAPS.flatMap(([pattern, other]) =>
    [...line.matchAll(pattern)].map(
      (match) => line.slice(0, match.index) + other(match[0]) + line.slice(match.index + match[0].length),
    ),
  )
  const nothing = RETURNED.find(([files]) => files.test(path))?.[1]
  const returned = /^(\s*return\s+)([^;]+?)(;?\s*)$/.exec(line)
  if (nothing && returned && returned[2] !== nothing && isBalanced(returned[2]!))
    mutants.push(`${returned[1]}${nothing}${returned[3]}`)
  const called = CALLED.exec(line)
  if (called && isBalanced(line)) mutants.push(`${called[1]}${path.endsWith('.py') ? 'pass' : ''}`)
  return [...new Set(mutants)].filter((mutant) => mutant !== line)
}
