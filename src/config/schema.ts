// grace.yaml: who decides, by which rule, about which targets. docs/configuration.md describes every line.
import { z } from 'zod'
import { PASSKEY_FROM } from '../access/assurance.ts'
import { GOVERNANCE_CHECKS } from '../policies/schema.ts'
import { DEFAULT_MARGINS } from '../trust/report.ts'
import { agentSchema } from './agents-schema.ts'
import { githubSchema } from './github-schema.ts'
import { liveSchema } from './live-schema.ts'
import { command, count, duration, hostFiles, name, share } from './units.ts'

const hostName = z
  .string()
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'must be the name of a host, in lower case')
const inTree = z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
  error: 'must be a path inside the repository',
})

/** May be made stricter than DESIGN.md's, never wider. */
const margin = (most: number, unit: string) =>
  z
    .number({ error: `must be a number from 0 to ${most} (${unit})` })
    .min(0)
    .max(most, `may be at most ${most} (${unit})`)

export const parliamentSchema = z.strictObject({
  min_approvals: count(1, 100).default(1),
  share: share(0, 'the share of approvals among approvals and rejects, up to 100%').default(10_000),
  dwell: duration('0s', '7d').default(600_000),
  deadline: duration('1s', '30d').default(172_800_000),
  /** From that risk on an approval needs a passkey, where there are any. */
  passkey_from: z.enum(PASSKEY_FROM).default('high'),
})

export const policySchema = z.strictObject({
  trust_threshold: share(9_500, 'at least 95%, up to 100%; it may be raised, never lowered').default(9_500),
  margins: z
    .strictObject({
      performance_improvement: margin(DEFAULT_MARGINS.performance_improvement, '%'),
      error_rate_reduction: margin(DEFAULT_MARGINS.error_rate_reduction, 'points'),
      latency_improvement: margin(DEFAULT_MARGINS.latency_improvement, '%'),
      latency_ms: margin(DEFAULT_MARGINS.latency_ms, 'ms'),
      memory_efficiency: margin(DEFAULT_MARGINS.memory_efficiency, '%'),
      code_quality_score: margin(DEFAULT_MARGINS.code_quality_score, 'points'),
      test_coverage: margin(DEFAULT_MARGINS.test_coverage, 'points'),
    })
    .partial()
    .transform((given) => ({ ...DEFAULT_MARGINS, ...given }))
    .default(DEFAULT_MARGINS),
  watch: duration('1s', '24h').default(1_800_000),
  freeze: z.string().max(200).optional(),
  forbidden_paths: z
    .array(z.string())
    .default([
      '.git*',
      '.github/**',
      '.gitlab-ci.yml',
      '.env*',
      '**/.env*',
      '**/*.pem',
      '**/*.key',
      'grace.yaml',
    ]),
  /** Touched, they need a person's word beside the vote. */
  protected_paths: z.array(z.string()).default([]),
  max_changed_lines: count(1, 100_000).default(1_000),
  max_open_missions: count(1, 1_000).default(10),
  max_open_missions_of_proposer: count(1, 1_000).default(10),
  max_executions_per_day: count(1, 1_000).default(10),
  sandbox_minutes: count(1, 1_440).default(60),
})

