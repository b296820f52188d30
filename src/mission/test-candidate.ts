// Job: the candidate against today's code, measured, scored, and put to the vote.
import type { Candidate } from '../candidate/candidate.ts'
import { type FileChange, isTest, readDiff } from '../candidate/diff.ts'
import type { Target } from '../config/config.ts'
import { scanChanges, securityScore } from '../hunter/index.ts'
import { grace, refOf } from '../kernel/actor.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { newId } from '../kernel/ids.ts'
import { seal } from '../keys/key.ts'
import { testResult } from '../keys/statement.ts'
import { conduct, type Observation } from '../sandbox/experiment.ts'
import { seedOf } from '../sandbox/order.ts'
import type { Rooms } from '../sandbox/room.ts'
import { weakenedInstruments } from '../sandbox/weakened.ts'
import { type Claim, unprovenTests } from '../trust/claim.ts'
import type { Hold } from '../trust/holds.ts'
import { kpiReport } from '../trust/report.ts'
import { changeOf, countsOf, regressed } from '../trust/tests.ts'
import { isTrusted, percent, stands, trustOf } from '../trust/trust.ts'
import { failureOf } from '../trust/undecided.ts'
import { assess } from './assess.ts'
import { type EvidenceRecord, type MissionControl, targetOf } from './context.ts'
import { findCandidate, findMission, lockMission } from './load.ts'
import type { Mission } from './mission.ts'
import { putToTheVote } from './put-to-the-vote.ts'

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'rooms' | 'signer' | 'progress'>

/** `carryFrom`: the session whose ballots stand if only the base moved and trust is reached. */
export async function testCandidate(ctx: Ctx, id: string, of: string, carryFrom?: string): Promise<void> {
  const { mission, candidate } = await ctx.transact(async (stores) => {
    const mission = await findMission(stores, id)
    return { mission, candidate: mission.candidate ? await findCandidate(stores, mission) : undefined }
  })
  if (mission.phase !== 'sandbox_testing' || candidate?.id !== of || mission.evidence) return
  const target = targetOf(ctx.config, mission.target)
  await ctx.transact((stores) =>
    stores.outbox.add([
      { kind: 'announce', payload: { mission: id, event: 'testing', revision: candidate.revision } },
    ]),
  )
  const authored = candidate.authors.every((author) => author.kind === 'grace') ? 'grace' : 'people'
  const rooms = await ctx.rooms(target, authored)
  const { record, observation } = await experiment(ctx, rooms, mission, candidate, target)
  const checks = await assess(ctx, mission, candidate, target, {
    ...record,
    minutes: observation.minutes,
    limitsHit: observation.limitsHit,
    off: rooms.off,
  })
  const trust = trustOf(record.report, checks, record.holds)
  const open = checks.filter((check) => !stands(check.verdict))
  const mayCarry = isTrusted(trust, target.policy.trust_threshold) && open.length === 0
  const actor = grace('sandbox')
  await ctx.transact(async (stores) => {
    const current = await lockMission(stores, id)
    if (current.phase !== 'sandbox_testing' || current.candidate !== candidate.id || current.evidence) return
    await stores.evidence.insert(record, checks)
    const failure = failureOf(record.report, checks, record.holds)
    if (failure) await stores.candidates.refuse(candidate.id, failure)
    await stores.ledger.append([
      {
        kind: 'EvidenceRecorded',
        actor: refOf(actor),
        mission: id,
        facts: {
          evidence: record.digest,
          candidate: candidate.digest,
          isolation: record.isolation,
          trust: trust.shown,
          formula: trust.formula,
          holds: trust.holds.map((hold) => `${hold.code}:${hold.subject}`),
          verdicts: Object.fromEntries(checks.map((check) => [check.id, check.verdict])),
        },
      },
    ])
    await stores.outbox.add([
      {
        kind: 'announce',
        payload: {
          mission: id,
          event: 'tested',
          trust: percent(trust.shown),
          threshold: percent(target.policy.trust_threshold),
          hold: trust.holds.map((hold) => hold.sentence).join(' '),
          open: open.map((check) => `${check.title}: ${check.reason}`).join(' '),
        },
      },
    ])
    await putToTheVote(
      stores,
      ctx.config,
      { ...current, evidence: record.id },
      candidate,
      target,
      record,
      checks,
      mayCarry ? (carryFrom ?? null) : null,
    )
  })
}

