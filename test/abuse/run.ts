// npm run abuse [-- --json FILE --only 1,2]: tries the 65 abuses of a hostile candidate in the real sandbox, as root and
// as an ordinary user, and outside of any (the control). A table for people; the exit code says whether all were contained.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CASES } from './cases.ts'
import { missing, type Report, runBattery, USERS } from './ground.ts'

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } })
const why = missing()
if (why) {
  process.stderr.write(`Nothing was tried: ${why}\n`)
  process.exit(2)
}
const only = values.only?.split(',').map(Number)
const chosen = CASES.filter(({ number }) => !only || only.includes(number))

const reports = new Map<string, Report>()
await Promise.all(USERS.map(async (user) => reports.set(user, await runBattery(user, values.only))))

const columns = USERS.flatMap((user) => [
  { heading: user, of: reports.get(user)!.contained },
  { heading: `${user}, no sandbox`, of: reports.get(user)!.control },
])
const cell = (text: string) => text.padEnd(18)
process.stdout.write(`${cell('').padEnd(34)}${columns.map(({ heading }) => cell(heading)).join('')}\n`)
for (const { number, name, kind, neverFires } of chosen) {
  const found = columns.map(({ of }) => of.find((one) => one.number === number)?.reached ?? [])
  const marks = found.map((reached) => cell(reached.length > 0 ? 'REACHED' : '·')).join('')
  process.stdout.write(
    `${String(number).padStart(2, '0')} ${name.padEnd(18)}${kind.padEnd(13)}${marks}${neverFires ?? ''}\n`,
  )
  for (const [i, user] of USERS.entries())
    if (found[2 * i]!.length > 0)
      process.stdout.write(`   as ${user}: ${found[2 * i]!.join('; ').slice(0, 300)}\n`)
}

const rows = USERS.flatMap((user) => {
  const { contained, control } = reports.get(user)!
  return contained.map(({ number, name, kind, reached, ms }, i) => ({
    id: `${user}/${String(number).padStart(2, '0')}-${name}`,
    value: reached.length,
    unit: 'things reached',
    reference: control[i]!.reached.length,
    ratio: null,
    aim: 0,
    ok: reached.length === 0,
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
