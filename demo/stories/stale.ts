import { brisk, type DemoStory, isOver, isVoting } from './story.ts'

export const stale: DemoStory = {
  name: 'stale',
  what: 'Somebody pushes to main between the vote and its execution: the change is put on it and measured again.',
  configure: (config) => ({
    ...brisk(config),
    // Two people: a passing vote stays open a little, so that a reject can still come.
    parliament: {
      members: [
        { id: 'you', name: 'You' },
        { id: 'ada', name: 'Ada' },
      ],
      dwell: '4s',
    },
  }),
  async play(stage) {
    const { base } = await stage.until(1, 'is open for voting', isVoting)
    stage.say('You approve it, Ada abstains: it passes, and stays open a few seconds for a reject.')
    await stage.vote(1, 'you', 'approve', 'The figures hold')
    await stage.vote(1, 'ada', 'abstain', '')
    const pushed = await stage.push('NOTES.md', 'Written by a colleague in the meantime.\n')
    stage.say(`A colleague pushes ${pushed.slice(0, 12)} to main.`)
    const again = await stage.until(1, 'stands on the new base', (seen) => seen.base === pushed)
    stage.holds(`nothing went live on ${base.slice(0, 12)}: it is measured again`, again.revision === 2)
    const end = await stage.until(1, 'is complete', isOver)
    stage.holds(
      'the votes were carried over, for the patch is the same',
      end.votes.length === 2 && end.votes.every((vote) => vote.carried),
    )
    stage.holds(`it ended ${end.outcome}: ${end.state}`, end.outcome === 'succeeded')
    stage.holds('what the colleague pushed is still there', end.base === pushed)
  },
}