async function experiment(ctx: Ctx, rooms: Rooms, mission: Mission, candidate: Candidate, target: Target) {
  const changes = readDiff(candidate.patch)
  await ctx.repositories.ensure(target, candidate)
  const baseline = await ctx.repositories.treeOf(target, candidate.baseCommit)
  const provesBug = mission.claims.some((claim) => claim.kind === 'tests')
  const scan = await scanChanges(changes)
  const observation = await conduct(
    rooms,
    {
      target,
      trees: {
        baseline,
        baselineForTests: provesBug
          ? await ctx.repositories.withTestsOf(target, baseline, candidate.tree)
          : baseline,
        candidate: candidate.tree,
        crossed: changes.some((file) => isTest(file.path) || isTest(file.oldPath))
          ? {
              oldTests: await ctx.repositories.withTestsOf(target, candidate.tree, baseline),
              newTests: await ctx.repositories.withTestsOf(target, baseline, candidate.tree),
            }
          : undefined,
      },
      changes,
      claims: mission.claims,
      security: { baseline: securityScore(scan.removed), candidate: securityScore(scan.added) },
      seed: seedOf(candidate.digest),
    },
    ctx.progress(mission),
  )
  const benchTexts = await benchFiles(ctx, target, baseline)
  const holds = recordedHolds(observation, changes, mission.claims, benchTexts, rooms, target)
  const report = kpiReport(observation.measurements, mission.claims, target.policy.margins)
  const cases = observation.measurements.tests?.cases ?? []
  const body = asJson({
    version: 1,
    driver: rooms.driver,
    isolation: rooms.isolation,
    not_isolated_against: rooms.off,
    trees: { baseline, candidate: candidate.tree },
    ...observation,
    tests: {
      baseline: countsOf(cases, 'baseline'),
      candidate: countsOf(cases, 'candidate'),
      changed: cases
        .map((test) => ({ name: test.name, change: changeOf(test) }))
        .filter((test) => test.change !== 'pass→pass'),
    },
  })
  const digest = digestOf(body)
  const named = (failed: boolean) =>
    cases.filter((test) => test.candidate.includes('failed') === failed).map((test) => test.name)
  const signature = await seal(
    testResult({
      mission: mission.id,
      tree: candidate.tree,
      candidateDigest: candidate.digest,
      evidenceDigest: digest,
      passed: named(false),
      failed: named(true),
    }),
    ctx.signer,
  )
  const record: EvidenceRecord = {
    id: newId(),
    candidate: candidate.id,
    digest,
    isolation: rooms.isolation,
    body,
    signature,
    report,
    holds,
  }
  return { record, observation }
}

const BENCH_FILE = /(?:^|\/)(?:bench(?:mark)?s?\/[^/]+|[^/]+\.bench\.[^/]+|load\.(?:json|ya?ml))$/i

async function benchFiles(ctx: Ctx, target: Target, tree: string): Promise<string[]> {
  const paths = await ctx.repositories.paths(
    target,
    tree,
    (path) => BENCH_FILE.test(path) || path === target.bench?.module,
  )
  return [...(await ctx.repositories.texts(target, tree, paths)).values()]
}

/** The holds that the KPI report alone does not show. */
export function recordedHolds(
  observation: Observation,
  changes: readonly FileChange[],
  claims: readonly Claim[],
  benchTexts: readonly string[],
  rooms: Pick<Rooms, 'isolation' | 'driver'>,
  target: Pick<Target, 'demo' | 'bench'>,
): Hold[] {
  const cases = observation.measurements.tests?.cases ?? []
  const ranAtAll = cases.some((test) => test.candidate.length > 0)
  const { executed } = observation
  return [
    ...cases
      .filter((test) => ranAtAll && regressed(test))
      .map(
        (test): Hold => ({
          code: 'test_regressed',
          subject: test.name,
          sentence: `The test "${test.name}" passed every time on today's code and not every time on the candidate.`,
        }),
      ),
    ...weakenedInstruments(changes, ranAtAll ? cases : [], benchTexts, target.bench?.module),
    // A claim may say that a test changes what it demands; nothing else may.
    ...(observation.cross?.broken ?? [])
      .filter((name) => !claims.some((claim) => claim.kind === 'tests' && claim.names.includes(name)))
      .map(
        (name): Hold => ({
          code: 'instrument_weakened',
          subject: `test ${name}, as it stands today`,
          sentence: `The test "${name}" as it stands today fails on the candidate, which changes that test.`,
        }),
      ),
    ...unprovenTests(claims, cases).map(
      ({ name, why }): Hold => ({
        code: 'claim_not_reached',
        subject: `test ${name}`,
        sentence: `The claim is that "${name}" is mended; it ${why}.`,
      }),
    ),
    ...(executed && executed.executable > 0 && executed.executed === 0
      ? [
          {
            code: 'change_not_executed',
            subject: 'changed lines',
            sentence: `No test executes any of the ${executed.executable} changed lines of program text (${executed.missed[0]}).`,
          } as const,
        ]
      : []),
    ...(rooms.isolation !== 'contained' && !target.demo
      ? [
          {
            code: 'not_contained',
            subject: rooms.driver,
            sentence: 'This was not measured in containment.',
          } as const,
        ]
      : []),
  ]
}
