import type { Stores } from '../../src/mission/context.ts'
import type { Db } from '../client.ts'
import { clockOn, ledgerOn, outboxOn } from './commit.ts'
import { evidenceOn } from './evidence.ts'
import { coverageOn, executionsOn, samplesOn, scrapesOn, standingOn } from './executions.ts'
import { sequencingOn } from './ledger.ts'
import { candidatesOn, feedbackOn, missionsOn, opportunitiesOn } from './missions.ts'
import { sessionsOn } from './sessions.ts'

export const storesOn = (db: Db): Stores => ({
  clock: clockOn(db),
  ledger: ledgerOn(db),
  outbox: outboxOn(db),
  missions: missionsOn(db),
  candidates: candidatesOn(db),
  evidence: evidenceOn(db),
  opportunities: opportunitiesOn(db),
  sessions: sessionsOn(db),
  executions: executionsOn(db),
  samples: samplesOn(db),
  scrapes: scrapesOn(db),
  coverage: coverageOn(db),
  feedback: feedbackOn(db),
  standing: standingOn(db),
  sequencing: sequencingOn(db),
})
