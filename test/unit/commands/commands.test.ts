// One grammar, one table of roles, for every surface.
import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { definitions } from '../../../adapters/discord/commands.ts'
import { PERMISSIONS } from '../../../adapters/discord/invite.ts'
import { BOT_SCOPES, manifest } from '../../../adapters/slack/manifest.ts'
import { helpOf } from '../../../src/commands/help.ts'
import { parse } from '../../../src/commands/parse.ts'
import { proposalOf, pullRequest } from '../../../src/commands/proposal.ts'
import { BUTTON_ROLES, COMMANDS } from '../../../src/commands/table.ts'
import { Refusal } from '../../../src/kernel/refusal.ts'
import { claimsOf } from '../../../src/trust/claim-words.ts'
import { sampleCards } from '../../support/cards.ts'

const refusalOf = (act: () => unknown): Refusal => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('the grammar', () => {
  test('understands every command’s own example', () => {
    for (const command of COMMANDS) {
      const [slash = '', ...words] = command.example.slice(1).split(' ')
      expect(parse(slash, words.join(' ')).command).toBe(command)
    }
  })
  test('takes the rest of the line as the last words, as they were written', () => {
    expect(parse('missions', 'cancel M-12  not this   quarter').values).toEqual({
      mission: 'M-12',
      reason: 'not this   quarter',
    })
  })
  test('nothing said is a list, or the help', () => {
    expect(parse('missions', '  ').command.name).toBe('list')
    expect(parse('grace', '').command.name).toBe('help')
  })
  test.each([
    ['missions', 'frobnicate', /There is no \/missions frobnicate/],
    ['missions', 'show', /needs mission: M-12/],
    ['missions', 'cancel M-12', /needs reason/],
  ])('/%s %s says what is wrong and shows an example', (slash, words, says) => {
    const refusal = refusalOf(() => parse(slash, words))
    expect(refusal.message).toMatch(says)
    expect(refusal.next).toMatch(/Example: \/|There are: /)
  })
  test('the help comes from the same table: every command, its arguments, who may', () => {
    const lines = helpOf().lines.join('\n')
    for (const { slash, name, help } of COMMANDS) {
      expect(lines).toContain(`/${slash} ${name}`)
      expect(lines).toContain(help)
    }
  })
})

describe('the table of roles', () => {
  test('has an entry for every button of every card', () => {
    const pressed = Object.values(sampleCards()).flatMap((card) =>
      card.buttons.map((button) => button.action),
    )
    expect(pressed.length).toBeGreaterThan(10)
    for (const action of pressed)
      expect(Object.keys(BUTTON_ROLES)).toContain(
        ['approve', 'reject', 'abstain'].includes(action) ? `vote:${action}` : action,
      )
  })
  test('lets anybody look, members act, and members of the target stop and undo', () => {
    const roles = Object.fromEntries(COMMANDS.map(({ name, role }) => [name, role]))
    expect(roles).toEqual({
      list: 'reader',
      show: 'reader',
      why: 'reader',
      audit: 'reader',
      findings: 'reader',
      capa: 'reader',
      propose: 'member',
      vote: 'member',
      stop: 'member',
      lift: 'member',
      feedback: 'member',
      retry: 'member',
      attest: 'member',
      cancel: 'voter',
      rollback: 'voter',
      pause: 'voter',
      resume: 'voter',
      link: 'reader',
      unlink: 'reader',
      help: 'reader',
      console: 'member',
      status: 'reader',
    })
  })
})

describe('a proposal’s form', () => {
  const targets = new Map([['shop', { repository: 'git@github.com:acme/shop.git' }]])
  test.each([
    ['latency 5', [{ kind: 'kpi', kpi: 'latency_improvement', atLeast: 5 }]],
    ['Coverage: 2.5 %', [{ kind: 'kpi', kpi: 'test_coverage', atLeast: 2.5 }]],
    [
      'Performance 10 % bench/parseAll.mjs',
      [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10, bench: 'bench/parseAll.mjs' }],
    ],
    ['performance 10 and more', undefined],
    ['', []],
    ['no harm', []],
    ['faster!', undefined],
    ['speed 5', undefined],
  ])('claim %j', (text, claims) => expect(claimsOf(text)).toEqual(claims))
  test.each([
    ['https://github.com/acme/shop/pull/12', { ref: 'refs/pull/12/head' }],
    ['feature/index', { ref: 'feature/index' }],
    [
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n \n',
      { patch: expect.stringMatching(/\n \n$/) },
    ],
    ['', {}],
  ])('change %j', (change, expected) => {
    expect(proposalOf({ title: 't', rationale: 'r', change }, targets)).toMatchObject(expected)
  })
  test('a pull request of another repository is not this target’s', () => {
    expect(proposalOf({ change: 'https://github.com/evil/shop/pull/1' }, targets)).toEqual({
      faults: { change: expect.stringMatching(/not one of shop's repository/) },
    })
    expect(pullRequest('https://gitlab.com/a/b/-/merge_requests/3')).toEqual({
      repository: 'gitlab.com/a/b',
      ref: 'refs/merge-requests/3/head',
    })
  })
  test('words that are neither say so', () => {
    expect(proposalOf({ change: 'please make it faster' }, targets)).toEqual({
      faults: { change: expect.stringMatching(/neither a branch/) },
    })
  })
})

describe('setting up', () => {
  test('Discord’s definitions are within its limits', () => {
    for (const slash of definitions()) {
      const options = ('options' in slash ? slash.options : []) ?? []
      expect(options.length).toBeLessThanOrEqual(25)
      expect(JSON.stringify(slash).length).toBeLessThan(8_000)
      for (const option of options) expect(option.description.length).toBeLessThanOrEqual(100)
    }
  })
  test('the bot asks for what it uses', () => {
    expect(PERMISSIONS).not.toContain('Administrator')
    expect(BOT_SCOPES).toHaveLength(10)
  })
  const schema = new URL('../../../../shared/schemas/slack-manifest.schema.2.0.0.json', import.meta.url)
  test.runIf(existsSync(schema))('the manifest is one, by Socket Mode and by HTTP', () => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats.default(ajv)
    const valid = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')))
    for (const url of [undefined, 'https://grace.example.com']) {
      valid(manifest(url))
      expect(valid.errors ?? []).toEqual([])
    }
  })
})
