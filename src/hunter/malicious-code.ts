import { type Check, fail, needsHuman, notApplicable, pass } from '../checks/check.ts'
import type { Facts } from '../checks/facts.ts'
import { type Capability, capabilitiesOf, isScript, type Sighting } from './capabilities.ts'

/** What no ordinary improvement gains; the rest is for a person to judge. */
const BLOCKED: ReadonlySet<Capability> = new Set([
  'starts processes',
  'runs text as code',
  'loads native or WebAssembly code',
  'hides text',
])

/** Capabilities that a changed file has after the change and did not have before. Throws as the parser does. */
export function gained(candidate: Facts['candidate']): (Sighting & { path: string })[] {
  return [...candidate.after]
    .filter(([path]) => isScript(path))
    .flatMap(([path, text]) => {
      const before = candidate.before.get(path)
      const had = new Set(before === undefined ? [] : capabilitiesOf(path, before).map((s) => s.capability))
      return capabilitiesOf(path, text)
        .filter((sighting) => !had.has(sighting.capability))
        .map((sighting) => ({ ...sighting, path }))
    })
}

export const noMaliciousCode: Check = {
  id: 'no_malicious_code',
  family: 'security',
  title: 'No malicious code',
  looksAt: 'abilities that changed JavaScript and TypeScript files gain',
  notYetChecked: ['other languages', 'aliases followed through a file'],
  ask({ candidate }) {
    const scripts = [...candidate.after.keys()].filter(isScript)
    const code = candidate.changes.filter((file) => file.kind !== 'deleted')
    if (
      scripts.length === 0 &&
      code.every((file) => /\.(?:sql|md|txt|json|ya?ml|css|html)$/i.test(file.path))
    )
      return notApplicable('No program text changes that this looks at.')
    const found = gained(candidate).map((g) => ({
      at: `${g.path}:${g.line}`,
      what: g.capability,
      block: BLOCKED.has(g.capability),
    }))
    const evidence = found.slice(0, 20).map(({ at, what }) => ({ at, what }))
    const worst = found.find((f) => f.block)
    if (worst)
      return fail(
        `The change gains an ability that it should not need: ${worst.what} (${worst.at}).`,
        evidence,
      )
    if (found.length > 0)
      return needsHuman(`A person has to judge: ${found[0]?.what} (${found[0]?.at}).`, evidence)
    return pass(`${scripts.length} changed scripts gain no new ability.`)
  },
}
