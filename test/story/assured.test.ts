// A critical change, approved by passkeys and merged: the executor checks by itself what each of them signed.
import { afterEach, describe, expect, test } from 'vitest'
import { authenticators } from '../../adapters/webauthn/authenticators.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { settleSession } from '../../src/mission/settle-session.ts'
import { unlockMission } from '../../src/mission/unlock-mission.ts'
import { approveWithPasskey, askForPasskey, keepPasskey } from '../../src/parliament/approve-with-passkey.ts'
import { Authenticator } from '../support/authenticator.ts'
import { type Bot, openBot } from '../support/bot.ts'
import { AS_FLEET } from '../support/fleet.ts'
import { member } from '../support/people.ts'

const SITE = { id: 'grace.test', origin: 'https://grace.test' }
const adds = (path: string, line: string): string =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`
const CRITICAL =
  adds('deploy/service.yaml', 'replicas: 2') +
  adds('migrations/009_more.sql', 'CREATE INDEX more ON users (id);') +
  adds('migrations/009_more.down.sql', 'DROP INDEX more;') +
  adds('docs/login.md', 'How people log in')

// Processes of their own would need a console that is reached by https.
describe.skipIf(AS_FLEET)('where passkeys are', () => {
  let bot: Bot
  afterEach(() => bot.close())

  /** Ada and Ben have approved it with theirs. */
  async function approved(): Promise<string> {
    bot = await openBot({ members: ['ada', 'ben', 'cem'], passkeys: SITE })
    await bot.traffic(120, 20)
    const id = await bot.proposes({ title: 'An index', rationale: 'It is slow', patch: CRITICAL })
    await bot.works()
    const { vote } = await bot.story(id)
    expect(vote!.session.assurance).toBe('passkey')
    const session = vote!.session.id
    const ctx = { transact: bot.control.transact, config: bot.control.config, authenticators }
    for (const who of [member('ada'), member('ben')]) {
      const device = new Authenticator(SITE)
      expect(await bot.votes(id, who.id, 'approve')).toMatchObject({ outcome: 'passkey_needed' })
      const made = (await askForPasskey(ctx, who, session)).options as { challenge: string }
      await keepPasskey(ctx, who, device.make(made))
      const asked = (await askForPasskey(ctx, who, session)).options as { challenge: string }
      await approveWithPasskey(ctx, who, { session, response: device.get(asked) })
    }
    return id
  }

  test('it goes live by them, and the card says so', async () => {
    const id = await approved()
    expect((await bot.card(id)).vote!.votes).toMatchObject([
      { name: 'ada', vote: 'approve', passkey: true },
      { name: 'ben', vote: 'approve', passkey: true },
    ])
    await bot.votes(id, 'cem', 'abstain')
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    const commit = bot.git('git rev-parse main').trim()
    const said = bot.git(`git show refs/attestations/${commit}:attestations.jsonl`)
    const approvals = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(Buffer.from(JSON.parse(line).payload, 'base64').toString()))
      .filter(({ predicateType }) => predicateType.includes('approval'))
    expect(approvals).toMatchObject([
      { predicate: { assurance: 'passkey', assertion: { clientData: expect.any(String) } } },
      { predicate: { assurance: 'passkey' } },
    ])
  })

  test('the executor does not take the database’s word for it', async () => {
    const id = await approved()
    await bot.votes(id, 'cem', 'abstain')
    // Who holds the app's password says that Ben approved: with another's signature.
    await bot.db.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = 'replica'`
      await sql`update grace.ballots b set assertion = (select assertion from grace.ballots where member = 'ada')
        where member = 'ben'`
    })
    await settleSession(bot.control, (await bot.story(id)).mission.session!)
    await sequence(bot.control)
    await unlockMission(bot.control, id)
    const before = bot.git('git rev-parse main')
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({ phase: 'complete', outcome: 'failed' })
    expect(bot.said.join('\n')).toMatch(/the passkey of ben did not sign this session/)
    expect(bot.git('git rev-parse main')).toBe(before)
  })
})
