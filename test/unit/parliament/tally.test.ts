import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { electorateOf, selfApproved } from '../../../src/parliament/electorate.ts'
import { decide } from '../../../src/parliament/session.ts'
import { type Ballot, passes, tally, VOTES } from '../../../src/parliament/tally.ts'

const people = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ member: `m${i}`, name: `m${i}`, mayApprove: true, author: false }))
const RULE = { minApprovals: 1, share: 10_000, owners: [] as string[] }

const situation = fc.integer({ min: 0, max: 12 }).chain((n) =>
  fc.record({
    electors: fc.constant(people(n)),
    ballots: fc
      .subarray(people(n).map((p) => p.member))
      .chain((who) =>
        fc
          .tuple(...who.map((member) => fc.constantFrom(...VOTES).map((vote): Ballot => ({ member, vote }))))
          .map((b) => [...b] as Ballot[]),
      ),
    rule: fc.record({
      minApprovals: fc.integer({ min: 1, max: 6 }),
      share: fc.integer({ min: 0, max: 10_000 }),
      owners: fc.oneof(
        fc.constant<string[]>([]),
        fc.subarray(
          people(n).map((p) => p.member),
          { minLength: Math.min(n, 1) },
        ),
      ),
    }),
  }),
)

describe('the rule', () => {
  test.each([
    [1, 0, RULE, true],
    [1, 1, RULE, false],
    [0, 0, RULE, false],
    [0, 0, { minApprovals: 0, share: 0 }, false],
    [2, 1, { minApprovals: 2, share: 6_600 }, true],
    [2, 1, { minApprovals: 2, share: 6_700 }, false],
    [2, 0, { minApprovals: 3, share: 0 }, false],
  ])('%i approvals and %i rejects', (approvals, rejects, rule, expected) => {
    expect(passes(approvals, rejects, rule)).toBe(expected)
  })
})

