import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { agentSchema } from '../../../src/config/agents-schema.ts'
import { parseConfig, policyDigest } from '../../../src/config/config.ts'
import { ENV_NAMES, readEnv } from '../../../src/config/env.ts'
import { ConfigFaults } from '../../../src/config/faults.ts'
import { graceSchema } from '../../../src/config/schema.ts'
import { Secret } from '../../../src/config/secret.ts'

const parse = (text: string) => parseConfig('grace.yaml', text)
const MINIMAL = `
parliament:
  members:
    - { id: ada, name: Ada }
    - { id: ben }
targets:
  shop:
    repository: /srv/shop.git
`
const faultsOf = (text: string) => {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error
    return error.faults.map((f) => `${f.path}: ${f.problem}`)
  }
}

test('docs/configuration.md is a grace.yaml, and names every key that there is', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const yaml = page.split('```yaml\n')[1]!.split('```')[0]!
  expect(faultsOf(yaml)).toEqual([])
  const json = JSON.stringify(z.toJSONSchema(graceSchema, { io: 'input', unrepresentable: 'any' }))
  const all = new Set([...json.matchAll(/"(\w+)":\{/g)].map(([, key]) => key!))
  for (const word of JSON_SCHEMA_WORDS) all.delete(word)
  expect(all.size).toBeGreaterThan(50)
  for (const key of all) expect(yaml).toMatch(new RegExp(`\\b${key}\\b`))
})
const JSON_SCHEMA_WORDS = ['properties', 'items', 'propertyNames', 'additionalProperties', 'default', 'not']

