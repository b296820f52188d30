// A live change: watched to its end, taken back once, and its outcome the same wherever it stands.
import { type Checking, clock } from './checking.ts'
import type { Execution, Mission } from './records.ts'

/** A JavaScript clock reads PostgreSQL's without its microseconds. */
const ROUNDED_MS = 1
const ENDS: Readonly<Record<string, string>> = {
  succeeded: 'succeeded',
  rolled_back: 'rolled_back',
  inconclusive: 'inconclusive',
  failed: 'failed',
}

export function checkLive(c: Checking): void {
  for (const execution of c.records.executions) checkWatch(c, execution)
  for (const mission of c.records.missions) checkOutcome(c, mission)
}

function checkWatch({ records, report }: Checking, execution: Execution): void {
  const { id, state, target, unlocked_at, deployed_at, watch_until, finished_at } = execution
  const say = (what: string) => report('watch', `execution ${id}, ${state}: ${what}`)
  const mission = records.missions.find((one) => one.id === execution.mission)
  if ((finished_at !== null) !== state in ENDS) say(`it ended at ${clock(finished_at)}`)
  if (state in ENDS && mission?.outcome !== ENDS[state])
    say(`its mission is ${mission?.outcome ?? mission?.phase}`)
  if (state === 'watching' && (deployed_at === null || watch_until === null)) say('nobody says until when')
  if (deployed_at !== null && deployed_at + ROUNDED_MS < unlocked_at) say('deployed before it was unlocked')
  if (state !== 'succeeded' && state !== 'inconclusive') return
  if (deployed_at === null || watch_until === null || finished_at === null)
    return void say('it was never watched')
  if (finished_at + ROUNDED_MS < watch_until)
    say(`its watch ended at ${clock(finished_at)}; it was to last until ${clock(watch_until)}`)
  // A restart may bring a policy with another watch: the shortest that there ever was is the least.
  const watches = records.policies
    .filter((policy) => policy.target === target)
    .flatMap((policy) => policy.body.policy?.watch ?? [])
  const least = Math.min(...watches)
  if (watches.length > 0 && watch_until - deployed_at + ROUNDED_MS < least)
    say(`it was watched for ${watch_until - deployed_at} ms; its policy says ${least}`)
}

function checkOutcome({ records, report }: Checking, mission: Mission): void {
  const say = (what: string) =>
    report('watch', `M-${mission.number}, ${mission.outcome ?? mission.phase}: ${what}`)
  const outcome = records.outcomes.find((one) => one.mission === mission.id)
  const rollback = records.rollbacks.find((one) => one.mission === mission.id)
  const capas = records.capas.filter((one) => one.mission === mission.id)
  const went = ['succeeded', 'rolled_back', 'inconclusive'].includes(mission.outcome ?? '')
  if (went !== (outcome !== undefined)) say(`its outcome is ${outcome ? 'recorded' : 'not recorded'}`)
  if (outcome && outcome.outcome !== mission.outcome) say(`recorded as ${outcome.outcome}`)
  if (went && !records.executions.some((one) => one.mission === mission.id && one.state === mission.outcome))
    say('no execution of it ended so')
  for (const row of records.kpi_results.filter((one) => outcome && one.evidence === mission.evidence))
    if ((outcome!.predicted[row.kpi] ?? null) !== row.raw)
      say(`predicted ${row.kpi} is ${outcome!.predicted[row.kpi]}; measured was ${row.raw}`)

  const isBack = mission.outcome === 'rolled_back'
  const ended = rollback !== undefined && rollback.finished_at !== null && rollback.verified !== null
  if (isBack !== ended)
    report(
      'rollback',
      `M-${mission.number}: it is ${mission.outcome ?? mission.phase}, and its rollback ${ended ? 'ended' : 'did not end'}`,
    )
  if (isBack !== (capas.length === 1))
    report('rollback', `M-${mission.number}: ${mission.outcome ?? mission.phase} with ${capas.length} CAPAs`)
  const candidate = records.candidates.find((one) => one.id === mission.candidate)
  if (isBack && candidate?.refused === null)
    report('refused', `M-${mission.number} was taken back, and may be taken again`)
  if (
    records.executions.some((one) => one.mission === mission.id && one.state === 'rolling_back') &&
    !rollback
  )
    report('rollback', `M-${mission.number} is rolled back, and no row says so`)
}
