// grace evidence, grace rerun: what a mission rests on, and whether it comes out the same again.
import { hostname } from 'node:os'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { hunterInProcess } from '../../adapters/hunter/scanner.ts'
import { probeContainment, roomsFor } from '../../adapters/sandbox/probe.ts'
import { prepareRuntime } from '../../adapters/sandbox/runtime.ts'
import { openSpace } from '../../adapters/sandbox/space.ts'
import { seatedAt } from '../../db/seat.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { Env } from '../config/env.ts'
import { asJson, digestOf, digestOfText } from '../kernel/digest.ts'
import { shortName, shortNumber } from '../kernel/ids.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import { type EvidenceRecord, targetOf } from '../mission/context.ts'
import { measureCandidate } from '../mission/measure-candidate.ts'
import type { Mission } from '../mission/mission.ts'
import { type MissionStory, storyOf } from '../mission/read-mission.ts'
import { NO_BASELINES } from '../sandbox/baselines.ts'
import { agreementOf } from '../trust/agreement.ts'
import { kpiName } from '../trust/holds.ts'
import { loadLines } from '../trust/load-lines.ts'
import type { Measurements } from '../trust/measurements.ts'
import { withDatabase } from './with-database.ts'

type Say = (line: string) => void
type Client = Parameters<Parameters<typeof withDatabase>[1]>[0]

interface Body {
  readonly driver: string
  readonly isolation: string
  readonly not_isolated_against: readonly string[]
  readonly trees: { readonly baseline: string; readonly candidate: string }
  readonly tests: {
    readonly baseline: { readonly passed: number; readonly failed: number; readonly skipped: number }
    readonly candidate: { readonly passed: number; readonly failed: number; readonly skipped: number }
    readonly changed: readonly { readonly name: string; readonly change: string }[]
  }
  readonly measurements: Measurements
  readonly plan?: { readonly why: string }
  readonly testedBefore?: string | null
  readonly timeline?: readonly { readonly step: string; readonly ms: number }[]
  readonly excerpts: Readonly<Record<string, string>>
}

interface Found {
  readonly mission: Mission
  readonly candidate: Candidate
  readonly evidence: EvidenceRecord
}

async function storyGiven({ db, transact }: Client, given: string): Promise<MissionStory> {
  const number = shortNumber(given)
  const id = number === undefined ? given : await missionListOn(db).idOf(number)
  if (!id) throw missing('mission', given, 'The console and /missions list what there is.')
  return transact((stores) => storyOf(stores, id))
}

function measuredOf({ mission, candidate, measured }: MissionStory): Found {
  if (!candidate || !measured)
    throw new Refusal(
      'conflict',
      'no_evidence',
      mission.phase === 'complete'
        ? `${shortName(mission.number)} ended without evidence that counts: ${mission.reason}`
        : `${shortName(mission.number)} has no evidence yet: it is in ${mission.phase}.`,
      `See grace missions show ${shortName(mission.number)}.`,
    )
  return { mission, candidate, evidence: measured.evidence }
}

export async function evidenceCommand(
  env: Env,
  given: string,
  { json, transcript }: { json?: boolean; transcript?: string },
  say: Say,
): Promise<void> {
  await withDatabase(env, async (client) => {
    const story = await storyGiven(client, given)
    if (transcript !== undefined) return say(await transcriptOf(client, story, transcript))
    if (!json) for (const line of agentLines(story)) say(line)
    const { mission, evidence } = measuredOf(story)
    if (json) return say(JSON.stringify(evidence, null, 2))
    const body = evidence.body as Body
    const whole = digestOf(asJson(evidence.body)) === evidence.digest
    say(`${shortName(mission.number)} ${mission.title}`)
    say(`evidence ${evidence.digest}${whole ? '' : '  ⚠️ its content does not have this digest any more'}`)
    say(`isolation: ${body.isolation} (${body.driver})`)
    for (const off of body.not_isolated_against) say(`  without: ${off}`)
    say(`trees: today ${body.trees.baseline}, change ${body.trees.candidate}`)
    if (body.plan) say(`tests as the repository has them: ${body.plan.why}`)
    for (const side of ['baseline', 'candidate'] as const) {
      const { passed, failed, skipped } = body.tests[side]
      const where = side === 'baseline' ? 'today' : 'change'
      say(`tests, ${where}: ${passed} passed, ${failed} failed, ${skipped} skipped`)
    }
    if (body.testedBefore) say(`  today's were run ${body.testedBefore}: the same tree, plan and machine`)
    for (const { name, change } of body.tests.changed) say(`  ${change}: ${name}`)
    for (const line of loadLines(body.measurements.load)) say(line)
    for (const { kpi, first } of agreementOf(evidence.report, evidence.report))
      say(`${kpiName(kpi)}: ${first}${noteOf(evidence, kpi)}`)
    for (const { sentence } of evidence.holds) say(`hold: ${sentence}`)
    for (const { step, ms } of body.timeline ?? []) say(`time: ${(ms / 1000).toFixed(1)} s ${step}`)
    for (const [what, end] of Object.entries(body.excerpts)) say(`--- ${what}, the end of its output\n${end}`)
  })
}

