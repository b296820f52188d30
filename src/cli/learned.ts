// grace learned: what came of the changes that went live, from the tables and once more from the ledger.
import { isDeepStrictEqual } from 'node:util'
import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import type { Env } from '../config/env.ts'
import { lessonsIn } from '../learning/lesson.ts'
import { learnedFrom } from '../learning/read-learning.ts'
import { trackSentence } from '../learning/track-record.ts'
import type { LedgerPages } from '../ledger/verify.ts'
import { withDatabase } from './with-database.ts'

const PAGE = 2_000

async function leavesOf(pages: LedgerPages): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const page = await pages.leaves(all.length, PAGE)
    all.push(...page.map(({ leaf }) => leaf ?? '{}'))
    if (page.length < PAGE) return all
  }
}

/** False where the ledger tells another story than the tables. */
export async function learnedCommand(env: Env, say: (line: string) => void): Promise<boolean> {
  return withDatabase(env, async ({ db, transact }) => {
    const lessons = await transact((stores) => stores.lessons.of())
    const { calibration, records } = learnedFrom(lessons)
    for (const record of records) say(`${record.kind} ${record.name}: ${trackSentence(record)}`)
    say(
      calibration.brier === null
        ? 'Nothing went live yet, so nothing is known.'
        : `Trust against what came of it, over ${calibration.count} changes: Brier score ${calibration.brier.toFixed(4)}`,
    )
    for (const { from, to, meanTrust, record } of calibration.bins)
      say(
        `  trust ${from / 100}–${to / 100} %: ${(meanTrust * 100).toFixed(1)} % on average, ${trackSentence(record)}`,
      )
    const replayed = learnedFrom(lessonsIn(await leavesOf(ledgerPagesOn(db))))
    const isSame = isDeepStrictEqual(replayed, { calibration, records })
    say(isSame ? 'The ledger says the same.' : 'The ledger says otherwise: see grace ledger verify.')
    return isSame
  })
}
