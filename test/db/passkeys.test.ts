// An approval that needs a passkey, on the real database and with the real library: what is asked, and every wrong answer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticators } from '../../adapters/webauthn/authenticators.ts'
import { passkeySiteOf } from '../../src/access/assurance.ts'
import { approveWithPasskey, askForPasskey, keepPasskey } from '../../src/parliament/approve-with-passkey.ts'
import { castVote } from '../../src/parliament/cast-vote.ts'
import { Authenticator } from '../support/authenticator.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { member } from '../support/people.ts'
import { type Ready, readyMission } from '../support/ready-mission.ts'

const SITE = { id: 'grace.test', origin: 'https://grace.test' }
const [ada, ben] = [member('ada'), member('ben')]
let db: TestDatabase
let ctx: Parameters<typeof askForPasskey>[0]
const adas = new Authenticator(SITE)

beforeAll(async () => {
  db = await freshDatabase()
  ctx = { transact: db.app.transact, config: { passkeys: SITE }, authenticators }
})
afterAll(() => db.drop())

const open = (): Promise<Ready> => readyMission(db, { votes: {}, close: false, assurance: 'passkey' })
const asked = async (who = ada, session: string) =>
  (await askForPasskey(ctx, who, session)) as { make: boolean; options: { challenge: string } }
const made = async (who = ada, by = adas, session = 'none') => {
  const { make, options } = await asked(who, session)
  expect(make).toBe(true)
  await keepPasskey(ctx, who, by.make(options))
}

test('sites that have passkeys are https by name, and localhost', () => {
  expect(passkeySiteOf('https://grace.example.com')).toEqual({
    id: 'grace.example.com',
    origin: 'https://grace.example.com',
  })
  expect(passkeySiteOf('http://localhost:8080')).toEqual({ id: 'localhost', origin: 'http://localhost:8080' })
  for (const url of [undefined, 'http://grace.example.com', 'https://10.0.0.1', 'https://[::1]:8'])
    expect(passkeySiteOf(url)).toBeUndefined()
})

test('made once: another is refused, and so is an answer that is given twice', async () => {
  const { options } = await asked(ada, 'none')
  const answer = adas.make(options)
  await expect(keepPasskey(ctx, ben, answer)).rejects.toMatchObject({ code: 'passkey_refused' })
  await expect(keepPasskey(ctx, ada, answer), 'it was answered, if by the wrong one').rejects.toMatchObject({
    code: 'passkey_refused',
  })
  const [one, other] = [await asked(ada, 'none'), await asked(ada, 'none')]
  await keepPasskey(ctx, ada, adas.make(one.options))
  await expect(keepPasskey(ctx, ada, new Authenticator(SITE).make(other.options))).rejects.toMatchObject({
    message: expect.stringMatching(/has a passkey already/),
  })
  for (const wrongly of [{ origin: 'https://evil.test' }, { site: 'evil.test' }, { unverified: true }])
    await expect(
      keepPasskey(ctx, ben, new Authenticator(SITE).make((await asked(ben, 'none')).options, wrongly)),
    ).rejects.toMatchObject({ code: 'passkey_refused' })
})

describe('an approval', () => {
  test('by click is not counted, and says what is needed; rejects and abstentions are', async () => {
    const { session } = await open()
    expect(await castVote(db.app, ada, { session, vote: 'approve' })).toMatchObject({
      outcome: 'passkey_needed',
    })
    expect(await castVote(db.app, ben, { session, vote: 'reject', reason: 'no' })).toMatchObject({
      outcome: 'counted',
    })
  })

  test('with the passkey counts, and its entry can be checked by itself', async () => {
    const { session } = await open()
    const { make, options } = await asked(ada, session)
    expect(make).toBe(false)
    const receipt = await approveWithPasskey(ctx, ada, { session, response: adas.get(options) })
    expect(receipt).toMatchObject({ outcome: 'counted' })
    const ballots = await db.app.transact(({ sessions }) => sessions.ballots(session))
    expect(ballots).toMatchObject([{ member: 'ada', vote: 'approve', assurance: 'passkey' }])
    const [entry] = await db.superuser<{ facts: { passkey: Record<string, string> } }[]>`
      select leaf::jsonb -> 'facts' as facts from grace.ledger_entries
      where leaf::jsonb ->> 'kind' = 'BallotCast' order by appended desc limit 1`
    const { clientData } = entry!.facts.passkey as { clientData: string }
    expect(JSON.parse(Buffer.from(clientData, 'base64url').toString())).toMatchObject({
      challenge: options.challenge,
      origin: SITE.origin,
    })
  })

  test('is refused for every wrong answer', async () => {
    const [{ session }, other] = [await open(), await open()]
    const fails = async (who: typeof ada, about: string, response: object) =>
      expect(approveWithPasskey(ctx, who, { session: about, response })).rejects.toMatchObject({
        code: expect.stringMatching(/passkey_refused/),
      })
    for (const wrongly of [
      { origin: 'https://evil.test' },
      { site: 'evil.test' },
      { unverified: true },
      { type: 'webauthn.create' },
      { challenge: Buffer.alloc(32, 7).toString('base64url') },
    ])
      await fails(ada, session, adas.get((await asked(ada, session)).options, wrongly))
    // Another's key, another session, another member, something else altogether, and twice.
    await fails(ada, session, new Authenticator(SITE).get((await asked(ada, session)).options))
    await fails(ada, other.session, adas.get((await asked(ada, session)).options))
    await fails(ben, session, adas.get((await asked(ada, session)).options))
    await fails(ada, session, { id: 'x' })
    const response = adas.get((await asked(ada, session)).options)
    await approveWithPasskey(ctx, ada, { session, response })
    await fails(ada, session, response)
  })

  test('is refused where it is answered too late, or what was asked about has moved', async () => {
    const { session } = await open()
    const late = adas.get((await asked(ada, session)).options)
    await db.skip(6 * 60_000)
    await expect(approveWithPasskey(ctx, ada, { session, response: late })).rejects.toThrow(/too old/)
    const moved = adas.get((await asked(ada, session)).options)
    await db.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = 'replica'`
      await sql`update grace.sessions set evidence_digest = 'sha256:other' where id = ${session}`
    })
    await expect(approveWithPasskey(ctx, ada, { session, response: moved })).rejects.toThrow(/something else/)
  })
})

test('PostgreSQL refuses one without it, whatever the app says', async () => {
  const ready = await open()
  const cast = (assurance: string, who = 'ben') =>
    db.app.sql`insert into grace.ballots (session, member, vote, reason, via, assurance, clicked_at, cast_at)
      values (${ready.session}, ${who}, 'approve', '', 'test', ${assurance}, grace.now(), grace.now())`
  await expect(cast('click')).rejects.toMatchObject({ code: 'GR018' })
  await expect(cast('passkey'), 'ben has none').rejects.toMatchObject({ code: 'GR018' })
  await expect(db.app.sql`update grace.passkeys set forgotten_at = now()`).rejects.toMatchObject({
    code: '42501',
  })
  await expect(db.app.sql`delete from grace.passkeys`).rejects.toMatchObject({ code: '42501' })
})

test('who has lost it makes another, once the old one is forgotten at the terminal', async () => {
  await db.superuser`update grace.passkeys set forgotten_at = now() where member = 'ada'`
  await made(ada, new Authenticator(SITE))
})

test('where there are no passkeys nothing is asked', async () => {
  await expect(askForPasskey({ ...ctx, config: {} }, ada, 'x')).rejects.toMatchObject({ code: 'no_passkeys' })
})
