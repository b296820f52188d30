// The battery's own process, in the private namespaces that ground.ts made: prints its report as JSON on stdout.
import { parseArgs } from 'node:util'
import { closeInherited } from '../../adapters/sandbox/inherited.ts'

const keyringSecret = process.env.GRACE_ABUSE_KEYRING ?? ''
delete process.env.GRACE_ABUSE_KEYRING
// As bin/grace does, before anything is opened.
closeInherited()

const { openLab } = await import('../support/sandbox.ts')
const { contained, outside } = await import('./battery.ts')
const { plantCanaries } = await import('./canaries.ts')
const { CASES } = await import('./cases.ts')

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const only = (values.only ?? '').split(',').map(Number)
const cases = CASES.filter(({ number }) => only.includes(number))
const canaries = await plantCanaries(keyringSecret)
const lab = await openLab()
try {
  const { containment } = lab
  process.env.GRACE_ABUSE_OWN = canaries.secret('own environment')
  const report = containment.ok
    ? { contained: await contained(canaries, cases, lab), control: await outside(canaries, cases) }
    : { why: containment.why }
  process.stdout.write(`${JSON.stringify(report)}\n`)
} finally {
  lab.close()
  await canaries.close()
}
process.exit(0)