const slackId = (kind: string, letters: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,20}$`), `must be the id of a Slack ${kind}`)
const snowflake = (kind: string) =>
  z.string().regex(/^\d{15,20}$/, `must be the id of a Discord ${kind}, in quotes`)

/** Where cards are posted. */
const channelsSchema = z.strictObject({
  slack: slackId('channel', 'CG').optional(),
  discord: snowflake('channel').optional(),
})
const chatSchema = z.strictObject({
  slack: z
    .strictObject({ team: slackId('workspace', 'TE'), channel: slackId('channel', 'CG').optional() })
    .optional(),
  discord: z
    .strictObject({ guild: snowflake('server'), channel: snowflake('channel').optional() })
    .optional(),
})

/** Every Grace has them. */
export const DETECTORS = [
  'latency',
  'error_rate',
  'coverage',
  'vulnerabilities',
  'hunter',
  'scanners',
] as const

export const testSchema = z.strictObject({
  command,
  /** In any of the forms of src/sandbox/readers/test-report.ts. */
  report: inTree,
  /** In any of the forms of src/sandbox/readers/coverage-report.ts. */
  coverage: inTree.optional(),
  repetitions: count(2, 20).default(3),
  /** Where there is neither bench nor load, the suite is run again for this long while it leaves a verdict open. */
  budget: duration('1s', '1h').default(60_000),
})

export const targetSchema = z.strictObject({
  repository: z.string().min(1),
  branch: z
    .string()
    .regex(/^[\w][\w./-]*$/, 'must be a branch name')
    .default('main'),
  voters: z.array(z.string()).optional(),
  /** Voters who answer for it: critical risk needs the approval of one. Otherwise all voters. */
  owners: z.array(z.string()).min(1).optional(),
  channels: channelsSchema.default({}),
  parliament: parliamentSchema.partial().optional(),
  policy: policySchema.partial().optional(),
  /** Where its commands run, and from where all paths of theirs are: a package of a larger repository. */
  directory: z
    .string()
    .regex(/^[\w@.-]+(?:\/[\w@.-]+)*$/, 'must be a directory of the repository, such as packages/api')
    .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
      error: 'must be a path inside the repository',
    })
    .optional(),
  environment: z.record(z.string(), z.string()).default({}),
  install: command.optional(),
  /** Run in every fresh tree before anything else, without a network. */
  build: command.optional(),
  /** What an install reaches, on port 443; everything else in the sandbox reaches nothing. */
  install_hosts: z
    .array(hostName)
    .default([
      'registry.npmjs.org',
      'pypi.org',
      'files.pythonhosted.org',
      'proxy.golang.org',
      'sum.golang.org',
    ]),
  /** Registries in one's own network. */
  install_inner_hosts: z.array(hostName).default([]),
  /** Packages whose install scripts are run, after the install and without a network. */
  install_scripts: z
    .array(z.string().regex(/^(?:@[\w.-]+\/)?[\w.-]+$/, 'must be the name of a package'))
    .default([]),
  test: testSchema.optional(),
  /** The report is SARIF 2.1.0 or ESLint's JSON. */
  lint: z.strictObject({ command, report: inTree }).optional(),
  /** The same of security scanners: an error that they find on the candidate only stops it. */
  scanners: z
    .array(z.strictObject({ name, command, report: inTree }))
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, 'each needs a name of its own')
    .default([]),
  bench: z
    .strictObject({
      /** Prints its figures. */
      command: command.optional(),
      /** Exports functions without arguments, which are called and timed: the finer of the two. */
      module: inTree.optional(),
      slices: count(10, 200).default(40),
      rounds: count(2, 40).default(5),
      /** More rounds are run while a verdict is open, up to this many and as long as this has time. */
      max_rounds: count(2, 40).default(12),
      budget: duration('5s', '1h').default(180_000),
    })
    .optional(),
  serve: z
    .strictObject({
      command,
      port: count(1, 65_535),
      ready: z.string().startsWith('/').default('/healthz'),
      environment: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  load: z
    .strictObject({
      /** Requests a second, at which they are sent whatever comes back. */
      rate: count(1, 10_000),
      /** `GET /path`; {1..1000} stands for a whole number that differs from request to request. */
      requests: z.array(z.string().regex(/^(?:GET|HEAD) \//, 'must be GET or HEAD and a path')).min(1),
      slice: duration('100ms', '1m').default(500),
      slices: count(2, 100).default(6),
      sets: count(2, 12).default(4),
      /** More sets are run while a verdict is open, up to this many and as long as this has time. */
      max_sets: count(2, 12).default(10),
      budget: duration('5s', '1h').default(180_000),
    })
    .optional(),
  live: liveSchema.optional(),
  coverage_objective: share(0, 'the share of lines that tests should execute').optional(),
  github: githubSchema.optional(),
  deploy: z
    .strictObject({
      command: command.optional(),
      rollback: command.optional(),
      /** Prints the revision that is live, alone on a line. */
      status: command.optional(),
      timeout: duration('1s', '6h').default(600_000),
      environment: z.record(z.string(), z.string()).default({}),
      /** Tag each merge with the ledger's checkpoint, so that Grace can't rewrite what led to it. */
      checkpoint_tags: z.boolean().default(true),
    })
    .optional(),
  /** Whether the packages of its lock files are looked up among the advisories. */
  vulnerabilities: z.boolean().default(true),
  /** Whether Hunter looks over the whole branch, not only at what changes add. */
  hunter: z.boolean().default(false),
  /** Beside those that every Grace has: commands that print what they find. */
  detectors: z
    .array(
      z.strictObject({
        name,
        command,
        every: duration('1m', '30d').default(86_400_000),
        evidence: hostFiles,
      }),
    )
    .default([]),
  /** What others notice, sent to /hooks/TARGET/NAME. */
  webhooks: z
    .array(
      z.strictObject({ name, from: z.enum(['alertmanager', 'sentry', 'standard']), secret_file: z.string() }),
    )
    .default([]),
  playbooks: z
    .array(
      z.strictObject({
        name,
        /** The detector whose findings it answers. */
        on: z.string().min(1),
        /** It may reach install_hosts. */
        registries: z.boolean().default(false),
        command,
        evidence: hostFiles,
      }),
    )
    .default([]),
  agents: z.array(agentSchema).default([]),
})

/** What the policies should decide of given facts; what is not given is as of a harmless change. */
const policyCaseSchema = z.strictObject({
  name: z.string().min(1).max(200),
  check: z.enum(GOVERNANCE_CHECKS),
  /** Who proposes: `member ada`, `agent smith`, `grace detector:latency`. */
  proposer: z
    .string()
    .regex(/^(?:member|agent|guest|grace) \S+$/, 'must be like "member ada" or "agent smith"')
    .default('member ada'),
  target: name.default('shop'),
  facts: z
    .record(z.string(), z.union([z.string(), z.number().int(), z.boolean(), z.array(z.string())]))
    .default({}),
  expect: z.enum(['allow', 'forbid', 'ask']),
  /** The policies that should decide. */
  by: z.array(z.string()).optional(),
})

/** Its form; what names what is src/config/names.ts. */
export const graceSchema = z.strictObject({
  parliament: parliamentSchema.extend({
    members: z
      .array(
        z.strictObject({
          id: name,
          name: z.string().min(1).max(80).optional(),
          /** U0123 of the workspace in `chat`, or T0123/U0123 of another one. */
          slack: z
            .string()
            .regex(/^(?:[TE][A-Z0-9]{2,20}\/)?[UW][A-Z0-9]{2,20}$/, 'must be the id of a Slack user')
            .optional(),
          discord: snowflake('user').optional(),
          /** Their account on GitHub or GitLab, as CODEOWNERS has it; otherwise the id. */
          forge: z
            .string()
            .regex(/^[A-Za-z0-9](?:[\w.-]{0,38})$/, 'must be the name of an account, without @')
            .optional(),
        }),
      )
      .min(1, 'must name at least one member: an empty electorate approves nothing'),
  }),
  policy: policySchema.default(policySchema.parse({})),
  /** In Cedar, beside those that every Grace has: what more is forbidden. */
  policies: z.string().max(100_000).default(''),
  policy_cases: z.array(policyCaseSchema).default([]),
  chat: chatSchema.default({}),
  targets: z.record(name, targetSchema),
})
