import { brisk, type DemoStory, isOver, isVoting } from './story.ts'

export const reject: DemoStory = {
  name: 'reject',
  what: 'A person says no: nothing changes, and the same change is not taken again.',
  configure: (config) => brisk(config),
  async play(stage) {
    const before = await stage.head()
    const { patch } = await stage.until(1, 'is open for voting', isVoting)
    stage.say('You reject it.')
    await stage.vote(1, 'you', 'reject', 'We drop this table next week')
    const { outcome, state } = await stage.until(1, 'is complete', isOver)
    stage.holds(`it ended ${outcome}: ${state}`, outcome === 'cancelled')
    stage.holds('main is what it was', (await stage.head()) === before)
    stage.say('Somebody proposes the very same change again.')
    const refusal = await stage.propose('The same index', patch)
    stage.holds(`it is refused: ${refusal}`, refusal?.includes('refused before, in M-1') === true)
  },
}
