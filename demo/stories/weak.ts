import { brisk, type DemoStory, isVoting } from './story.ts'

export const weak: DemoStory = {
  name: 'weak',
  what: 'A change claims an improvement that it does not bring: it is held, and says so.',
  configure: (config) => brisk(config, { playbook: 'demo-weak' }),
  async play(stage) {
    let { holds, trust, trusted, session } = await stage.until(1, 'is open for voting', isVoting)
    stage.holds(`trust is not reached: ${trust}`, !trusted)
    const wasMeasured = () => holds.some((hold) => /^Latency was claimed to get better/.test(hold))
    for (let tries = 0; tries < 2 && !wasMeasured(); tries++) {
      stage.say(`This machine was too busy to tell: ${holds[0]} It is measured again.`)
      await stage.measureAgain(1, 'you')
      const last = session
      const again = await stage.until(
        1,
        'is open for voting again',
        (seen) => isVoting(seen) && seen.session !== last,
      )
      ;({ holds, trust, trusted, session } = again)
    }
    const isSure = wasMeasured()
    stage.holds(
      isSure ? `it is held: ${holds[0]}` : `it is held because the claim was not reached; but: ${holds[0]}`,
      isSure,
    )
  },
}
