// Whether the checker sees: bugs planted on purpose into the running bot, each called by the promise that it breaks. The
// same stories without a bug break none.
import { describe, expect, test } from 'vitest'
import { attestCheck } from '../../src/mission/attest-check.ts'
import { member } from '../support/people.ts'
import { checkPromises } from './checker.ts'
import { approve, doHarm, endOf, endWell, expectFound, goLive, planting } from './stories.ts'

const { trunk, onBranch } = planting()

describe('nothing is found', () => {
  test('in a mission that ends well', async () => {
    const b = await onBranch()
    await goLive(b, trunk().good)
    expect(await checkPromises(b.scene(false))).toEqual([])
    await b.skip(61_000)
    await b.traffic(60, 20)
    await b.works()
    expect(await b.found()).toEqual([])
    expect(await endOf(b, trunk().good)).toBe('succeeded')
  })

  test('in one that is taken back', async () => {
    const b = await onBranch()
    await doHarm(b, trunk().good)
    expect(await b.found()).toEqual([])
    expect(await endOf(b, trunk().good)).toBe('rolled_back')
  })

  test('in one whose base moves, and whose ballots are carried', async () => {
    const b = await onBranch()
    b.git('echo more > notes.txt && git add -A && git commit -qm other')
    await endWell(b, trunk().good)
    expect(await b.found()).toEqual([])
    expect(await endOf(b, trunk().good)).toBe('succeeded')
    expect(await b.sql`select from grace.ballots where carried_from is not null`).toHaveLength(3)
  })

  test('in a vote that falls short, and in one that leads back to be improved', async () => {
    const b = await onBranch()
    await b.clicks(trunk().good, 'ada', 'reject')
    await approve(b, trunk().held)
    await attestCheck(b.control, member('ada'), trunk().held, 'fairness', 'a comment, no condition')
    await b.works()
    await b.skip(49 * 3_600_000)
    await b.works()
    expect(await b.found()).toEqual([])
    expect([await endOf(b, trunk().good), await endOf(b, trunk().held)]).toEqual([
      'expired',
      'sandbox_testing',
    ])
  })
})

describe('planted into the vote, it is found that', () => {
  test('a vote is not written to the ledger', async () => {
    const b = await onBranch()
    b.plant(({ ledger }) => ({
      ledger: { append: (entries) => ledger.append(entries.filter(({ kind }) => kind !== 'BallotCast')) },
    }))
    await endWell(b, trunk().good)
    await expectFound(b, {
      ballots: /^ben in .*: the ballot approve is in no entry of the ledger$/,
      clicks: /^ben: approve in .*: 1 clicks counted, 0 votes in the ledger$/,
    })
  })

  test('a changed vote is told, and not written', async () => {
    const b = await onBranch()
    b.plant(({ sessions }) => ({
      sessions: {
        ...sessions,
        // Insert, on conflict do nothing.
        async cast(session, ballot) {
          const known = await sessions.ballots(session)
          if (!known.some((one) => one.member === ballot.member)) await sessions.cast(session, ballot)
        },
      },
    }))
    await approve(b, trunk().good)
    await expectFound(b, {
      ballots: /^ada in .*: the ballot is reject of .*, the ledger says approve of /,
      clicks: /^ada in .* was told that approve of .* is changed; what stands is the older reject/,
    })
  })

  test('an older click overrides a newer one', async () => {
    const b = await onBranch()
    await b.sql`alter table grace.ballots disable trigger guard_ballot`
    b.plant(({ sessions }) => ({
      sessions: {
        ...sessions,
        ballots: async (id) =>
          (await sessions.ballots(id)).map((ballot) => ({ ...ballot, clickedAt: new Date(0) })),
      },
    }))
    await b.clicks(trunk().good, 'ben', 'approve')
    await b.clicks(trunk().good, 'ben', 'reject', 5_000)
    await b.works()
    await expectFound(b, { clicks: /^ben in .*: reject of .* overrode approve of / })
  })

  test('the vote of somebody who left is counted', async () => {
    const b = await onBranch()
    b.plant(({ sessions }) => ({
      sessions: {
        ...sessions,
        electors: async (id) => (await sessions.electors(id)).map((one) => ({ ...one, active: true })),
      },
    }))
    await b.votes(trunk().good, 'ben', 'approve')
    await b.sql`update grace.members set active = false where id = 'ben'`
    await b.sql`update grace.accounts set until = grace.now() where member = 'ben'`
    await b.votes(trunk().good, 'ada', 'abstain')
    await b.votes(trunk().good, 'cem', 'abstain')
    await b.works()
    await expectFound(b, {
      tally: /passed: 0 approve, 0 reject, 0 silent, which does not pass/,
      waiting: /^M-1 is in consensus: it is held for ever: No person has approved/,
    })
  })

  test('a reject is read as an abstention', async () => {
    const b = await onBranch()
    b.plant(({ sessions }) => ({
      sessions: {
        ...sessions,
        ballots: async (id) =>
          (await sessions.ballots(id)).map((one) =>
            one.vote === 'reject' ? { ...one, vote: 'abstain' } : one,
          ),
      },
    }))
    await b.votes(trunk().good, 'ada', 'approve')
    await b.votes(trunk().good, 'ben', 'reject')
    await b.votes(trunk().good, 'cem', 'reject')
    await b.works()
    await expectFound(b, {
      tally: /passed: 1 approve, 2 reject, 0 silent, which does not pass/,
      waiting: /^M-1 is in consensus: it is held for ever: 1 approvals and 2 rejects do not pass/,
    })
  })

  test('a mission changes its phase without a word', async () => {
    const b = await onBranch()
    b.plant(({ ledger }) => ({
      ledger: { append: (entries) => ledger.append(entries.filter(({ facts }) => facts.to !== 'consensus')) },
    }))
    await endWell(b, trunk().good)
    await expectFound(b, {
      phases: /^M-1: moved from consensus to live_execution while it was in discussion$/,
    })
  })

  test('an approved mission is forgotten', async () => {
    const b = await onBranch()
    b.plant(({ outbox }) => ({
      outbox: { add: (effects) => outbox.add(effects.filter(({ kind }) => kind !== 'unlock-mission')) },
    }))
    await approve(b, trunk().good)
    await expectFound(b, { waiting: /^M-1 is in consensus, and no unlock-mission is outstanding for it$/ })
  })

  test('nobody attested what is attested', async () => {
    const b = await onBranch()
    await approve(b, trunk().held)
    b.plant(({ evidence }) => ({
      evidence: {
        ...evidence,
        answer: (of, checks, by) => evidence.answer(of, checks, by === undefined ? by : 'nobody'),
      },
    }))
    await attestCheck(b.control, member('ada'), trunk().held, 'fairness', 'a comment, no condition')
    await b.works()
    await expectFound(b, {
      conditions: /^attestation of fairness by nobody: not one of those who may approve$/,
      history: /^CheckAttested fairness of .* by nobody: 1 rows, 0 entries in the ledger$/,
    })
  })
})
