// What the HTTP server needs, on a test database: quiet parts that a test may put others in the place of.
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { issuesOnGitHub } from '../../adapters/github/issues.ts'
import { pullRequestsOnGitHub } from '../../adapters/github/pull-requests.ts'
import type { HttpContext } from '../../adapters/http/server.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import type { Config } from '../../src/config/config.ts'
import { NOTHING_FOUND } from '../../src/hunter/scan.ts'
import { NO_BASELINES } from '../../src/sandbox/baselines.ts'
import type { TestDatabase } from './database.ts'
import type { Lab } from './sandbox.ts'

/** The verbs on a test database and a lab's repositories: nothing runs in a sandbox. */
export const httpControl = (db: TestDatabase, config: Config, lab: Lab): ChatControl => ({
  transact: db.app.transact,
  config,
  repositories: repositoriesOn(lab.mirrors),
  pullRequests: pullRequestsOnGitHub,
  tracker: issuesOnGitHub,
  playbooks: { run: async () => ({ patch: '', output: '' }) },
  agents: { run: async () => Promise.reject(new Error('not here')) },
  ownDetectors: { run: async () => '' },
  rooms: async () => Promise.reject(new Error('not here')),
  baselines: NO_BASELINES,
  hunter: { scan: async () => NOTHING_FOUND },
  advisories: { of: async () => ({ answered: false, why: 'nobody is asked in tests' }) },
  keys: db.keys,
  pageOf: (number) => `/missions/M-${number}`,
  progress: () => () => {},
})

export const httpContext = (
  control: ChatControl,
  db: TestDatabase,
  over: Partial<HttpContext> = {},
): HttpContext => ({
  control,
  list: missionListOn(db.app.db),
  tokens: tokensOn(db.app.db),
  changes: () => () => {},
  queues: [],
  health: async () => ({ ready: true, parts: { database: 'answers' }, failing: [], processes: [] }),
  metrics: async () => '',
  onRequest: () => {},
  ...over,
})