describe('the tally’s laws', () => {
  test('a reject never helps', () => {
    fc.assert(
      fc.property(situation, fc.nat(11), ({ electors, ballots, rule }, i) => {
        const who = electors[i]?.member
        if (!who) return
        const others = ballots.filter((b) => b.member !== who)
        const without = tally(electors, others, rule).passes
        const withReject = tally(electors, [...others, { member: who, vote: 'reject' }], rule).passes
        expect(withReject && !without).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
  test('an approval never harms', () => {
    fc.assert(
      fc.property(situation, fc.nat(11), ({ electors, ballots, rule }, i) => {
        const who = electors[i]?.member
        if (!who) return
        const others = ballots.filter((b) => b.member !== who)
        const without = tally(electors, others, rule).passes
        const withApproval = tally(electors, [...others, { member: who, vote: 'approve' }], rule).passes
        expect(without && !withApproval).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
  test('the order of ballots and electors does not matter', () => {
    fc.assert(
      fc.property(situation, ({ electors, ballots, rule }) => {
        expect(tally(electors.toReversed(), ballots.toReversed(), rule)).toEqual(
          tally(electors, ballots, rule),
        )
      }),
    )
  })
  test('what is settled stays what it is, whatever the others still vote', () => {
    fc.assert(
      fc.property(
        situation,
        fc.infiniteStream(fc.constantFrom('approve', 'reject', 'abstain', 'withdrawn')),
        ({ electors, ballots, rule }, more) => {
          const { settled } = tally(electors, ballots, rule)
          if (settled === null) return
          const voted = new Set(ballots.filter((b) => b.vote !== 'withdrawn').map((b) => b.member))
          const rest = electors
            .filter((e) => !voted.has(e.member))
            .map((e): Ballot => ({ member: e.member, vote: more.next().value as Ballot['vote'] }))
          expect(
            tally(electors, [...ballots.filter((b) => b.vote !== 'withdrawn'), ...rest], rule).passes,
          ).toBe(settled === 'passed')
        },
      ),
      { numRuns: 2_000 },
    )
  })
  test('where an owner is needed, nothing passes without the approval of one', () => {
    fc.assert(
      fc.property(situation, ({ electors, ballots, rule }) => {
        const owned = ballots.some(({ member, vote }) => vote === 'approve' && rule.owners.includes(member))
        const free = tally(electors, ballots, { ...rule, owners: [] })
        expect(tally(electors, ballots, rule).passes).toBe(free.passes && (rule.owners.length === 0 || owned))
      }),
      { numRuns: 2_000 },
    )
  })
  test('an owner who may not approve is none', () => {
    const electors = people(2).map((one) => (one.member === 'm0' ? { ...one, mayApprove: false } : one))
    expect(tally(electors, [{ member: 'm1', vote: 'approve' }], { ...RULE, owners: ['m0'] })).toMatchObject({
      passes: false,
      settled: 'rejected',
    })
  })
  test('an empty electorate approves nothing', () => {
    expect(tally([], [], RULE)).toMatchObject({ passes: false, settled: 'rejected' })
  })
  test('who may not approve is not counted as approving, even if a ballot says so', () => {
    const electors = [{ member: 'author', name: 'author', mayApprove: false, author: true }]
    expect(tally(electors, [{ member: 'author', vote: 'approve' }], RULE)).toMatchObject({
      approvals: 0,
      passes: false,
    })
  })
  test('a withdrawn vote is no vote', () => {
    expect(tally(people(2), [{ member: 'm0', vote: 'withdrawn' }], RULE)).toMatchObject({
      notVoted: 2,
      settled: null,
    })
  })
})

describe('the electorate', () => {
  const voters = [
    { id: 'ada', name: 'Ada' },
    { id: 'ben', name: 'Ben' },
  ]
  test('authors may not approve', () => {
    expect(electorateOf(voters, [{ kind: 'member', id: 'ada' }])).toEqual([
      { member: 'ada', name: 'Ada', author: true, mayApprove: false },
      { member: 'ben', name: 'Ben', author: false, mayApprove: true },
    ])
  })
  test('where only one person is eligible that person may, and it says so', () => {
    const alone = electorateOf([voters[0]!], [{ kind: 'member', id: 'ada' }])
    expect(alone[0]).toMatchObject({ mayApprove: true, author: true })
    expect(selfApproved(alone)).toBe(true)
    expect(selfApproved(electorateOf([voters[0]!], [{ kind: 'grace', id: 'playbook:x' }]))).toBe(false)
  })
  test('an agent of a member’s name is not that member', () => {
    expect(electorateOf(voters, [{ kind: 'agent', id: 'ada' }])[0]?.mayApprove).toBe(true)
  })
})

describe('when a session closes', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const session = { deadline: new Date('2026-11-24T12:00:00Z'), dwellMs: 600_000 }
  const last = new Date('2026-11-22T11:55:00Z')
  test('it waits while others can change the result', () => {
    expect(decide(session, { passes: true, settled: null }, 3, last, now)).toEqual({ wait: true })
  })
  test('a passing one dwells, so that a reject can still come', () => {
    expect(decide(session, { passes: true, settled: 'passed' }, 3, last, now)).toEqual({ dwellMs: 300_000 })
    expect(
      decide(session, { passes: true, settled: 'passed' }, 3, last, new Date('2026-11-22T12:05:00Z')),
    ).toEqual({ close: 'passed' })
  })
  test('with one person there is nobody to wait for', () => {
    expect(decide(session, { passes: true, settled: 'passed' }, 1, last, now)).toEqual({ close: 'passed' })
  })
  test('a settled reject closes at once', () => {
    expect(decide(session, { passes: false, settled: 'rejected' }, 3, last, now)).toEqual({
      close: 'rejected',
    })
  })
  test('at the deadline it passes or expires, by what was cast', () => {
    const late = new Date('2026-11-24T12:00:00Z')
    expect(decide(session, { passes: true, settled: null }, 3, last, late)).toEqual({ close: 'passed' })
    expect(decide(session, { passes: false, settled: null }, 3, undefined, late)).toEqual({
      close: 'expired',
    })
  })
})
