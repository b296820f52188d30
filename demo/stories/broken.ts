import { brisk, type DemoStory, isVoting, isWaiting } from './story.ts'

export const broken: DemoStory = {
  name: 'broken',
  what: 'A change breaks a test: approving it makes nothing live, only a better one is put to a new vote.',
  configure: (config) => brisk(config, { playbook: 'demo-broken' }),
  async play(stage) {
    const before = await stage.head()
    const first = await stage.until(1, 'is open for voting', isVoting)
    stage.holds(`trust is low: ${first.trust}`, !first.trusted)
    stage.holds(`it is held: ${first.holds[0]}`, /^The test .* passed every time/.test(first.holds[0] ?? ''))
    stage.say('You approve it all the same.')
    await stage.vote(1, 'you', 'approve', 'It is faster')
    const back = await stage.until(1, 'is back in testing', isWaiting)
    stage.holds(`nothing went live: ${back.state}`, (await stage.head()) === before)
    stage.holds('there is no vote any more', back.session === null || back.session === first.session)
    stage.say('You ask its playbook for a better change; it is told what failed.')
    await stage.revise(1, 'you')
    const second = await stage.until(
      1,
      'is open for a new vote',
      (seen) => isVoting(seen) && seen.revision === 2,
    )
    stage.holds(`the new change is trusted: ${second.trust}`, second.trusted)
    stage.holds('it is another vote than before', second.session !== first.session)
  },
}
