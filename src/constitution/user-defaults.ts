// What is decided for users without their word: telemetry, consent, what is kept and what is updated by itself.
import { type FileChange, isTest, type Line } from '../candidate/diff.ts'
import { LINE } from '../checks/added-lines.ts'
import type { Evidence } from '../checks/check.ts'

/** Parts of a setting's name, as words: `telemetryEnabled`, `OPT_IN`, `auto-update`. */
const SUBJECTS =
  /(?:telemetry|analytics|tracking|crash ?reports?|usage ?(?:stats|statistics|data)|opt ?(?:in|out)|auto ?(?:update|upgrade)s?|retention|consent|newsletter|marketing|share ?data|data ?sharing|do ?not ?track|third ?party ?cookies)/
/** What stands before a value: `name:`, `name =`, `"name":`, `const name: boolean =`. */
const NAME =
  /^\s*(?:export\s+)?(?:(?:const|let|var|static|readonly|public|private|final|val)\s+)?["'`]?([A-Za-z][\w.$-]*)["'`]?\s*[:=]/
const VALUE =
  /^(?:["'`]?(?:true|false|yes|no|on|off|enabled|disabled|opt-?in|opt-?out|always|never|ask)["'`]?|!?[01]|\d[\d_]*(?:\.\d+)?)$/i
const ON = /^["'`]?(?:true|yes|on|enabled|always|opt-?out|1)["'`]?$/i

const words = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_.$-]+/g, ' ')
    .toLowerCase()

interface Setting {
  readonly name: string
  readonly value: string
  readonly line: number
}

const settingsIn = (lines: readonly Line[]): Setting[] =>
  lines.flatMap(({ text, number }) => {
    const line = text.slice(0, LINE)
    const [before, name] = NAME.exec(line) ?? []
    if (!before || !name || !SUBJECTS.test(words(name))) return []
    // Behind a type (`: boolean =`), before a comment and what ends the line.
    const rest = line.slice(before.length)
    const value = (rest.slice(rest.indexOf('=') + 1).split(/\/\/|#/)[0] ?? '')
      .replace(/[\s,;]+$/, '')
      .trimStart()
    return VALUE.test(value) ? [{ name, value, line: number }] : []
  })

/** Settings whose value changes, and new ones that are on from the beginning. */
export function flippedDefaults(changes: readonly FileChange[]): Evidence[] {
  return changes
    .filter((file) => !isTest(file.path))
    .flatMap((file) => {
      const before = new Map(settingsIn(file.removed).map((one) => [one.name, one.value]))
      return settingsIn(file.added).flatMap(({ name, value, line }) => {
        const was = before.get(name)
        const at = `${file.path}:${line}`
        if (was !== undefined)
          return was === value ? [] : [{ at, what: `a default of users, ${name}, from ${was} to ${value}` }]
        return ON.test(value) ? [{ at, what: `a new default of users, ${name}, is ${value}` }] : []
      })
    })
}
