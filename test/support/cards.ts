// Cards to render: any card at all, and one as it really looks for every state that a mission can be seen in.
import fc from 'fast-check'
import type { Button, Card, KpiLine } from '../../src/cards/card.ts'
import type { Comparison } from '../../src/cards/comparison.ts'
import { OUTCOMES, PHASES } from '../../src/mission/phases.ts'
import { kpiAmount, kpiName } from '../../src/trust/holds.ts'
import { KPIS, type Kpi, UNITS } from '../../src/trust/kpi.ts'
import { VERDICTS } from '../../src/trust/trust.ts'

/** What people, repositories and attackers write. */
const FRAGMENTS = [
  '',
  ' ',
  'Add the missing index on users(email)',
  'A plain sentence about latency. ',
  '<!channel> ',
  '<!here|here> ',
  '<@U123ABC> ',
  '<#C123|general> ',
  '@everyone @here @channel ',
  '<@123456789012345678> <@&123456789012345678> ',
  '<https://evil.example|Approve> ',
  '[Approve](https://evil.example) ',
  'https://evil.example/?a=1&b=2 ',
  'javascript:alert(1) ',
  '*bold* _italic_ ~struck~ `code` ',
  '**bold** __under__ ||spoiler|| ~~struck~~ ',
  '```\nfence\n``` ',
  '`````',
  '> quoted\n>>> more\n',
  '# heading\n## two\n-# small\n',
  '- item\n* item\n1. item\n',
  '| a | b |\n|---|---|\n',
  ':tada: :white_check_mark: :fake: ',
  '&amp; &lt;!channel&gt; & ',
  '\\*not bold\\* ',
  '"quotes" and \\back\\slashes\\ ',
  '\n\n\n',
  '\t\u0000\u0007\u001b[31mred\u001b[0m ',
  'مرحبا بالعالم 123 ',
  'שלום 456 ',
  '\u202etxt.exe\u202c \u2067abc\u2069 ',
  'Z\u0335\u0321\u0322\u0353a\u0338\u0344\u0341\u0328l\u0337\u0310\u0315g\u0336\u0347o\u0334\u0352\u0348 '.repeat(
    3,
  ),
  '\u200b\u2060\ufeff\u00ad',
  '👩‍👩‍👧‍👦🏳️‍🌈🗳️ ',
  '漢字とかなカナ、長い文章。',
  'ﷺ',
  '\ud800 lonely \udfff ',
  'averyveryverylongwordwithoutanybreakinit',
  '<!date^1700000000^{date}|now> ',
  '<!subteam^S123> ',
  '{"type":"section"} ',
  '$(rm -rf /) {{template}} %s ',
  '1,234.56 % of 95.00 % ',
]

/** Any text of 0…5,000 characters; mostly short, as texts are. */
export const anyText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...FRAGMENTS),
    fc.constantFrom(...FRAGMENTS),
    fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 0, max: 120 }) },
      { weight: 2, arbitrary: fc.integer({ min: 120, max: 700 }) },
      { weight: 1, arbitrary: fc.integer({ min: 700, max: 5_000 }) },
    ),
  )
  .map(([a, b, length]) => {
    const pattern = a + b
    return pattern === '' ? '' : pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length)
  })

const id = fc.uuid()
const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 })
const list = (maxLength: number) => fc.array(anyText, { maxLength })
const percentText = fc.integer({ min: 0, max: 10_000 }).map((bp) => `${(bp / 100).toFixed(2)} %`)
const thousandths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -200_000, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }) },
  { weight: 1, arbitrary: fc.constant(0) },
)

