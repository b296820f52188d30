// A demo: the sample service set up in a certain way, and what people and the world then do. All of it is real.
import type { DemoConfig } from '../target.ts'

/** What can be done on the stage of a demo, and what can be seen of it. */
export interface Stage {
  /** Said to whoever watches. */
  say(line: string): void
  /** Ends the demo as failed where it does not hold. */
  holds(what: string, is: boolean): void
  /** Waits until a mission is there and like that. Mission 1 is the first. */
  until(mission: number, what: string, is: (seen: Seen) => boolean): Promise<Seen>
  see(mission: number): Promise<Seen>
  vote(mission: number, member: string, vote: 'approve' | 'reject' | 'abstain', reason: string): Promise<void>
  /** The same change, measured again. */
  measureAgain(mission: number, member: string): Promise<void>
  /** Asks the mission's playbook for a better change. */
  revise(mission: number, member: string): Promise<void>
  /** Proposes a change by hand. The refusal's words where it is refused. */
  propose(title: string, patch: string): Promise<string | undefined>
  /** Commit of main. */
  head(): Promise<string>
  /** A colleague pushes something else to main. */
  push(path: string, text: string): Promise<string>
}

/** A mission as its card shows it. */
export interface Seen {
  readonly phase: string
  readonly outcome: string | null
  /** What it waits for, or how it ended. */
  readonly state: string
  readonly holds: readonly string[]
  readonly trust: string
  readonly trusted: boolean
  readonly revision: number
  readonly patch: string
  readonly base: string
  readonly session: string | null
  readonly votes: readonly { readonly name: string; readonly vote: string; readonly carried: boolean }[]
  readonly capa: string | null
}

export interface DemoStory {
  readonly name: string
  /** One sentence: what happens. */
  readonly what: string
  /** The demo's configuration, as this story needs it. */
  configure(config: DemoConfig): object
  play(stage: Stage): Promise<void>
}

export const isVoting = (seen: Seen): boolean => seen.phase === 'discussion'
export const isOver = (seen: Seen): boolean => seen.phase === 'complete'
/** Back in testing, and waiting for something better. */
export const isWaiting = (seen: Seen): boolean =>
  seen.phase === 'sandbox_testing' && /not trusted yet/.test(seen.state)

/** The first mission, open for voting; measured again, twice at most, where noise alone hid what was claimed. */
export async function openForVoting(stage: Stage): Promise<Seen> {
  let seen = await stage.until(1, 'is open for voting', isVoting)
  for (let tries = 0; tries < 2 && /too noisy/.test(seen.holds[0] ?? ''); tries++) {
    const { session, holds } = seen
    stage.say(`This machine was too busy to tell: ${holds[0]} It is measured again.`)
    await stage.measureAgain(1, 'you')
    seen = await stage.until(1, 'is open for voting again', (now) => isVoting(now) && now.session !== session)
  }
  return seen
}

/**
 * Measured briskly: what these stories tell is far larger than what a few sets can't tell apart. `playbook`: another one
 * for what the detector finds. `load`: other requests than the demo's.
 */
export function brisk(
  config: DemoConfig,
  { playbook, requests }: { playbook?: string; requests?: string[] } = {},
): DemoConfig | object {
  const { bench: _bench, ...demo } = config.targets.demo
  const playbooks = playbook
    ? [{ ...demo.playbooks[0]!, name: playbook, command: `node "$GRACE_PLAYBOOKS/${playbook}.mjs"` }]
    : demo.playbooks
  const load = {
    ...demo.load,
    slices: 4,
    sets: 3,
    max_sets: 5,
    // Where every request is a slow one a machine of this size is at its limit with 50 a second, and only queues are measured.
    ...(requests ? { requests, rate: 20, slice: '1s' } : {}),
  }
  return { ...config, targets: { demo: { ...demo, playbooks, load } } }
}
