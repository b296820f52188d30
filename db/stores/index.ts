import type { ChatStores } from '../../src/chat/stores.ts'
import type { Db } from '../client.ts'
import { attestationsOn } from './attestations.ts'
import { capasOn } from './capas.ts'
import { accountsOn, cardsOn, inboxOn, linkCodesOn, postsOn } from './chat.ts'
import { clockOn, ledgerOn, outboxOn } from './commit.ts'
import { evidenceOn } from './evidence.ts'
import { coverageOn, executionsOn, freezesOn } from './executions.ts'
import { publicationsOn, sequencingOn } from './ledger.ts'
import { lessonsOn } from './lessons.ts'
import { candidatesOn, feedbackOn, missionsOn, opportunitiesOn } from './missions.ts'
import { passkeysOn } from './passkeys.ts'
import { sessionsOn } from './sessions.ts'
import { standingOn } from './standing.ts'
import { stopsOn } from './stops.ts'
import { surveysOn } from './surveys.ts'
import { historyOn, samplesOn, scrapesOn } from './traffic.ts'
import { transcriptsOn } from './transcripts.ts'

export const storesOn = (db: Db): ChatStores => ({
  clock: clockOn(db),
  ledger: ledgerOn(db),
  outbox: outboxOn(db),
  missions: missionsOn(db),
  candidates: candidatesOn(db),
  evidence: evidenceOn(db),
  opportunities: opportunitiesOn(db),
  transcripts: transcriptsOn(db),
  sessions: sessionsOn(db),
  passkeys: passkeysOn(db),
  executions: executionsOn(db),
  capas: capasOn(db),
  attestations: attestationsOn(db),
  samples: samplesOn(db),
  scrapes: scrapesOn(db),
  history: historyOn(db),
  coverage: coverageOn(db),
  surveys: surveysOn(db),
  lessons: lessonsOn(db),
  feedback: feedbackOn(db),
  standing: standingOn(db),
  freezes: freezesOn(db),
  stops: stopsOn(db),
  inbox: inboxOn(db),
  accounts: accountsOn(db),
  linkCodes: linkCodesOn(db),
  cards: cardsOn(db),
  posts: postsOn(db),
  sequencing: sequencingOn(db),
  publications: publicationsOn(db),
})