const kpiLineOf = (kpi: Kpi): fc.Arbitrary<KpiLine> =>
  fc
    .record({
      measured: fc.boolean(),
      value: thousandths,
      below: fc.integer({ min: 0, max: 50_000 }),
      above: fc.integer({ min: 0, max: 50_000 }),
      verdict: fc.constantFrom('better' as const, 'same' as const, 'worse' as const),
      claim: option(fc.integer({ min: 1, max: 100_000 })),
      noise: option(fc.integer({ min: 0, max: 200_000 })),
      note: anyText,
    })
    .map(({ measured, value, below, above, verdict, claim, noise, note }) => ({
      kpi,
      name: kpiName(kpi),
      value: measured ? value / 1000 : null,
      unit: UNITS[kpi],
      interval: measured ? ([(value - below) / 1000, (value + above) / 1000] as const) : null,
      verdict: measured ? verdict : 'no data',
      claimed: claim === null ? null : `at least ${kpiAmount(claim, kpi)}`,
      noise: noise === null ? null : kpiAmount(noise, kpi),
      note,
    }))

const anyKpis: fc.Arbitrary<KpiLine[]> = fc
  .tuple(fc.subarray([...KPIS]), fc.tuple(...KPIS.map(kpiLineOf)))
  .map(([kept, rows]) => rows.filter((row) => kept.includes(row.kpi as Kpi)))

const anyComparison: fc.Arbitrary<Comparison> = fc.record({
  name: anyText,
  unit: fc.constantFrom('ms', 'MB', '%', 'ops/s', ''),
  before: fc.double({ min: 0, max: 1e9, noNaN: true }),
  after: fc.double({ min: 0, max: 1e9, noNaN: true }),
  better: fc.constantFrom('lower' as const, 'higher' as const),
})

const LABELS = {
  approve: 'Approve',
  reject: 'Reject',
  abstain: 'Abstain',
  details: 'Details',
  revise: 'Revise with feedback',
  rollback: 'Roll back',
} as const
const anyButtons: fc.Arbitrary<Button[]> = fc
  .tuple(fc.subarray(Object.keys(LABELS) as Button['action'][]), id, option(anyText))
  .map(([actions, about, confirm]) =>
    actions.map((action) => ({
      action,
      about,
      label: LABELS[action],
      style: action === 'approve' ? 'primary' : action === 'reject' ? 'danger' : 'plain',
      confirm: action === 'approve' ? confirm : null,
    })),
  )

