// No process has to remember anything: what a mission waits for stands in the outbox, and what is due gets done.
import { type Checking, clock } from './checking.ts'
import type { Mission } from './records.ts'

/** Clocks go on between the last look at what is due and this one. */
const LATE_MS = 5_000

type Wanted = readonly [kinds: readonly string[], payload: Readonly<Record<string, string>>]

/** What moves a mission on from where it is, or ends it; undefined where nothing does. */
function wantedBy({ records }: Checking, mission: Mission): Wanted | undefined {
  const { id, phase, session, candidate, reason } = mission
  const execution = records.executions.find((one) => one.mission === id && one.finished_at === null)
  switch (phase) {
    case 'detected':
      return [['propose-candidate'], { mission: id }]
    case 'sandbox_testing':
      return reason.startsWith('awaiting_candidate')
        ? [['expire-mission'], { mission: id }]
        : [['test-candidate'], { mission: id, candidate: candidate ?? '' }]
    case 'discussion':
      return [['settle-session'], { session: session ?? '' }]
    case 'consensus':
      return [['unlock-mission'], { mission: id }]
    case 'live_execution':
      return [['execute-mission'], { execution: execution?.id ?? '' }]
    case 'monitoring':
      return [['watch-execution', 'roll-back'], { execution: execution?.id ?? '' }]
    default:
      return undefined
  }
}

/** Nobody can vote any more, and the gate counts what was voted: what it says of that stays so. */
const FOR_EVER = /^No person has approved|closed before its dwell was over|do not pass/i

/** What people are told to wait for has to come. */
function checkPromised({ records, settled, report }: Checking, mission: Mission): void {
  const { id, number, phase, reason, evidence, held_by } = mission
  const say = (what: string) => report('waiting', `M-${number} is in ${phase}: ${what}`)
  if (phase === 'consensus' && settled)
    for (const why of held_by) if (FOR_EVER.test(why)) say(`it is held for ever: ${why}`)
  if (
    phase !== 'sandbox_testing' ||
    !/It is measured again in|Its (?:playbook|agent) tries again in/.test(reason)
  )
    return
  const comes = records.outbox.some(
    ({ kind, payload }) =>
      (kind === 'measure-again' || kind === 'revise-candidate') &&
      payload.mission === id &&
      payload.evidence === evidence,
  )
  // One that is done already has tried; where none ever came, none will.
  if (!comes) say('it says that it is tried again, and nothing does')
}

export function checkWaiting(c: Checking): void {
  const { records, settled, report } = c
  const outstanding = records.outbox.filter((one) => one.done_at === null && one.given_up_at === null)
  for (const mission of records.missions) {
    const wanted = wantedBy(c, mission)
    const unknown = !records.policies.some((policy) => policy.current && policy.target === mission.target)
    if (!wanted || unknown) continue
    const [kinds, payload] = wanted
    const waits = outstanding.some(
      (effect) =>
        kinds.includes(effect.kind) &&
        Object.entries(payload).every(([name, value]) => effect.payload[name] === value),
    )
    if (!waits)
      report(
        'waiting',
        `M-${mission.number} is in ${mission.phase}, and no ${kinds.join(' or ')} is outstanding for it`,
      )
  }
  for (const click of records.inbox) {
    const counts = outstanding.some(
      ({ kind, payload }) => kind === 'count-click' && payload.click === click.key,
    )
    if (click.outcome === null && !counts) report('waiting', `nothing will count the click ${click.key}`)
  }
  for (const mission of records.missions) checkPromised(c, mission)
  if (!settled) return
  for (const { id, kind, not_before, attempts, last_error } of outstanding)
    if (not_before < records.now - LATE_MS)
      report(
        'outbox',
        `${kind} ${id} was due at ${clock(not_before)} (${attempts} attempts${last_error ? `: ${last_error}` : ''})`,
      )
}