test('docs/agents.md has agents as grace.yaml has them', () => {
  const page = readFileSync(new URL('../../../docs/agents.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!)
  const [whole, ...recipes] = blocks
  expect(
    faultsOf(
      `parliament: { members: [{ id: ada }] }\n${whole!.replace('  shop:', '  shop:\n    repository: /x')}`,
    ),
  ).toEqual([])
  const complete = recipes.filter((yaml) => yaml.startsWith('command:'))
  expect(complete.length).toBe(4)
  for (const yaml of complete)
    expect(agentSchema.safeParse({ name: 'x', on: 'people', ...parseYaml(yaml) }).error).toBeUndefined()
})

describe('agents', () => {
  const agents = (lines: string) => faultsOf(`${MINIMAL}    agents:\n${lines}`)
  const api = 'command: x, api: { url: "https://api.example", variable: X_URL }'
  test.each([
    [
      'a detector that is none',
      `      - { name: a, on: latencies, ${api} }`,
      /agents\.0\.on: latencies is no detector; there are latency, .*, people/,
    ],
    [
      'a name twice',
      `      - { name: a, on: latency, ${api} }\n      - { name: a, on: people, ${api} }`,
      /agents\.1\.name: a is there already/,
    ],
    [
      'a playbook’s name',
      `      - { name: a, on: latency, ${api} }\n    playbooks: [{ name: a, on: coverage, command: x }]`,
      /agents\.0\.name: a is there already/,
    ],
    [
      'a playbook for people',
      `      []\n    playbooks: [{ name: a, on: people, command: x }]`,
      /playbooks\.0\.on: people is no detector/,
    ],
    [
      'a detector called people',
      `      []\n    detectors: [{ name: people, command: x }]`,
      /detectors\.0\.name: people is there already/,
    ],
    [
      'a variable that is none',
      `      - { name: a, on: people, command: x, api: { url: "https://x.example", variable: x-url } }`,
      /variable/,
    ],
    [
      'a key in the URL',
      `      - { name: a, on: people, command: x, api: { url: "https://k:k@x.example", variable: X } }`,
      /without a user/,
    ],
    [
      'another protocol',
      `      - { name: a, on: people, command: x, api: { url: "file:///x", variable: X } }`,
      /http:\/\/ or https/,
    ],
    ['tools somewhere', `      - { name: a, on: people, tools: agents, ${api} }`, /from its root/],
  ])('%s is a fault', (_what, lines, fault) => expect(agents(lines).join('\n')).toMatch(fault))
  test('need little', () => {
    const [agent] = parse(`${MINIMAL}    agents:\n      - { name: a, on: people, ${api} }`).targets.get(
      'shop',
    )!.agents
    expect(agent).toMatchObject({
      timeout: 1_200_000,
      tokens: 1_000_000,
      api: { header: 'authorization', variable: ['X_URL'], provider_tools: false },
    })
  })
  test('are no part of what a session is bound to', () => {
    const of = (text: string) => policyDigest(parse(text).targets.get('shop')!, [], '')
    expect(of(`${MINIMAL}    agents:\n      - { name: a, on: people, ${api} }`)).toBe(of(MINIMAL))
  })
})

describe('github', () => {
  const on = (github: string, more = '') =>
    faultsOf(`
parliament: { members: [{ id: ada, forge: ada }, { id: ben, forge: Ben }] }
targets:
  shop:
    repository: https://github.com/acme/shop.git
    github: { repository: acme/shop, ${github} }
    live: { metrics: http://127.0.0.1:9/m }
${more}`)
  test('needs one of app and token, accounts of its voters, and its own repository', () => {
    expect(on('token_file: /t')).toEqual([])
    expect(on('token_file: /t, app: { id: 1, installation: 2, private_key_file: /k }')).toEqual([
      'targets.shop.github: has either an app or a token_file: as whom it merges',
    ])
    expect(
      faultsOf(`
parliament: { members: [{ id: ada, forge: ada }, { id: ben }, { id: cem, forge: ADA }] }
targets:
  shop:
    repository: https://github.com/acme/shop.git
    github: { repository: acme/other, token_file: /t, api: http://api.example }
`),
    ).toEqual([
      "parliament.members.1.forge: is missing; it is ben's account on GitHub, so that nobody approves what they wrote",
      'parliament.members.2.forge: ada is two members; one account is one',
      'targets.shop.github.api: must be https://: its token would be sent in the clear',
      "targets.shop.github.repository: is acme/other on api.example, and the target's repository is another one",
    ])
  })
  test('deploys by its environment where there is no command', () => {
    expect(on('token_file: /t, environment: production', '    deploy: {}')).toEqual([])
    expect(on('token_file: /t', '    deploy: {}')).toEqual([
      'targets.shop.deploy.command: is missing; it is what makes a commit live (or github.environment)',
    ])
  })
})

describe('grace.yaml', () => {
  test('needs little and has DESIGN.md’s defaults', () => {
    const config = parse(MINIMAL)
    const shop = config.targets.get('shop')!
    expect(config.members).toEqual([
      { id: 'ada', name: 'Ada' },
      { id: 'ben', name: 'ben' },
    ])
    expect(shop.voters).toEqual(['ada', 'ben'])
    expect(shop.parliament).toEqual({
      min_approvals: 1,
      share: 10_000,
      dwell: 600_000,
      deadline: 172_800_000,
      passkey_from: 'high',
    })
    expect(shop.policy).toMatchObject({ trust_threshold: 9_500, watch: 1_800_000 })
    expect(shop.policy.margins).toMatchObject({
      performance_improvement: 5,
      error_rate_reduction: 0.1,
      latency_ms: 2,
      test_coverage: 0.5,
    })
    expect(shop.demo).toBe(false)
  })

  test('a target goes before what holds for all, line by line', () => {
    const shop = parse(`
parliament: { members: [{ id: ada }, { id: ben }], min_approvals: 2, dwell: 1m }
policy: { trust_threshold: 96%, watch: 10m, margins: { test_coverage: 0 } }
targets:
  shop: { repository: /x, parliament: { min_approvals: 1 }, policy: { watch: 5m } }
`).targets.get('shop')!
    expect(shop.parliament).toMatchObject({ min_approvals: 1, dwell: 60_000 })
    expect(shop.policy).toMatchObject({ trust_threshold: 9_600, watch: 300_000 })
    expect(shop.policy.margins.test_coverage).toBe(0)
  })

  test('says everything that is wrong at once, each with its path and what is allowed', () => {
    const faults = faultsOf(`
parliament:
  members: [{ id: ada }, { id: ada }, { id: "Ada Lovelace" }]
  min_approvals: 0
  dwell: soon
  quorum: 3
policy: { trust_threshold: 90%, margins: { memory_efficiency: 50 } }
targets:
  shop:
    repository: ""
    voters: [ada, zoe]
    load: { rate: 0, requests: ["POST /x"] }
    test: { command: npm test, report: ../outside.xml }
    live: { metrics: "http://127.0.0.1/metrics", objective: { latency_p95: 50ms } }
`)
    for (const expected of [
      /parliament\.members\.2\.id: must be 1 to 39/,
      /parliament\.min_approvals: must be a whole number from 1 to 100|parliament\.min_approvals: Too small/,
      /parliament\.dwell: must be a duration/,
      /parliament\.quorum: is not a known setting; known here: min_approvals, share, dwell, deadline, passkey_from, members \(docs/,
      /targets\.shop\.live\.objective: is not a known setting \(did you mean objectives\?\); known here: metrics, .*objectives/,
      /policy\.trust_threshold: .*at least 95%/,
      /policy\.margins\.memory_efficiency: may be at most 5/,
      /targets\.shop\.repository/,
      /targets\.shop\.load\.rate/,
      /targets\.shop\.load\.requests\.0: must be GET or HEAD/,
      /targets\.shop\.test\.report: must be a path inside/,
    ])
      expect(
        faults.some((f) => expected.test(f)),
        `${expected} in\n${faults.join('\n')}`,
      ).toBe(true)
  })

  test.each([
    [
      'an unknown voter',
      'voters: [zoe]',
      /targets\.shop\.voters\.0: zoe is not a member; members are ada, ben/,
    ],
    [
      'more approvals than voters',
      'parliament: { min_approvals: 3 }',
      /min_approvals: is 3, and only 2 may vote/,
    ],
    ['load without a service', 'load: { rate: 1, requests: ["GET /"] }', /load: needs serve/],
    ['a deploy that nobody watches', 'deploy: { command: x }', /deploy: needs live/],
    [
      'a coverage objective without a report',
      'coverage_objective: 80%',
      /coverage_objective: needs test\.coverage/,
    ],
  ])('%s', (_what, line, fault) => {
    expect(faultsOf(`${MINIMAL}    ${line}\n`)).toEqual([expect.stringMatching(fault)])
  })

  test('says what is wrong with names beside what is wrong with form, and nothing that only follows', () => {
    expect(
      faultsOf(`
parliament: { members: [{ id: ada }] }
targets:
  shop: { repository: /r, voters: [zoe] }
  till: { repository: /r, serv: { command: x, port: 80 }, load: { rate: 1, requests: ["GET /"] } }
`),
    ).toEqual([
      expect.stringMatching(/targets\.till\.serv: is not a known setting/),
      expect.stringMatching(/targets\.shop\.voters\.0: zoe is not a member/),
    ])
    expect(
      faultsOf('parliament: { member: [{ id: ada }] }\ntargets: { shop: { repository: /r, voters: [ada] } }'),
    ).toEqual([
      expect.stringMatching(/parliament\.members: is missing/),
      expect.stringMatching(/parliament\.member: is not a known setting/),
    ])
  })

  test('names nobody twice, and never nobody', () => {
    expect(faultsOf('parliament: { members: [] }\ntargets: {}')).toEqual([
      expect.stringMatching(/empty electorate/),
    ])
    expect(faultsOf('parliament: { members: [{ id: a }, { id: a }] }\ntargets: {}')).toEqual([
      expect.stringMatching(/a is named twice/),
    ])
  })

  test('broken YAML has its line', () => {
    expect(faultsOf('a: [1\nb: 2')[0]).toMatch(/^line \d/)
  })

  test('an empty file says what it needs', () => {
    expect(faultsOf('').length).toBeGreaterThan(0)
  })
})

describe('the policy’s digest', () => {
  const digest = (line = '') =>
    policyDigest(parse(`${MINIMAL}    ${line}\n`).targets.get('shop')!, ['a'], 'p')
  test('moves with what is voted under', () => {
    const base = digest()
    for (const line of [
      'policy: { trust_threshold: 96% }',
      'parliament: { min_approvals: 2 }',
      'environment: { A: b }',
      'owners: [ada]',
      'live: { metrics: "http://x/m" }\n    deploy: { command: x }',
    ])
      expect(digest(line), line).not.toBe(base)
    expect(policyDigest(parse(MINIMAL).targets.get('shop')!, ['b'], 'p')).not.toBe(base)
    expect(policyDigest(parse(MINIMAL).targets.get('shop')!, ['a'], 'q')).not.toBe(base)
  })
  test('and not with where it is watched, who may vote, or a freeze', () => {
    for (const line of ['policy: { freeze: holidays }', 'voters: [ada]', 'live: { metrics: "http://x/m" }'])
      expect(digest(line), line).toBe(digest())
  })
})

describe('the environment', () => {
  test('.env.example lists exactly what is read', () => {
    const names = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => line.slice(0, line.indexOf('=')))
    expect(names).toEqual(ENV_NAMES)
  })
  test('without anything it is loopback, a free port and the embedded database', () => {
    expect(readEnv({}, { HOME: '/home/ada' })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      databaseUrl: undefined,
      redisUrl: undefined,
      logLevel: 'warn',
    })
  })
  test('the real environment goes before .env, an empty line counts as none', () => {
    expect(
      readEnv({ GRACE_PORT: '1', GRACE_HOST: '0.0.0.0' }, { GRACE_PORT: '2', GRACE_HOST: '' }),
    ).toMatchObject({ port: 2, host: '0.0.0.0' })
  })
  test('says all faults at once', () => {
    expect(() =>
      readEnv(
        { GRACE_PORT: 'x', REDIS_URL: 'http://x', GRACE_LOG_LEVEL: 'loud', DATABASE_URL: 'postgres://x/y' },
        {},
      ),
    ).toThrow(
      expect.objectContaining({
        faults: expect.arrayContaining([
          expect.objectContaining({ path: 'GRACE_PORT' }),
          expect.objectContaining({ path: 'REDIS_URL' }),
          expect.objectContaining({ path: 'GRACE_LOG_LEVEL' }),
        ]),
      }),
    )
    expect(() => readEnv({ DATABASE_URL: 'postgres://x/y' }, {})).toThrow(/DATABASE_ADMIN_URL.*go together/)
  })
})

test('a secret can’t be printed', () => {
  const secret = new Secret('hunter2')
  for (const shown of [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
  ])
    expect(shown).not.toContain('hunter2')
  expect(secret.reveal()).toBe('hunter2')
})
