// Risk decides the rule of a vote, and CODEOWNERS says whose word it needs.
import { afterEach, expect, test } from 'vitest'
import { type Bot, openBot } from '../support/bot.ts'

let bot: Bot
afterEach(() => bot.close())

const adds = (path: string, line: string): string =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`
/** Sensitive code, deployment and a migration: critical. */
const CRITICAL =
  adds('src/auth/login.mjs', 'export const login = (name) => name') +
  adds('deploy/service.yaml', 'replicas: 2') +
  adds('migrations/009_more.sql', 'CREATE INDEX more ON users (id);') +
  adds('migrations/009_more.down.sql', 'DROP INDEX more;')
const proposal = { title: 'An index, and a log-in', rationale: 'The database needs it', patch: CRITICAL }

test('critical risk needs two, one of them who owns what is touched; a person’s vote says so', async () => {
  bot = await openBot({
    members: ['ada', 'ben', 'cem'],
    parliament: { min_approvals: 1 },
  })
  bot.pushes('CODEOWNERS', '* @ada\n/migrations/ @cem\n/src/auth/ @cem\n/deploy/ @org/platform\n')
  const id = await bot.proposes(proposal)
  await bot.works()
  const { vote, measured } = await bot.story(id)
  expect(vote!.session).toMatchObject({ minApprovals: 2, owners: ['cem'] })
  expect((await bot.card(id)).change!.risk).toBe('critical')
  expect((await bot.card(id)).vote!.rule).toMatch(/^2 approvals, one by cem, and/)
  expect(measured!.checks.find((one) => one.id === 'permission_levels')!.reason).toMatch(
    /owned by @cem, @org\/platform/,
  )
  await bot.votes(id, 'ada', 'approve')
  await bot.votes(id, 'ben', 'approve')
  await bot.works()
  expect((await bot.story(id)).mission.phase, 'an owner has not voted').toBe('discussion')
  await bot.votes(id, 'cem', 'approve')
  await bot.works()
  expect((await bot.story(id)).vote!.session.result).toBe('passed')
})

test('a change can’t make itself anybody’s: CODEOWNERS of the base counts', async () => {
  bot = await openBot({ members: ['ada', 'ben', 'cem'] })
  bot.pushes('CODEOWNERS', '* @cem\n')
  const id = await bot.proposes({
    ...proposal,
    patch: `${CRITICAL}diff --git a/CODEOWNERS b/CODEOWNERS\n--- a/CODEOWNERS\n+++ b/CODEOWNERS\n@@ -1 +1 @@\n-* @cem\n+* @ben\n`,
  })
  await bot.works()
  const { vote, measured } = await bot.story(id)
  expect(vote!.session.owners).toEqual(['cem'])
  expect(measured!.checks.find((one) => one.id === 'policy_compliance')!.verdict).toBe('needs_human')
})

test('whom grace.yaml names, CODEOWNERS does not replace', async () => {
  bot = await openBot({ members: ['ada', 'ben', 'cem'], target: { owners: ['ada'] } })
  bot.pushes('CODEOWNERS', '* @cem\n')
  const id = await bot.proposes(proposal)
  await bot.works()
  expect((await bot.story(id)).vote!.session.owners).toEqual(['ada'])
})

test('where fewer may approve than the risk asks for, their approval does not cancel it: it is held until there are more', async () => {
  bot = await openBot({ members: ['ada'], policy: { max_changed_lines: 1_000 } })
  const id = await bot.proposes({ ...proposal, patch: CRITICAL })
  await bot.works()
  await bot.votes(id, 'ada', 'approve')
  await bot.works()
  const { mission, vote } = await bot.story(id)
  expect(vote!.session.result).toBe('passed')
  expect(['consensus', 'sandbox_testing']).toContain(mission.phase)
  expect(mission.outcome).toBeNull()
})
