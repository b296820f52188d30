// The 65 abuses of a hostile candidate, in the real sandbox, as root and as an ordinary user; and outside of any.
import { beforeAll, describe, expect, test } from 'vitest'
import { CASES } from './cases.ts'
import { missing, type Report, runBatteries, USERS, type User } from './ground.ts'

const why = missing()
if (why) {
  if (process.env.CI === 'true') throw new Error(`CI=true and no abuse can be tried: ${why}`)
  process.stdout.write(`Not run here: the abuse battery (${why})\n`)
}

/** So many work without a sandbox, at the least; how many just depends on the kernel and its settings. */
const FIRE_OUTSIDE = { root: 50, user: 40 }

describe.runIf(!why)('a hostile candidate', () => {
  let reports: ReadonlyMap<User, Report>
  beforeAll(async () => {
    reports = await runBatteries(CASES.map(({ number }) => number))
  }, 300_000)
  const found = (user: User, level: keyof Report, number: number) =>
    reports.get(user)![level].find((one) => one.number === number)!

  for (const user of USERS)
    describe(`where Grace is ${user === 'root' ? 'root' : 'an ordinary user'}`, () => {
      for (const { number, name, borne } of CASES)
        test(`${String(number).padStart(2, '0')} ${name} is contained`, () => {
          const { reached, failed } = found(user, 'contained', number)
          expect({ reached, failed }).toEqual({ reached: borne?.reached ?? [], failed: undefined })
        })
      test('without a sandbox most of it works: the battery can tell the difference', () => {
        expect(reports.get(user)!.control.filter(({ failed }) => failed)).toEqual([])
        const works = CASES.filter(({ number }) => found(user, 'control', number).reached.length > 0)
        expect(works.length).toBeGreaterThanOrEqual(FIRE_OUTSIDE[user])
        expect(works.filter(({ neverFires }) => neverFires).map(({ name }) => name)).toEqual([])
      })
    })
})

test('there are 65 cases, each with its own number', () => {
  expect(CASES.map(({ number }) => number)).toEqual(Array.from({ length: 65 }, (_, i) => i + 1))
})
