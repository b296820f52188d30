// Mission Control: each mission's transitions in the ledger are one allowed chain, and its rows fit the phase they end in.
import { by, type Checking, group } from './checking.ts'
import type { Entry, Mission } from './records.ts'

/** DESIGN.md, "The flow". */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  detected: ['sandbox_testing', 'complete'],
  sandbox_testing: ['discussion', 'complete'],
  discussion: ['consensus', 'sandbox_testing', 'complete'],
  consensus: ['live_execution', 'sandbox_testing', 'complete'],
  live_execution: ['monitoring', 'complete'],
  monitoring: ['complete'],
  complete: [],
}
const OUTCOMES = ['succeeded', 'rolled_back', 'cancelled', 'expired', 'failed', 'superseded', 'inconclusive']
const MOST_REVISIONS = 3

export function checkPhases(c: Checking): void {
  const stories = group(c.records.entries, (entry) => entry.mission)
  const missions = by(c.records.missions, (mission) => mission.id)
  for (const mission of missions.values()) {
    checkChain(c, mission, stories.get(mission.id) ?? [])
    checkRows(c, mission)
    checkRevisions(c, mission, stories.get(mission.id) ?? [])
  }
  for (const [id, [entry]] of stories)
    if (id !== null && !missions.has(id))
      c.report('phases', `the ledger speaks of ${id} (${entry!.kind}), and there is no such mission`)
}

function checkChain({ records, report }: Checking, mission: Mission, story: readonly Entry[]): void {
  const say = (what: string) => report('phases', `M-${mission.number}: ${what}`)
  const opened = story.filter((entry) => entry.kind === 'MissionOpened')
  if (opened.length !== 1) return void say(`was opened ${opened.length} times`)
  let phase = String(opened[0]!.facts.phase)
  let outcome: unknown = null
  if (phase !== 'detected' && phase !== 'sandbox_testing') say(`began as ${phase}`)
  const moves = story.filter((entry) => entry.kind === 'MissionMoved')
  for (const { facts } of moves) {
    const to = String(facts.to)
    if (facts.from !== phase) say(`moved from ${facts.from} to ${to} while it was in ${phase}`)
    else if (!ALLOWED[phase]?.includes(to)) say(`moved from ${phase} to ${to}, which no mission may`)
    phase = to
    outcome = facts.outcome ?? null
    if ((phase === 'complete') !== (outcome !== null)) say(`is ${phase} with outcome ${outcome}`)
  }
  if (phase !== mission.phase) say(`is in ${mission.phase}; the ledger’s last word is ${phase}`)
  if (outcome !== mission.outcome) say(`ended as ${mission.outcome}; the ledger says ${outcome}`)
  if (mission.outcome !== null && !OUTCOMES.includes(mission.outcome)) say(`ended as ${mission.outcome}`)
  if ((mission.phase === 'complete') !== (mission.outcome !== null))
    say(`is in ${mission.phase} with outcome ${mission.outcome}`)

  const sessions = records.sessions.filter((session) => session.mission === mission.id)
  const executions = records.executions.filter((execution) => execution.mission === mission.id)
  const reached = (to: string) => moves.filter(({ facts }) => facts.to === to).length
  for (const [to, rows, what] of [
    ['discussion', sessions.length, 'sessions'],
    ['consensus', sessions.filter((one) => one.result === 'passed').length, 'passed sessions'],
    ['live_execution', executions.length, 'executions'],
  ] as const)
    if (reached(to) !== rows) say(`went to ${to} ${reached(to)} times and has ${rows} ${what}`)
}

const STATES: Readonly<Record<string, readonly string[]>> = {
  live_execution: ['unlocked', 'merging', 'deploying'],
  monitoring: ['watching', 'rolling_back'],
}

function checkRows({ records, report }: Checking, mission: Mission): void {
  const say = (what: string) => report('rows', `M-${mission.number}, in ${mission.phase}: ${what}`)
  const open = records.sessions.filter((one) => one.mission === mission.id && one.state === 'open')
  const session = records.sessions.find((one) => one.id === mission.session)
  const live = records.executions.filter((one) => one.mission === mission.id && one.finished_at === null)
  const known = records.policies.some((policy) => policy.current && policy.target === mission.target)

  if (mission.phase === 'discussion') {
    const voids = !known && session?.state === 'void'
    if (!voids && (open.length !== 1 || open[0]!.id !== mission.session))
      say(`its session is ${session?.state ?? 'not there'}, and ${open.length} are open`)
  } else if (open.length > 0) say(`the session ${open[0]!.id} is open`)
  if (mission.phase === 'consensus' && known && (session?.state !== 'closed' || session.result !== 'passed'))
    say(`its session is ${session?.state} (${session?.result})`)

  const states = STATES[mission.phase] ?? []
  if (states.length > 0 ? live.length !== 1 : live.length > 0) say(`${live.length} executions are unfinished`)
  for (const execution of live)
    if (states.length > 0 && !states.includes(execution.state)) say(`its execution is ${execution.state}`)

  if (mission.phase !== 'complete') return
  if (mission.completed_at === null) say('it does not say when')
  const opportunity = records.opportunities.find((one) => one.id === mission.opportunity)
  if (opportunity?.closed_at === null) say('its opportunity is open, and can’t be found again')
}

/** Counted from the ledger: what replaces a change, and measuring the same one again. A moved base revises nothing. */
function checkRevisions({ report }: Checking, mission: Mission, story: readonly Entry[]): void {
  let [revisions, hasChange] = [0, false]
  for (const { kind, actor, facts } of story) {
    if (kind === 'MissionMoved' && facts.cause === 'base_moved') hasChange = false
    if (kind === 'MeasuredAgain' || (kind === 'MissionMoved' && facts.cause === 'retried')) revisions++
    if (kind !== 'CandidateAttached') continue
    if (hasChange && actor.id !== 'gate') revisions++
    hasChange = true
  }
  if (mission.revisions > MOST_REVISIONS) report('revisions', `M-${mission.number} has ${mission.revisions}`)
  if (mission.revisions !== revisions)
    report('revisions', `M-${mission.number} has ${mission.revisions}; the ledger shows ${revisions}`)
}
