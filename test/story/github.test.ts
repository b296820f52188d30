// Shipped by GitHub: merged as a pull request, deployed as a deployment, taken back the same way. The GitHub is a stand-in;
// Octokit is not.
import { describe, expect, test } from 'vitest'

import { closeCapa } from '../../src/mission/close-capa.ts'
import { orderRollback } from '../../src/mission/order-rollback.ts'
import { liftStop, stopEverything } from '../../src/mission/stop.ts'
import { workOnCapa } from '../../src/mission/work-on-capa.ts'
import { ownShops } from '../support/github/shop.ts'
import { member } from '../support/people.ts'

const open = ownShops()

describe('shipping', () => {
  test('a patch goes live as a pull request of Grace’s own: checked, merged by its head, deployed, watched', async () => {
    const shop = await open({}, { environment: 'production' })
    const { bot, hub } = shop
    hub.required.add('Grace')
    const id = await bot.proposes()
    await bot.works()
    expect(hub.pulls, 'nothing is shown on GitHub before people said yes').toEqual([])
    await shop.approves(id)
    const story = await bot.story(id)
    expect(story.mission.phase).toBe('monitoring')
    const [pull] = hub.pulls
    expect(pull).toMatchObject({ state: 'closed', base: 'main', title: 'The mean of nothing' })
    expect(bot.git('git rev-parse main')).toBe(pull!.mergedAs)
    expect(bot.git('git rev-parse main^{tree}')).toBe(story.candidate!.tree)
    expect(bot.git('git log -1 --format=%B main')).toMatch(/Grace-Execution: .*\n[\s\S]*Approved-by: ada/)
    expect(bot.git(`git cat-file -p refs/attestations/${pull!.mergedAs}^{tree}`)).toMatch(
      /attestations\.jsonl/,
    )
    expect(bot.git('git branch --list "grace/*"'), 'its branch is gone').toBe('')
    expect(hub.checks).toMatchObject([{ name: 'Grace', conclusion: 'success' }])
    expect(hub.deployments).toMatchObject([
      {
        environment: 'production',
        sha: pull!.mergedAs,
        statuses: [{ state: 'success' }],
      },
    ])
    expect(bot.live()).toBe(pull!.mergedAs)
    await bot.skip(61_000)
    await bot.traffic(60, 20)
    await bot.works()
    expect((await bot.story(id)).mission.outcome).toBe('succeeded')
    expect(await bot.ledgerIsWhole()).toBe(true)
  }, 120_000)

  test('what hurts is taken back through GitHub too: the earlier commit deployed, the revert merged', async () => {
    const shop = await open({ target: { deploy: {} } }, { environment: 'production', merge: 'merge' })
    const { bot, hub } = shop
    shop.deploysElsewhere()
    const before = bot.git('git rev-parse main')
    const id = await bot.proposes()
    await bot.works()
    await shop.approves(id)
    await shop.works(2)
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    await bot.skip(18_000)
    await bot.traffic(25, 80)
    await shop.works(4)
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/What was live before is live again\./),
    })
    expect(hub.deployments.map(({ sha }) => sha)).toEqual([hub.pulls[0]!.mergedAs, before])
    expect(hub.deployments.map(({ statuses }) => statuses.at(-1)!.state)).toEqual(['inactive', 'success'])
    expect(hub.pulls[1]).toMatchObject({ state: 'closed', title: expect.stringMatching(/^Revert /) })
    expect(bot.git('git rev-parse main^{tree}')).toBe(bot.git(`git rev-parse ${before}^{tree}`))
  }, 120_000)

  test('its CAPA is an issue there, as long as somebody works on it', async () => {
    const shop = await open({}, { capa_issues: true })
    const { bot, hub } = shop
    const id = await bot.proposes()
    await bot.works()
    await shop.approves(id)
    await orderRollback(bot.control, member('ada'), id, '@everyone it is slow')
    await bot.works()
    expect(hub.issues).toMatchObject([
      {
        title: 'CAPA-1: M-1 was taken back',
        state: 'open',
        body: expect.stringMatching(
          /~~~text\n[\s\S]*Cause: ada ordered it: @everyone it is slow\.[\s\S]*~~~/,
        ),
      },
    ])
    await workOnCapa(bot.control, member('ada'), id, { owner: 'ben' })
    await bot.works()
    expect(hub.issues[0]!.body).toMatch(/Owner: ben/)
    await bot.skip(61_000)
    await bot.traffic(60, 20)
    await closeCapa(bot.control, member('ben'), id, 'The cache is bounded now')
    await bot.works()
    expect(hub.issues).toMatchObject([{ state: 'closed' }])
  }, 120_000)

  test('a deployment that nobody makes work is a deploy that failed', async () => {
    const shop = await open({ target: { deploy: {} } }, { environment: 'production' })
    shop.deploysElsewhere('failure')
    const id = await shop.bot.proposes()
    await shop.bot.works()
    await shop.approves(id)
    await shop.works(4)
    expect((await shop.bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/could not be verified.*ended as failure: workflow run 7/),
    })
  }, 120_000)

  test('the answer to a merge that is lost is looked for on the branch: merged once, by one mission', async () => {
    const shop = await open()
    const { bot, hub } = shop
    hub.faults.push({ method: 'PUT', path: /merge$/, status: 'lost' })
    const id = await bot.proposes()
    await bot.works()
    await shop.approves(id)
    expect((await bot.story(id)).mission.heldBy).toEqual([expect.stringMatching(/It is tried again\./)])
    await bot.skip(31_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(bot.git('git log --format=%s main').split('\n')).toHaveLength(2)
  }, 120_000)

  test('what GitHub refuses while it goes live is said once, and tried until it does not', async () => {
    const shop = await open()
    const { bot, hub } = shop
    const id = await bot.proposes()
    await bot.works()
    for (let i = 0; i < 2; i++)
      hub.faults.push({
        method: 'POST',
        path: /pulls$/,
        status: 403,
        message: 'Resource not accessible by integration',
      })
    await shop.approves(id)
    const held =
      /GitHub does not merge for shop: Resource not accessible by integration\. Check targets\.shop\.github/
    expect((await bot.story(id)).mission.heldBy).toEqual([expect.stringMatching(held)])
    expect((await bot.card(id)).headline).toBe('✋ Going live, held')
    for (let i = 0; i < 3; i++) {
      await bot.skip(31_000)
      await bot.works()
    }
    expect(bot.said.filter((line) => held.test(line))).toHaveLength(1)
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
  }, 120_000)

  test('a GitHub that is away takes nothing back: a deploy waits, and a rollback does what people use first', async () => {
    const shop = await open({}, { environment: 'production' })
    const { bot, hub } = shop
    const id = await bot.proposes()
    await bot.works()
    const away = (method: string, path: RegExp) => hub.faults.push({ method, path, status: 502 })
    // It is told of what a command did, and need not hear it.
    for (let i = 0; i < 6; i++) away('GET', /deployments$/)
    await shop.approves(id)
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(bot.live()).toBe(bot.git('git rev-parse main'))
    const before = bot.git('git rev-parse main~1')
    hub.faults.splice(0)
    await orderRollback(bot.control, member('ada'), id, 'it is slow')
    for (let i = 0; i < 6; i++) away('GET', /deployments$/)
    away('POST', /pulls$/)
    await bot.works()
    expect(bot.live()).toBe(before)
    expect((await bot.story(id)).mission.outcome, 'the branch has it still').toBeNull()
    hub.faults.splice(0)
    await bot.skip(31_000)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'rolled_back',
      reason: expect.stringMatching(/What was live before is live again\./),
    })
    expect(bot.git('git rev-parse main^{tree}')).toBe(bot.git(`git rev-parse ${before}^{tree}`))
  }, 120_000)

  test('while everything is stopped a merge that waits for GitHub is not made', async () => {
    const shop = await open()
    const { bot, hub } = shop
    hub.required.add('ci')
    const id = await bot.proposes()
    await bot.works()
    await shop.approves(id)
    await stopEverything(bot.control, member('ben'), 'The shop is on fire')
    hub.required.clear()
    await bot.skip(31_000)
    await bot.works()
    expect(hub.pulls).toMatchObject([{ state: 'open' }])
    for (const who of ['ada', 'ben']) await liftStop(bot.control, member(who))
    await bot.skip(31_000)
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
  }, 120_000)

  test('what is not carried out leaves nothing green behind', async () => {
    const shop = await open()
    const { bot, hub } = shop
    hub.required.add('ci')
    const id = await bot.proposes()
    await bot.works()
    await shop.approves(id)
    expect((await bot.story(id)).mission.heldBy).toEqual([
      'GitHub does not merge #1 yet: Required status check "ci" is expected.',
    ])
    expect(hub.checks.at(-1)).toMatchObject({ conclusion: 'success' })
    bot.pushes('README.md', 'somebody was faster\n')
    await bot.skip(16_000)
    await bot.works()
    expect((await bot.story(id)).mission).toMatchObject({
      outcome: 'failed',
      reason: 'main moved between unlock and merge; nothing was changed.',
    })
    expect(hub.pulls).toMatchObject([{ state: 'closed', mergedAs: null }])
    expect(hub.checks.at(-1)).toMatchObject({ conclusion: 'failure' })
    expect(bot.git('git branch --list "grace/*"')).toBe('')
  }, 120_000)
})
