// What the HTTP server needs, on a test database: quiet parts that a test may put others in the place of.
import type { HttpContext } from '../../adapters/http/server.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import type { TestDatabase } from './database.ts'

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
