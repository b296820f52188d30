import { brisk, type DemoStory, openForVoting } from './story.ts'

export const weak: DemoStory = {
  name: 'weak',
  what: 'A change claims an improvement that it does not bring: it is held, and says so.',
  configure: (config) => brisk(config, { playbook: 'demo-weak' }),
  async play(stage) {
    const { holds, trust, trusted } = await openForVoting(stage)
    stage.holds(`trust is not reached: ${trust}`, !trusted)
    const isSure = holds.some((hold) => /^Latency was claimed to get better/.test(hold))
    stage.holds(
      isSure ? `it is held: ${holds[0]}` : `it is held because the claim was not reached; but: ${holds[0]}`,
      isSure,
    )
  },
}
