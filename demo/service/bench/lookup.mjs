// Looks users up by e-mail address and prints the CPU time of one look-up.
import { openUsers } from '../src/users.mjs'

const USERS = Number(process.env.BENCH_USERS ?? 20_000)
const BLOCKS = 11
const LOOKUPS = 40
const migrations = new URL('../migrations/', import.meta.url).pathname
const users = openUsers({ file: ':memory:', migrations, count: USERS })

let next = 0
const lookUp = (count) => {
  for (let i = 0; i < count; i++) users.byEmail(`user${1 + ((next++ * 7919) % USERS)}@example.com`)
}
/** CPU microseconds of one look-up. */
const block = () => {
  const begun = process.cpuUsage()
  lookUp(LOOKUPS)
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / LOOKUPS
}

lookUp(LOOKUPS)
const blocks = Array.from({ length: BLOCKS }, block).sort((a, b) => a - b)
console.log(
  JSON.stringify({ metric: 'look-up by e-mail', value: blocks[BLOCKS >> 1], unit: 'µs', better: 'lower' }),
)
