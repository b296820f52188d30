// What the ledger and a growing database cost, on a PostgreSQL of their own.
import { createHash } from 'node:crypto'
import { connect } from '../../db/login.ts'
import { castIn } from '../../src/parliament/cast-vote.ts'
import { shuffled } from '../../src/sandbox/order.ts'
import { median } from '../../src/trust/statistics.ts'
import { exported, keyOf, newSigner, saying } from '../support/archive.ts'
import { freshDatabase, type TestDatabase, testConfig, useServers } from '../support/database.ts'
import { member } from '../support/people.ts'
import { readyMission } from '../support/ready-mission.ts'
import { startServers } from '../support/servers.ts'
import { verifier } from '../support/verifier.ts'
import type { BenchResult, Plan } from './bench.ts'

const VOTERS = 50
const SESSIONS = 100

async function withDatabase<T>(work: (db: TestDatabase) => Promise<T>): Promise<T> {
  const servers = await startServers()
  useServers(servers)
  const db = await freshDatabase(
    testConfig({
      parliament: {
        members: Array.from({ length: VOTERS }, (_, i) => ({ id: `m${i}` })),
        min_approvals: VOTERS,
      },
    }),
  )
  try {
    return await work(db)
  } finally {
    await db.drop()
    await servers.stop()
  }
}

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

/** A vote in its transaction, with its ledger entry and without. */
export const ledgerAppend = ({ rounds, random }: Plan): Promise<BenchResult> =>
  withDatabase(async (db) => {
    const { session } = await readyMission(db, { votes: {}, close: false })
    const cast = (i: number, logged: boolean) =>
      timed(() =>
        db.app.transact((stores) =>
          castIn(
            logged ? stores : { ...stores, ledger: { append: async () => [] } },
            member(`m${i % VOTERS}`),
            {
              session,
              vote: 'abstain',
            },
          ),
        ),
      )
    for (let i = 0; i < VOTERS; i++) await cast(i, true)
    const times = { with: [] as number[], without: [] as number[] }
    for (let i = 0; i < rounds * 5; i++)
      for (const which of shuffled(['with', 'without'] as const, random))
        times[which].push(await cast(i, which === 'with'))
    return {
      id: 'ledger-append',
      value: median(times.with),
      unit: 'ms',
      reference: median(times.without),
      aim: 1.3,
    }
  })

/** The standalone verifier over an export, against hashing what has to be hashed: leaves, nodes and words. */
export async function ledgerVerify({ rounds }: Plan): Promise<BenchResult> {
  const signer = newSigner()
  const said = Array.from({ length: 5_000 }, (_, i) => saying(i))
  const file = await exported(said, signer)
  const keys = [verifier.openKey(keyOf(signer))]
  const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
  const [zero, one] = [Uint8Array.of(0), Uint8Array.of(1)]
  const hashed = () => {
    let level = said.map(({ leaf, texts }) => {
      for (const { salt, text } of texts) sha256(Buffer.from(salt, 'hex'), text ?? '').toString('hex')
      return sha256(zero, leaf)
    })
    while (level.length > 1)
      level = level.flatMap((left, i) =>
        i % 2 === 1 ? [] : [level[i + 1] ? sha256(one, left, level[i + 1]!) : left],
      )
    return level[0]
  }
  const times = { verify: [] as number[], hash: [] as number[] }
  for (let i = 0; i < Math.min(rounds, 15); i++) {
    times.verify.push(await timed(async () => verifier.check(file, keys, [])))
    times.hash.push(await timed(async () => hashed()))
  }
  return {
    id: 'ledger-verify',
    value: median(times.verify),
    unit: 'ms',
    reference: median(times.hash),
    aim: 2,
  }
}

/** A ballot when there are 5,000 in the database, against one when there are ten; each the tenth of its session. */
export const ballotGrowth = ({ rounds }: Plan): Promise<BenchResult> =>
  withDatabase(async (db) => {
    const sql = connect(db.logins.app, { name: 'bench', max: 1 })
    const firsts: number[] = []
    const lasts: number[] = []
    const few = Math.max(5, Math.round(rounds / 3))
    for (let s = 0; s < SESSIONS + few; s++) {
      const { session } = await readyMission(db, { votes: {}, close: false })
      const cast = (i: number) =>
        timed(() =>
          db.app.transact((stores) => castIn(stores, member(`m${i}`), { session, vote: 'approve' })),
        )
      for (let i = 0; i < 9; i++) await cast(i)
      const tenth = await cast(9)
      if (s < few) firsts.push(tenth)
      else if (s >= SESSIONS) lasts.push(tenth)
      // The rest of the fifty, as rows: what they cost is not what is asked.
      if (s >= few && s < SESSIONS) for (let i = 10; i < VOTERS; i++) await cast(i)
    }
    const [row] = await sql`select count(*)::int as ballots from grace.ballots`
    await sql.end()
    if ((row!.ballots as number) < 4_500) throw new Error(`only ${row!.ballots} ballots`)
    return { id: 'ballot-growth', value: median(lasts), unit: 'ms', reference: median(firsts), aim: 1.2 }
  })
