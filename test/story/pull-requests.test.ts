// Pull requests of others as missions: webhooks, moved heads and bases, strangers, and GitHub's bad days.
import { describe, expect, test } from 'vitest'
import { followPullRequests } from '../../src/mission/follow-pull-requests.ts'
import { ownShops } from '../support/github/shop.ts'

const open = ownShops()

describe('pull requests of others', () => {
  test('a bot’s labelled pull request is a mission; a moved head is its next revision, and that one is merged', async () => {
    const shop = await open()
    const { bot, hub } = shop
    const pull = shop.opens({ body: '@channel **Bumps** things\u202e' })
    shop.opens({ branch: 'unlabelled', labels: [] })
    expect(await shop.hears('pull_request', { action: 'labeled', number: pull.number })).toBe(202)
    const id = await shop.newest()
    const first = await bot.story(id)
    expect(first.mission).toMatchObject({
      phase: 'discussion',
      title: 'More tests',
      proposer: { kind: 'agent', id: 'dependabot[bot]' },
      claims: [{ kind: 'no_harm' }],
    })
    expect(first.mission.description).toBe('@channel **Bumps** things')
    expect(first.candidate).toMatchObject({ revision: 1, pullRequest: { number: pull.number } })
    expect(hub.checks.at(-1)).toMatchObject({ name: 'Grace', status: 'in_progress' })
    expect(hub.checks.at(-1)!.output.title).toMatch(/Awaiting your vote/)
    await bot.votes(id, 'ada', 'approve')

    const head = shop.pushes(pull)
    await shop.hears('pull_request', { action: 'synchronize', number: pull.number })
    await shop.hears('push', { ref: 'refs/heads/bump' })
    const second = await bot.story(id)
    expect(second.candidate).toMatchObject({ revision: 2, pullRequest: { number: pull.number, head } })
    expect(second.vote!.ballots, 'what was voted on is gone').toEqual([])
    expect(await bot.db.superuser`select count(*)::int as n from grace.missions`).toMatchObject([{ n: 1 }])

    await shop.approves(id)
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(pull).toMatchObject({ state: 'closed', mergedAs: bot.git('git rev-parse main') })
    expect(hub.pulls).toHaveLength(2)
    expect(hub.checks.at(-1)).toMatchObject({ head_sha: head, conclusion: 'success' })
  }, 120_000)

  test('a head that moves after the vote is not merged', async () => {
    const shop = await open()
    const { bot, hub } = shop
    const pull = shop.opens()
    await shop.follows()
    const id = await shop.newest()
    // GitHub waits for a check of its own, and meanwhile somebody pushes.
    hub.required.add('ci')
    const before = bot.git('git rev-parse main')
    const working = shop.approves(id)
    await expect
      .poll(() => hub.asked.filter((one) => one.startsWith('PUT')).length, { timeout: 30_000 })
      .toBe(1)
    shop.pushes(pull)
    await working
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(
        /#1 has another head than the [0-9a-f]{12} that was approved; nothing was changed/,
      ),
    })
    expect(bot.git('git rev-parse main')).toBe(before)
    expect(pull.state).toBe('open')
  }, 120_000)

  test('a base that moves in the very moment of the merge: other bytes are live, and taken back', async () => {
    const shop = await open()
    const { bot, hub } = shop
    shop.opens()
    await shop.follows()
    const id = await shop.newest()
    hub.beforeMerge = () => {
      hub.beforeMerge = undefined
      bot.pushes('README.md', 'in between\n')
    }
    await shop.approves(id)
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/GitHub merged it onto [0-9a-f]{12}, and it was approved on/),
    })
    expect(bot.git('git show main:README.md')).toBe('in between')
    expect(() => bot.git('git show main:test/more.test.mjs')).toThrow()
  }, 120_000)

  test('closed, merged by others or without its label, its mission ends', async () => {
    const shop = await open()
    const { bot, hub } = shop
    const pulls = ['one', 'two', 'three'].map((branch, i) => {
      const pull = shop.opens({ branch, title: branch })
      shop.pushes(pull, `test/${i}.test.mjs`)
      return pull
    })
    await shop.follows()
    pulls[0]!.state = 'closed'
    pulls[1]!.labels = []
    pulls[2]!.state = 'closed'
    pulls[2]!.mergedAs = 'somebody'
    await shop.follows()
    const rows = await bot.db.superuser`select title, outcome, reason from grace.missions order by number`
    expect(
      Object.fromEntries(rows.map(({ title, outcome, reason }) => [title, `${outcome}: ${reason}`])),
    ).toEqual({
      one: 'cancelled: Pull request #1 was closed.',
      two: 'cancelled: Pull request #2 lost the label grace.',
      three: 'superseded: Pull request #3 was merged by somebody else.',
    })
    expect(hub.checks.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  }, 120_000)

  test('a stranger’s needs the label of a member, who proposes it then; who wrote commits may not approve', async () => {
    const shop = await open({ members: ['ada', { id: 'ben', forge: 'Ben-at-GitHub' }] })
    const { bot, hub } = shop
    const pull = shop.opens({ author: 'mallory', isBot: false, labels: [{ name: 'grace', by: 'mallory' }] })
    hub.accounts.set(pull.branch, 'ben-at-github')
    await shop.follows()
    expect(await bot.db.superuser`select id from grace.missions`).toEqual([])
    expect(hub.checks.at(-1)).toMatchObject({
      conclusion: 'failure',
      output: { title: expect.stringMatching(/mallory is no member of shop/) },
    })
    pull.labels = [{ name: 'grace', by: 'ada' }]
    await shop.follows()
    const story = await bot.story(await shop.newest())
    expect(story.mission.proposer).toEqual({ kind: 'member', id: 'ada' })
    expect(story.candidate!.authors).toEqual([
      { kind: 'guest', id: 'mallory' },
      { kind: 'member', id: 'ben' },
      { kind: 'member', id: 'ada' },
    ])
  }, 120_000)
})

describe('bad days', () => {
  test('GitHub away, over its limits or refusing: said, tried again, nothing lost', async () => {
    const shop = await open({}, { app: null, token_file: 'TOKEN' })
    const { bot, hub } = shop
    shop.opens()
    hub.faults.push({
      method: 'GET',
      path: /pulls$/,
      status: 403,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
      },
      message: 'API rate limit exceeded',
    })
    await expect(followPullRequests(bot.control, 'shop')).rejects.toMatchObject({
      code: 'github_refused',
      message: expect.stringMatching(/API rate limit exceeded/),
    })
    hub.faults.push({ method: 'GET', path: /pulls$/, status: 404, message: 'Not Found' })
    await expect(followPullRequests(bot.control, 'shop')).rejects.toMatchObject({
      next: expect.stringMatching(/Check targets\.shop\.github in grace\.yaml/),
    })
    await shop.follows()
    const id = await shop.newest()
    expect(hub.statuses.at(-1), 'an account writes statuses').toMatchObject({
      context: 'Grace',
      state: 'pending',
    })
    await shop.approves(id)
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(hub.statuses.at(-1)).toMatchObject({ state: 'success' })
    const secrets = [hub.token, 'ghs_']
    const [{ all }] = (await bot.db
      .superuser`select coalesce(json_agg(o)::text, '') || coalesce((select json_agg(l)::text from grace.ledger_entries l), '') as all from grace.outbox o`) as unknown as [
      { all: string },
    ]
    for (const secret of secrets) expect(all).not.toContain(secret)
  }, 120_000)
})