const anyVote: fc.Arbitrary<NonNullable<Card['vote']>> = fc
  .record({
    session: id,
    state: fc.constantFrom('open', 'void', 'closed: passed', 'closed: rejected', 'closed: expired'),
    votes: fc.array(
      fc.record({
        name: anyText,
        vote: fc.constantFrom('approve', 'reject', 'abstain'),
        passkey: fc.boolean(),
        carried: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
    notVoted: list(30),
    approvals: fc.integer({ min: 1, max: 9 }),
    share: percentText,
    deadline: fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    }),
    selfApproved: fc.boolean(),
    needsPasskey: fc.boolean(),
  })
  .map(({ approvals, share, deadline, ...vote }) => ({
    ...vote,
    approvals: vote.votes.filter((one) => one.vote === 'approve').length,
    rejects: vote.votes.filter((one) => one.vote === 'reject').length,
    abstentions: vote.votes.filter((one) => one.vote === 'abstain').length,
    rule: `${approvals} ${approvals === 1 ? 'approval' : 'approvals'} and ${share} of approvals and rejects`,
    deadline: deadline.toISOString(),
    carried: vote.votes.filter((one) => one.carried).map((one) => one.name),
  }))

const anyTrust: fc.Arbitrary<NonNullable<Card['trust']>> = fc.record({
  shown: percentText,
  formula: percentText,
  threshold: percentText,
  reached: fc.boolean(),
  open: fc.subarray(['safety', 'privacy', 'no_vulnerabilities', 'risk_assessment', 'immutable_logging']),
  waterfall: fc.array(
    fc.record({
      part: fc.constantFrom(...KPIS, 'governance', 'constitution', 'security'),
      possible: fc.integer({ min: 0, max: 10_000 }),
      brought: fc.integer({ min: 0, max: 10_000 }),
    }),
    { maxLength: 10 },
  ),
  mends: fc.array(fc.record({ sentence: anyText, trust: percentText }), { maxLength: 8 }),
})

const anyCheck: fc.Arbitrary<Card['checks'][number]> = fc.record({
  title: anyText,
  family: fc.constantFrom('governance', 'constitution', 'security'),
  verdict: fc.constantFrom(...VERDICTS),
  reason: anyText,
  notYetChecked: list(2),
})

/** Any card: whatever is written in it, however long, in any phase. */
export const anyCard: fc.Arbitrary<Card> = fc.record({
  mission: fc.stringMatching(/^auto_mission_[0-9a-f]{24}$/),
  name: fc.integer({ min: 1, max: 999_999_999 }).map((number) => `M-${number}`),
  title: anyText,
  target: anyText,
  phase: fc.constantFrom(...PHASES),
  outcome: option(fc.constantFrom(...OUTCOMES)),
  headline: fc.constantFrom(
    '🔍 Detected: a change is being prepared',
    "🧪 Testing against today's code",
    '🗳️ Awaiting your vote',
    '✋ Approved, held',
    '📊 Live, being watched',
    '✅ Complete',
  ),
  state: anyText,
  progress: option(
    fc.record({
      step: fc.oneof(fc.constantFrom('install', 'tests', 'bench', 'load'), anyText),
      done: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ),
  live: option(anyText),
  why: list(2),
  trust: option(anyTrust),
  before: option(fc.record({ revision: fc.integer({ min: 1, max: 9 }), trust: percentText, kpis: anyKpis })),
  holds: fc.oneof({ weight: 4, arbitrary: list(4) }, { weight: 1, arbitrary: list(40) }),
  kpis: anyKpis,
  tests: option(fc.record({ passed: fc.nat(100_000), failed: fc.nat(1_000) })),
  checks: fc.array(anyCheck, { maxLength: 6 }),
  isolation: option(fc.record({ level: fc.constantFrom('contained', 'demo'), off: list(3) })),
  timeline: fc.array(fc.record({ step: anyText, seconds: fc.nat(10_000) }), { maxLength: 5 }),
  chart: fc.array(anyComparison, { maxLength: 4 }),
  change: option(
    fc.record({
      revision: fc.integer({ min: 1, max: 99 }),
      files: fc.nat(5_000),
      added: fc.nat(1_000_000),
      removed: fc.nat(1_000_000),
      risk: fc.constantFrom('low', 'medium', 'high', 'critical'),
      authors: list(4),
    }),
  ),
  vote: option(anyVote),
  capa: option(
    fc.record({
      name: fc.nat(9_999).map((n) => `CAPA-${n}`),
      state: fc.constantFrom('open', 'closed'),
      preventive: anyText,
      dueAt: fc.constant('2026-12-09T12:00:00.000Z'),
    }),
  ),
  feedback: fc.nat(200),
  buttons: anyButtons,
})

const MISSION = 'auto_mission_5f1c0de2ab90417733d2e8c4'
const SESSION = '0b6f6c0e-6a0b-4a55-9d52-6c2b8ad3a9f1'

const kpi = (
  name: Kpi,
  value: number | null,
  interval: readonly [number, number] | null,
  verdict: KpiLine['verdict'],
  more: Partial<KpiLine> = {},
): KpiLine => ({
  kpi: name,
  name: kpiName(name),
  value,
  unit: UNITS[name],
  interval,
  verdict,
  claimed: null,
  noise: null,
  note: '',
  ...more,
})

const KPI_ROWS: readonly KpiLine[] = [
  kpi('performance_improvement', 92.254, [91.812, 92.703], 'better', {
    note: 'CPU per request over 8 sets of load',
    noise: '1.3 %',
  }),
  kpi('error_rate_reduction', 0, [-0.041, 0.041], 'same', {
    note: '0 of 4,800 requests failed on both sides',
  }),
  kpi('latency_improvement', 13.104, [12.871, 13.355], 'better', {
    claimed: 'at least 10 ms',
    note: 'p95 over 8 sets of load',
    noise: '0.4 ms',
  }),
  kpi('memory_efficiency', -1.312, [-2.204, -0.411], 'same', {
    note: 'peak of the process tree',
    noise: '0.9 %',
  }),
  kpi('code_quality_score', 100, [0, 0], 'same', { note: '0 new findings' }),
  kpi('test_coverage', 96.4, [0, 0], 'same', { note: 'lines executed by the tests of today’s code' }),
  kpi('security_score', null, null, 'no data', { note: 'no lock file names a dependency' }),
]

const CHART: readonly Comparison[] = [
  { name: 'p95 latency', unit: 'ms', before: 14.2, after: 1.096, better: 'lower' },
  { name: 'CPU per request', unit: 'ms', before: 11.72, after: 0.908, better: 'lower' },
  { name: 'Peak memory', unit: 'MB', before: 71.4, after: 72.33, better: 'lower' },
]

const CHECKS: Card['checks'] = [
  ...[
    'Resource limits',
    'Policy compliance',
    'Permission levels',
    'Risk assessment',
    'Approval requirements',
  ].map((title) => ({
    title,
    family: 'governance',
    verdict: 'pass',
    reason: 'Within policy.',
    notYetChecked: [],
  })),
  ...['Accountability', 'Transparency', 'Autonomy', 'Law and ethics', 'Safety', 'Privacy', 'Fairness'].map(
    (title) => ({
      title,
      family: 'constitution',
      verdict: title === 'Fairness' ? 'not_applicable' : 'pass',
      reason:
        title === 'Fairness' ? 'Nothing in the change decides about people.' : 'Nothing against it found.',
      notYetChecked: [],
    }),
  ),
  ...[
    'No vulnerabilities',
    'Immutable logging',
    'Cryptographic signatures',
    'No malicious code',
    'Security scan',
  ].map((title) => ({
    title,
    family: 'security',
    verdict: 'pass',
    reason: 'Nothing found.',
    notYetChecked: [],
  })),
]

const WATERFALL = [
  { part: 'performance_improvement', possible: 842, brought: 842 },
  { part: 'error_rate_reduction', possible: 1052, brought: 1052 },
  { part: 'latency_improvement', possible: 631, brought: 631 },
  { part: 'memory_efficiency', possible: 421, brought: 163 },
  { part: 'code_quality_score', possible: 631, brought: 631 },
  { part: 'test_coverage', possible: 421, brought: 421 },
  { part: 'governance', possible: 2500, brought: 2500 },
  { part: 'constitution', possible: 2000, brought: 2000 },
  { part: 'security', possible: 1500, brought: 1500 },
]

const button = (action: Button['action'], confirm: string | null = null): Button => ({
  action,
  about: action === 'details' || action === 'revise' || action === 'rollback' ? MISSION : SESSION,
  label: LABELS[action],
  style: action === 'approve' ? 'primary' : action === 'reject' || action === 'rollback' ? 'danger' : 'plain',
  confirm,
})
const VOTING = (['approve', 'reject', 'abstain', 'details', 'revise'] as const).map((action) =>
  button(action),
)

const DETECTED: Card = {
  mission: MISSION,
  name: 'M-12',
  title: 'p95 of shop-api is above its objective',
  target: 'shop-api',
  phase: 'detected',
  outcome: null,
  headline: '🔍 Detected: a change is being prepared',
  state: '',
  progress: null,
  live: null,
  why: [
    'Users of shop-api wait longer than agreed: p95 is 14.2 ms and the objective is 3 ms.',
    'p95 of shop-api is 14.2 ms, its objective is 3 ms (4,812 requests in 60 s)',
  ],
  trust: null,
  before: null,
  holds: [],
  kpis: [],
  tests: null,
  checks: [],
  isolation: null,
  timeline: [],
  chart: [],
  change: null,
  vote: null,
  capa: null,
  feedback: 0,
  buttons: [button('details')],
}

const CHANGE: NonNullable<Card['change']> = {
  revision: 1,
  files: 2,
  added: 9,
  removed: 1,
  risk: 'low',
  authors: ['playbook:missing-index-sqlite'],
}

const VOTE: NonNullable<Card['vote']> = {
  session: SESSION,
  state: 'open',
  approvals: 1,
  rejects: 0,
  abstentions: 0,
  votes: [{ name: 'Ada Lovelace', vote: 'approve', passkey: false, carried: false }],
  notVoted: ['Grace Hopper', 'Linus'],
  rule: '2 approvals and 66.67 % of approvals and rejects',
  deadline: '2026-11-24T16:30:00.000Z',
  selfApproved: false,
  needsPasskey: false,
  carried: [],
}

const MEASURED: Card = {
  ...DETECTED,
  title: 'Add the missing index on users(email)',
  trust: {
    shown: '97.40 %',
    formula: '97.40 %',
    threshold: '95.00 %',
    reached: true,
    open: [],
    waterfall: WATERFALL,
    mends: [{ sentence: 'memory: a loss of more than 1 % ruled out', trust: '99.99 %' }],
  },
  kpis: KPI_ROWS,
  tests: { passed: 212, failed: 0 },
  checks: CHECKS,
  isolation: { level: 'contained', off: ['no system call filter (seccomp)'] },
  chart: CHART,
  change: CHANGE,
}

const CLOSED: NonNullable<Card['vote']> = {
  ...VOTE,
  state: 'closed: passed',
  approvals: 2,
  votes: [
    { name: 'Ada Lovelace', vote: 'approve', passkey: false, carried: true },
    { name: 'Grace Hopper', vote: 'approve', passkey: false, carried: false },
  ],
  notVoted: ['Linus'],
  carried: ['Ada Lovelace'],
}

export const STATES = [
  'detected',
  'awaiting-change',
  'testing',
  'held',
  'voting',
  'approved-held',
  'executing',
  'watching',
  'succeeded',
  'rolled-back',
  'rejected',
] as const
export type State = (typeof STATES)[number]

/** One card for each state, as they really look. */
export function sampleCards(): Record<State, Card> {
  return {
    detected: DETECTED,
    'awaiting-change': {
      ...DETECTED,
      phase: 'sandbox_testing',
      headline: '✋ Waiting for a change',
      state:
        'awaiting_candidate: no playbook of shop-api answers to latency. Attach a change in the console, or: POST /mission-control/autonomous/missions/M-7/candidate with a patch or a ref.',
    },
    testing: {
      ...DETECTED,
      title: MEASURED.title,
      phase: 'sandbox_testing',
      headline: "🧪 Testing against today's code",
      progress: { step: 'load', done: 0.42 },
      change: CHANGE,
    },
    held: {
      ...MEASURED,
      phase: 'sandbox_testing',
      headline: '✋ Held',
      state:
        'held by: Latency was claimed to get better by at least 10 ms; measured, it is between 2.1 ms and 6.3 ms.',
      trust: {
        ...MEASURED.trust!,
        shown: '88.31 %',
        formula: '88.31 %',
        reached: false,
        open: ['safety', 'no_vulnerabilities'],
      },
      holds: [
        'Latency was claimed to get better by at least 10 ms; measured, it is between 2.1 ms and 6.3 ms.',
        'Memory could be worse, by up to 12.4 %; 5 % would be tolerated.',
      ],
      kpis: KPI_ROWS.map((row) =>
        row.kpi === 'latency_improvement'
          ? { ...row, value: 6.012, interval: [2.1, 9.92] as const }
          : row.kpi === 'memory_efficiency'
            ? { ...row, value: -9.35, interval: [-12.4, -6.31] as const, verdict: 'worse' as const }
            : row,
      ),
      tests: { passed: 209, failed: 3 },
      checks: CHECKS.map((check) =>
        check.title === 'No vulnerabilities'
          ? { ...check, verdict: 'unknown', reason: 'No advisory database answered.' }
          : check.title === 'Safety'
            ? { ...check, verdict: 'needs_human', reason: 'It deletes a migration.' }
            : check,
      ),
      chart: [
        { name: 'p95 latency', unit: 'ms', before: 14.2, after: 8.19, better: 'lower' },
        { name: 'CPU per request', unit: 'ms', before: 11.72, after: 11.72, better: 'lower' },
        { name: 'Peak memory', unit: 'MB', before: 71.4, after: 78.1, better: 'lower' },
      ],
      change: { ...CHANGE, revision: 2, risk: 'medium', files: 4, added: 128, removed: 37 },
      feedback: 1,
      buttons: [button('details'), button('revise')],
    },
    voting: {
      ...MEASURED,
      phase: 'discussion',
      headline: '🗳️ Awaiting your vote',
      vote: VOTE,
      feedback: 2,
      buttons: VOTING,
    },
    'approved-held': {
      ...MEASURED,
      phase: 'consensus',
      headline: '✋ Approved, held',
      state: 'held by: deployments of shop-api are frozen until Monday 08:00.',
      vote: CLOSED,
      buttons: [button('details')],
    },
    executing: {
      ...MEASURED,
      phase: 'live_execution',
      headline: '🚀 Deploying',
      vote: CLOSED,
      buttons: [button('details')],
    },
    watching: {
      ...MEASURED,
      phase: 'monitoring',
      headline: '📊 Live, being watched',
      state: 'p95 1.3 ms, errors 0.00 % of 1,204 requests',
      live: 'p95 1.3 ms, errors 0.00 % of 1,204 requests',
      vote: CLOSED,
      buttons: [button('rollback'), button('details')],
    },
    succeeded: {
      ...MEASURED,
      phase: 'complete',
      outcome: 'succeeded',
      headline: '✅ Complete',
      state:
        'p95 1.3 ms, errors 0.00 % of 4,790 requests; before: p95 14.2 ms, errors 0.00 % of 4,812 requests.',
      vote: {
        ...CLOSED,
        approvals: 1,
        votes: [{ name: 'You', vote: 'approve', passkey: false, carried: false }],
        notVoted: [],
        rule: '1 approval and 66.67 % of approvals and rejects',
        selfApproved: true,
        needsPasskey: false,
        carried: [],
      },
      buttons: [button('details')],
    },
    'rolled-back': {
      ...MEASURED,
      phase: 'complete',
      outcome: 'rolled_back',
      capa: {
        name: 'CAPA-1',
        state: 'open',
        preventive:
          'Find out why the sandbox did not show it, and add that to the bench or the load profile.',
        dueAt: '2026-12-09T12:00:00.000Z',
      },
      headline: '↩️ Rolled back',
      state: 'errors are 7.40 %, they were 0.00 %, in 3 samples in a row.',
      vote: CLOSED,
      buttons: [button('details')],
    },
    rejected: {
      ...MEASURED,
      phase: 'complete',
      outcome: 'cancelled',
      headline: '🚫 Rejected',
      state: 'Rejected: 2 of 3 said no.',
      vote: {
        ...CLOSED,
        state: 'closed: rejected',
        approvals: 1,
        rejects: 2,
        votes: [
          { name: 'Ada Lovelace', vote: 'approve', passkey: false, carried: false },
          { name: 'Grace Hopper', vote: 'reject', passkey: false, carried: false },
          { name: 'Linus', vote: 'reject', passkey: false, carried: false },
        ],
        notVoted: [],
        carried: [],
      },
      feedback: 4,
      buttons: [button('details')],
    },
  }
}

/** A card of high risk, whose approval asks before it counts. */
export const riskyCard = (): Card => {
  const card = sampleCards().voting
  const warning =
    'High risk. If it passes, 2 files of shop-api are merged into main and this runs: ./deploy.sh production'
  return {
    ...card,
    change: { ...CHANGE, risk: 'high' },
    isolation: {
      level: 'demo',
      off: ['nothing isolates this run from the machine: it is the demo shipped with Grace'],
    },
    buttons: VOTING.map((one) => (one.action === 'approve' ? { ...one, confirm: warning } : one)),
  }
}
