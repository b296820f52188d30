import { brisk, type DemoStory, isOver, openForVoting } from './story.ts'

export const rollback: DemoStory = {
  name: 'rollback',
  what: 'A change does well in the sandbox and harm in the live service: it is taken back, and a CAPA is opened.',
  configure: (config) =>
    // Why the sandbox can't see it: this team has no bench, and its load asks for the same five users over and over.
    brisk(config, {
      playbook: 'demo-cache',
      requests: ['GET /users?email=user{119990..119994}@example.com'],
    }),
  async play(stage) {
    const before = await stage.head()
    const { trust, trusted } = await openForVoting(stage)
    stage.holds(`the sandbox trusts it: ${trust}`, trusted)
    stage.say('You approve it.')
    await stage.vote(1, 'you', 'approve', 'The figures are excellent')
    await stage.until(1, 'is live', (seen) => seen.phase === 'monitoring' || isOver(seen))
    stage.holds('it was merged', (await stage.head()) !== before)
    const { outcome, state, capa } = await stage.until(1, 'is complete', isOver)
    stage.holds(`it ended ${outcome}: ${state}`, outcome === 'rolled_back' && /live again/.test(state))
    stage.holds(`a ticket says what has to follow: ${capa}`, capa !== null)
    const refusal = await stage.propose('The same cache', (await stage.see(1)).patch)
    stage.holds('the same change is not taken again', refusal !== undefined)
  },
}