/** What agents did, also where it came to nothing. */
const agentLines = ({ transcripts }: MissionStory): string[] =>
  transcripts.map(
    ({ agent, digest, tokens, requests, wallMs, ended }) =>
      `agent ${agent}: ${requests} requests, ${tokens} tokens, ${Math.round(wallMs / 1000)} s; ${ended}\n  transcript ${digest}`,
  )

/** A digest, or how it begins. */
async function transcriptOf({ transact }: Client, story: MissionStory, given: string): Promise<string> {
  const wanted = given.replace(/^(?:sha256:)?/, 'sha256:')
  const found = story.transcripts.find(({ digest }) => digest.startsWith(wanted))
  const text =
    found && (await transact(({ transcripts }) => transcripts.text(story.mission.id, found.digest)))
  if (text === undefined)
    throw missing('transcript', given, `grace evidence ${shortName(story.mission.number)} lists them.`)
  const whole = digestOfText(text) === found?.digest
  return `${whole ? '' : '⚠️ its content does not have this digest any more\n'}${text.trimEnd()}`
}

const noteOf = ({ report }: EvidenceRecord, kpi: string): string => {
  const note = report.find((row) => row.kpi === kpi)?.note
  return note ? ` (${note})` : ''
}

/** Whether both agree in every KPI and every test. */
export async function rerunCommand(env: Env, given: string, say: Say): Promise<boolean> {
  return withDatabase(env, async (client, ground, database) => {
    const { mission, candidate, evidence } = measuredOf(await storyGiven(client, given))
    const target = targetOf(ground.config, mission.target)
    const { keys } = await ground.readKeys()
    const runtime = await prepareRuntime(ground.directories.space)
    const space = await openSpace(ground.directories.sandboxes)
    try {
      const mirrors = new Mirrors(ground.directories.mirrors)
      const containment = await probeContainment(runtime, space.path)
      const building = { runtime, mirrors, sandboxes: space.path, layers: space.layers }
      const authored = candidate.authors.every((author) => author.kind === 'grace') ? 'grace' : 'people'
      const rooms = await roomsFor(containment, building)(target, authored)
      say(`Measuring ${shortName(mission.number)} again; once nobody else measures on this machine.`)
      const said = new Set<string>()
      const progress = () => (step: string) => {
        if (!said.has(step)) say(`  ${step} …`)
        said.add(step)
      }
      const { record } = await seatedAt(database.logins.app, `measuring on ${hostname()}`, () =>
        measureCandidate(
          {
            repositories: repositoriesOn(mirrors),
            keys,
            progress,
            hunter: hunterInProcess(),
            // All of it, again.
            baselines: NO_BASELINES,
          },
          rooms,
          mission,
          candidate,
          target,
        ),
      )
      return compare(evidence, record, say)
    } finally {
      await space.close()
    }
  })
}

function compare(first: EvidenceRecord, second: EvidenceRecord, say: Say): boolean {
  const kpis = agreementOf(first.report, second.report)
  for (const { kpi, agrees, first: a, second: b } of kpis)
    say(`${agrees ? '=' : '≠'} ${kpiName(kpi)}: recorded ${a}; now ${b}`)
  const changes = (record: EvidenceRecord) =>
    new Map((record.body as Body).tests.changed.map(({ name, change }) => [name, change]))
  const [before, after] = [changes(first), changes(second)]
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  )
  for (const name of differing)
    say(
      `≠ test "${name}": recorded ${before.get(name) ?? 'pass→pass'}; now ${after.get(name) ?? 'pass→pass'}`,
    )
  const agreeing = kpis.filter(({ agrees }) => agrees).length
  say(
    `${agreeing} of ${kpis.length} KPIs agree; ${differing.length === 0 ? 'every test does' : `${differing.length} tests do not`}.`,
  )
  return agreeing === kpis.length && differing.length === 0
}
