// What is said of each part, and what makes a process not ready.
import { expect, test } from 'vitest'
import { type Figures, healthOf, type Vitals } from '../../../src/health/health.ts'

const FIGURES: Figures = {
  missions: {},
  outcomes: {},
  sessionsOpen: 0,
  due: 0,
  oldestDueSeconds: 0,
  givenUp: 0,
  clicksUntold: 0,
  ledgerSize: 10,
  ledgerWaiting: 0,
}
const process = (role: string, parts: Record<string, string> = {}) => ({
  id: role,
  role,
  version: '1',
  host: 'here',
  parts,
  startedAt: new Date(0),
})
const health = (over: Partial<Vitals> = {}, figures: Partial<Figures> = {}) =>
  healthOf({
    figures: { ...FIGURES, ...figures },
    queueAnswers: true,
    living: [process('up', { sandbox: 'contained (bubblewrap)', slack: 'connected' })],
    own: {},
    stopping: false,
    ...over,
  })

test('all is well', () => {
  const { ready, failing, parts } = health()
  expect([ready, failing]).toEqual([true, []])
  expect(parts).toEqual({
    database: 'answers',
    queue: 'answers',
    work: 'nothing waits',
    ledger: 'every entry has its number',
    worker: '1 at work',
    sandbox: 'contained (bubblewrap)',
    slack: 'connected',
  })
})

test.each<[string, Partial<Vitals>, Partial<Figures>, boolean, string[]]>([
  ['the database is away', { figures: null, own: { slack: 'connected' } }, {}, false, ['database']],
  ['the queue is away', { queueAnswers: false }, {}, false, ['queue']],
  ['it is stopping', { stopping: true }, {}, false, ['process']],
  ['nobody works', { living: [process('web')] }, {}, true, ['worker']],
  ['work waits for long', {}, { due: 3, oldestDueSeconds: 90 }, true, ['work']],
  ['work waits for a moment', {}, { due: 3, oldestDueSeconds: 2 }, true, []],
  ['something was given up', {}, { givenUp: 1 }, true, ['given up']],
  [
    'entries have no number, and nobody works',
    {},
    { ledgerWaiting: 2, oldestDueSeconds: 90, due: 1 },
    true,
    ['work', 'ledger'],
  ],
  [
    'Slack refuses',
    { living: [process('worker'), process('bot', { slack: 'refused: invalid_auth' })] },
    {},
    true,
    ['slack'],
  ],
  [
    'one of two bots stands by',
    {
      living: [
        process('worker'),
        process('bot', { discord: 'stands by' }),
        process('bot', { discord: 'connected' }),
      ],
    },
    {},
    true,
    [],
  ],
])('%s', (_what, over, figures, ready, failing) => {
  const seen = health(over.figures === null ? over : { ...over, figures: { ...FIGURES, ...figures } })
  expect([seen.ready, seen.failing]).toEqual([ready, failing])
})
