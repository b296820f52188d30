// npm run abuse [-- --json FILE --only 1,2]: tries the 65 abuses of a hostile candidate in the real sandbox, as root and
// as an ordinary user, and outside of any (the control). A table for people; the exit code says whether all were contained.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CASES } from './cases.ts'
import { missing, runBatteries, USERS } from './ground.ts'

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } })
const why = missing()
if (why) {
  process.stderr.write(`Nothing was tried: ${why}\n`)
  process.exit(2)
}
const only = values.only?.split(',').map(Number)
const chosen = CASES.filter(({ number }) => !only || only.includes(number))

const reports = await runBatteries(chosen.map(({ number }) => number))

const columns = USERS.flatMap((user) => [
  { heading: user, of: reports.get(user)!.contained },
  { heading: `${user}, no sandbox`, of: reports.get(user)!.control },
])
const cell = (text: string) => text.padEnd(18)
process.stdout.write(`${cell('').padEnd(34)}${columns.map(({ heading }) => cell(heading)).join('')}\n`)
for (const { number, name, kind, neverFires, borne } of chosen) {
  const found = columns.map(({ of }) => of.find((one) => one.number === number)!)
  const marks = found
    .map(({ reached, failed }) => cell(failed ? 'NOT TRIED' : reached.length > 0 ? 'REACHED' : '·'))
    .join('')
  process.stdout.write(
    `${String(number).padStart(2, '0')} ${name.padEnd(18)}${kind.padEnd(13)}${marks}${neverFires ?? borne?.why ?? ''}\n`,
  )
  for (const [i, { heading }] of columns.entries()) {
    const { reached, failed } = found[i]!
    const what = failed ?? (heading.includes('no sandbox') ? '' : reached.join('; '))
    if (what) process.stdout.write(`   ${heading}: ${what.slice(0, 300)}\n`)
  }
}

const isBorne = (number: number, what: string): boolean =>
  CASES.find((one) => one.number === number)?.borne?.reached.includes(what) === true

const rows = USERS.flatMap((user) => {
  const { contained, control } = reports.get(user)!
  return contained.map(({ number, name, kind, reached, failed, ms }, i) => ({
    id: `${user}/${String(number).padStart(2, '0')}-${name}`,
    value: reached.length,
    unit: 'things reached',
    reference: control[i]!.reached.length,
    ratio: null,
    aim: 0,
    ok: !failed && reached.every((what) => isBorne(number, what)),
    failed,
    kind,
    ms,
    reached,
    control: control[i]!.reached,
  }))
})
const held = rows.filter(({ ok }) => ok).length
const fired = rows.filter(({ reference }) => reference > 0).length
process.stdout.write(
  `${held} of ${rows.length} contained; ${fired} of ${rows.length} work where no sandbox is\n`,
)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
process.exit(held === rows.length ? 0 : 1)
