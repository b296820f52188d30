// Policies of one's own: what is refused when they are loaded, what they decide, and what they would have decided.
import { describe, expect, test } from 'vitest'
import {
  actorOf,
  backtest,
  type Decided,
  HARMLESS,
  type PolicyCase,
  tryCase,
} from '../../../src/policies/cases.ts'
import { decide, openPolicies, PolicyFaults } from '../../../src/policies/engine.ts'

const forbid = (id: string, when: string, more = '') =>
  `@id("${id}") ${more} forbid (principal, action == Action::"policy_compliance", resource) when { ${when} };`

const faultsOf = (text: string): readonly string[] => {
  try {
    openPolicies(text)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyFaults)
    return (error as PolicyFaults).faults
  }
}

describe('a policy is refused when it is loaded', () => {
  test.each([
    ['that does not read', 'forbid (principal', /line 1: unexpected end of input/],
    ['in its third line', `${forbid('a', 'context.frozen')}\n\nforbid oops`, /line 3/],
    ['without a name', 'forbid (principal, action, resource);', /needs a name of its own/],
    ['of a name that is taken', forbid('too-large', 'context.frozen'), /two policies called too-large/],
    [
      'that names a fact there is not',
      forbid('a', 'context.weekdya == "Friday"'),
      /a: .*weekdya.*did you mean `weekday`/,
    ],
    ['that compares a text with a number', forbid('a', 'context.weekday == 5'), /a: /],
    [
      'about an action there is not',
      '@id("a") forbid (principal, action == Action::"deploy", resource);',
      /a: .*deploy/,
    ],
    [
      'that permits',
      '@id("a") permit (principal, action, resource);',
      /a permits: everything is permitted that no policy forbids/,
    ],
    [
      'with an annotation there is not',
      forbid('a', 'context.frozen', '@say("x")'),
      /a has @say; there are @id, @says, @passes, @asks/,
    ],
    ['that is a template', '@id("a") forbid (principal == ?principal, action, resource);', /templates/],
  ])('%s', (_what, text, message) => {
    expect(faultsOf(text).join('; ')).toMatch(message)
  })
  test('and a sound one is not', () => {
    expect(faultsOf(forbid('no-fridays', 'context.weekday == "Friday"'))).toEqual([])
  })
})

describe('a decision', () => {
  const on = (text: string, facts: object, principal = 'member ada') =>
    decide(openPolicies(text), {
      check: 'policy_compliance',
      principal: actorOf(principal),
      target: 'shop',
      facts: { ...HARMLESS.policy_compliance, ...facts },
    })
  test('names the policies that made it, with their sentences and the facts in them', () => {
    const own = forbid('no-fridays', 'context.weekday == "Friday"', '@says("not on a {weekday}")')
    expect(on(own, { weekday: 'Friday', changed_lines: 2_000 })).toEqual({
      verdict: 'forbid',
      by: ['no-fridays', 'too-large'],
      says: ['not on a Friday', '2000 changed lines, at most 1000 are allowed'],
      passes: false,
    })
  })
  test('waits only where all that forbids ends by itself, asks only where a person may answer for all of it', () => {
    expect(on('', { frozen: true, freeze: 'x' })).toMatchObject({ verdict: 'forbid', passes: true })
    expect(on('', { frozen: true, freeze: 'x', changed_lines: 2_000 })).toMatchObject({ passes: false })
    expect(on('', { protected_paths: ['src/auth/a.ts'] })).toMatchObject({
      verdict: 'ask',
      by: ['protected-path'],
    })
    expect(on('', { protected_paths: ['a'], forbidden_paths: ['a'] })).toMatchObject({
      verdict: 'forbid',
      passes: false,
    })
    // A person's word and the end of the freeze: both can come.
    expect(on('', { protected_paths: ['a'], frozen: true, freeze: 'x' })).toMatchObject({
      verdict: 'forbid',
      passes: true,
    })
  })
  test('may depend on who proposes', () => {
    const own =
      '@id("no-robots") forbid (principal is agent, action == Action::"policy_compliance", resource == target::"shop");'
    expect(on(own, {}, 'agent smith').by).toEqual(['no-robots'])
    expect(on(own, {}, 'member ada').verdict).toBe('allow')
  })
  test('that fails while it is made is none: Cedar alone would skip the policy', () => {
    const own = forbid('overflows', 'context.changed_lines * 9223372036854775807 > 3')
    expect(() => on(own, { changed_lines: 2 })).toThrow(/overflows/)
  })
})

describe('before they are activated', () => {
  const policies = openPolicies(forbid('no-fridays', 'context.weekday == "Friday"'))
  const of = (over: Partial<PolicyCase>): PolicyCase => ({
    name: 'a case',
    check: 'policy_compliance',
    proposer: 'member ada',
    target: 'shop',
    facts: {},
    expect: 'allow',
    ...over,
  })
  test('a case comes out as expected, or says how not', () => {
    expect(tryCase(policies, of({}))).toBeUndefined()
    expect(
      tryCase(policies, of({ facts: { weekday: 'Friday' }, expect: 'forbid', by: ['no-fridays'] })),
    ).toBeUndefined()
    expect(tryCase(policies, of({ facts: { weekday: 'Friday' } }))).toMatch(
      /it is forbid by no-fridays, expected was allow/,
    )
    expect(tryCase(policies, of({ facts: { weekday: 'Friday' }, expect: 'forbid', by: ['other'] }))).toMatch(
      /by no-fridays/,
    )
    expect(tryCase(policies, of({ facts: { weekday: 5 } }))).toMatch(/not valid/)
  })
  test('a backtest names what would have been decided otherwise, and nothing else', () => {
    const decided = (mission: number, facts: object, verdict: Decided['verdict']): Decided => ({
      mission,
      check: 'policy_compliance',
      proposer: actorOf('member ada'),
      target: 'shop',
      facts: { ...HARMLESS.policy_compliance, ...facts },
      verdict,
    })
    const past = [
      decided(1, {}, 'pass'),
      decided(2, { weekday: 'Friday' }, 'pass'),
      decided(3, { protected_paths: ['a'] }, 'attested'),
      decided(4, { frozen: true, freeze: 'x' }, 'fail'),
    ]
    expect(backtest(policies, past)).toEqual([{ of: past[1], now: { verdict: 'fail', by: ['no-fridays'] } }])
  })
  test('facts that an older Grace kept without one of today’s are said to be undecided', () => {
    const { hour_utc: _hour, ...older } = HARMLESS.policy_compliance
    const [different] = backtest(policies, [
      {
        mission: 1,
        check: 'policy_compliance',
        proposer: actorOf('member ada'),
        target: 'shop',
        facts: older,
        verdict: 'pass',
      },
    ])
    expect(different!.now).toMatchObject({ why: expect.stringContaining('could not decide') })
  })
})
