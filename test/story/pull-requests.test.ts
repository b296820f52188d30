// Pull requests of others as missions: webhooks, moved heads and bases, strangers, and GitHub's bad days.
import { describe, expect, test } from 'vitest'
import { followPullRequests } from '../../src/mission/follow-pull-requests.ts'
import { GOOD } from '../support/bot.ts'
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
    await shop.approves(id)
    expect((await bot.story(id)).mission.phase).toBe('live_execution')
    shop.pushes(pull)
    await bot.skip(16_000)
    await shop.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(
        /#1 has another head than the [0-9a-f]{12} that was approved; nothing was changed/,
      ),
    })
    expect(hub.checks.findLast(({ conclusion }) => conclusion !== null)).toMatchObject({
      conclusion: 'failure',
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
      two: 'cancelled: Pull request #2 has the label grace on main no more.',
      three: 'superseded: Pull request #3 was merged by somebody else.',
    })
    expect(hub.checks.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  }, 120_000)

  test('a stranger’s needs the label of a member, who proposes it then; who wrote commits may not approve', async () => {
    const shop = await open()
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

  test('a draft waits, and one that came back is taken again; what it claims stands in its description', async () => {
    const shop = await open()
    const { bot } = shop
    const pull = shop.opens({ draft: true })
    await shop.follows()
    expect(await bot.db.superuser`select id from grace.missions`).toEqual([])
    pull.draft = false
    await shop.follows()
    expect((await bot.story(await shop.newest())).mission.phase).toBe('discussion')
    pull.state = 'closed'
    await shop.follows()
    pull.state = 'open'
    await shop.follows()
    await shop.follows()
    const rows = await bot.db.superuser`select outcome from grace.missions order by number`
    expect(rows).toEqual([{ outcome: 'cancelled' }, { outcome: null }])

    const claiming = shop.opens({ branch: 'claiming', body: 'Tests!\n\nGrace-Claim: coverage 2\n' })
    shop.pushes(claiming, 'test/claims.test.mjs')
    await shop.follows()
    const { mission } = await bot.story(await shop.newest())
    expect(mission.claims).toEqual([{ kind: 'kpi', kpi: 'test_coverage', atLeast: 2 }])
    const odd = shop.opens({ branch: 'odd', body: 'Grace-Claim: world peace' })
    shop.pushes(odd, 'test/odd.test.mjs')
    await shop.follows()
    expect(shop.hub.checks.at(-1)!.output.title).toMatch(/"Grace-Claim: world peace" .* is no claim/)
  }, 120_000)

  test('a patch in its place is ruled by nobody’s pull request; one without known authors, or by its ref, is no mission', async () => {
    const shop = await open()
    const { bot, hub } = shop
    const pull = shop.opens()
    await shop.follows()
    const id = await shop.newest()
    await bot.attaches(id, GOOD)
    await bot.works()
    pull.state = 'closed'
    shop.pushes(pull)
    await shop.follows()
    expect((await bot.story(id)).mission).toMatchObject({ phase: 'discussion', outcome: null })

    const other = shop.opens({ branch: 'nobody' })
    shop.pushes(other, 'test/other.test.mjs')
    hub.accounts.set('nobody', null)
    await shop.follows()
    expect(hub.checks.at(-1)!.output.title).toMatch(
      /a commit \([0-9a-f]{12}\) of an address that is no account's/,
    )
    await expect(bot.proposes({ patch: undefined, ref: 'refs/pull/2/head' })).rejects.toMatchObject({
      code: 'pull_request_by_label',
      next: expect.stringMatching(/Grace-Claim/),
    })
    expect(await bot.db.superuser`select count(*)::int as n from grace.missions`).toMatchObject([{ n: 1 }])
  }, 120_000)

  test('one that leads to another branch, or that somebody else merged as it was approved', async () => {
    const shop = await open()
    const { bot, hub } = shop
    hub.required.add('ci')
    const pull = shop.opens()
    await shop.follows()
    const id = await shop.newest()
    bot.git('git branch release')
    await shop.approves(id)
    pull.base = 'release'
    await bot.skip(16_000)
    await bot.works()
    expect((await bot.story(id)).mission.reason).toBe('#1 leads to release by now; nothing was changed.')

    const next = shop.opens({ branch: 'next' })
    shop.pushes(next, 'test/next.test.mjs')
    await shop.follows()
    const second = await shop.newest()
    await shop.approves(second)
    hub.required.clear()
    await fetch(`${hub.url}/repos/acme/shop/pulls/${next.number}/merge`, {
      method: 'PUT',
      headers: { authorization: `token ${hub.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ merge_method: 'squash', commit_title: 'Me first', commit_message: '' }),
    })
    await bot.skip(16_000)
    await bot.works()
    expect((await bot.story(second)).mission.phase, 'it is what was approved, and it is watched').toBe(
      'monitoring',
    )
    expect(bot.git('git log -1 --format=%s main')).toBe('Me first')
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
      code: 'github_away',
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
