// Lines that a shell, a build or a machine of somebody else will carry out.
import { harmOf } from '../flow/commands.ts'
import { DROP, isBareAddress } from '../flow/texts.ts'
import type { Sight } from '../rules/rule.ts'

const CARRIED_OUT =
  /\.(?:sh|bash|zsh|fish|ksh|ps1|psm1|bat|cmd|ya?ml|gypi?|pth|mk|service|timer|plist|reg|desktop)$|(?:^|\/)(?:Dockerfile[^/]*|Containerfile|Makefile|justfile|Taskfile|Jenkinsfile|Procfile|crontab|tasks\.json|launch\.json|devcontainer\.json|\.husky\/.*|\.git-?hooks?\/.*|\.envrc)$/i
/** Installers of well-known tools are fetched and run this way in any number of builds. */
const ORDINARY = /^fetches (?:text|a file)/

const MORE: readonly [RegExp, RegExp, string][] = [
  [
    /\.ya?ml$/i,
    /toJSON\(\s*secrets\s*\).*(?:curl|wget|https?:)|(?:curl|wget)\b.*\$\{\{\s*(?:secrets\.|toJSON\(\s*secrets)/is,
    'sends the secrets of the pipeline away',
  ],
  [
    /\.ya?ml$/i,
    /toJSON\(\s*secrets\s*\)[\s\S]*(?:fetch\(|requests\.|urlopen)|(?:fetch\(|requests\.|urlopen)[\s\S]*toJSON\(\s*secrets\s*\)/i,
    'sends the secrets of the pipeline away',
  ],
  [
    /\.ya?ml$/i,
    /\$\{\{\s*github\.event\.(?:issue|comment|pull_request|review|head_commit)\.(?:title|body|message|head\.ref)\s*\}\}.*(?:base64|\|\s*(?:ba)?sh)/is,
    'runs text that strangers write',
  ],
  [
    /\.pth$/i,
    /^\s*import\b.*(?:exec|eval|compile|__import__|b64|urlopen|subprocess|os\.system)/m,
    'runs code at every start of Python',
  ],
  [
    /\.gypi?$/i,
    /<!@?\([^)]*(?:\.js\b[^)]*\/dev\/null|curl|wget|\bsh\b|node\s+-e)/,
    'runs a script when the package is installed',
  ],
]

export const isCarriedOut = (path: string): boolean => CARRIED_OUT.test(path)

/** `lines` are those that a change adds, 1-based; a command may go on over several. */
export function harmfulLines(
  path: string,
  lines: readonly { number: number; text: string }[],
  inCode: (path: string, text: string) => Sight[],
): Sight[] {
  if (!isCarriedOut(path)) return []
  const found: Sight[] = []
  for (const { number, text } of commandsIn(lines)) {
    const [, tool, , code] =
      /\b(node|bun|deno|python\d?)\s+(?:-[a-z]*[ecp]|--eval|eval)\s+(["'])(.*)\2/.exec(
        text.replaceAll('\\"', '"').replaceAll("\\'", "'"),
      ) ?? []
    const inner =
      tool && code
        ? inCode(/^py/.test(tool) ? 'x.py' : 'x.js', code).find(({ grade }) => grade === 'block')
        : undefined
    if (inner) found.push({ line: number, grade: 'block', what: `a command that does this: ${inner.what}` })
    const harm = harmOf(text)
    if (harm === undefined) continue
    const strange = DROP.test(text) || isBareAddress(text) || /\bhttp:\/\//.test(text)
    found.push({
      line: number,
      grade: ORDINARY.test(harm) && !strange ? 'review' : 'block',
      what: `a command that ${harm}`,
    })
  }
  const whole = lines.map(({ text }) => text).join('\n')
  for (const [files, pattern, what] of MORE) {
    const match = files.test(path) ? pattern.exec(whole) : null
    if (match)
      found.push({
        line: lines[whole.slice(0, match.index).split('\n').length - 1]!.number,
        grade: 'block',
        what,
      })
  }
  return found
}

function commandsIn(lines: readonly { number: number; text: string }[]): { number: number; text: string }[] {
  const joined: { number: number; text: string }[] = []
  let goesOn = false
  for (const { number, text } of lines) {
    if (/^\s*(?:#|\/\/|REM\b)/i.test(text)) continue
    const body = text.replace(/\\\s*$/, ' ')
    const last = joined.at(-1)
    if (goesOn && last) joined[joined.length - 1] = { number: last.number, text: last.text + body }
    else joined.push({ number, text: body })
    goesOn = /\\\s*$/.test(text)
  }
  return joined
}
