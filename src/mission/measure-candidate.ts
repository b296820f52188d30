// The candidate against today's code: conducted, judged and sealed as evidence.

import { testResult } from '../attestations/test-result.ts'
import type { Candidate } from '../candidate/candidate.ts'
import { type FileChange, isCode, isTest } from '../candidate/diff.ts'
import type { Target } from '../config/config.ts'
import { targetSchema } from '../config/schema.ts'
import { securityScore } from '../hunter/index.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import { newId } from '../kernel/ids.ts'
import { seal } from '../keys/key.ts'
import { conduct, type Observation } from '../sandbox/experiment.ts'
import { seedOf } from '../sandbox/order.ts'
import { plannedTarget } from '../sandbox/planned-target.ts'
import type { Rooms } from '../sandbox/room.ts'
import { BENCH, inputsOf, type SpecialCase, specialCases } from '../sandbox/special-cases.ts'
import { weakenedInstruments } from '../sandbox/weakened.ts'
import { inDirectory, inRepository } from '../sandbox/working-directory.ts'
import { broughtBench, type Claim, unprovenTests } from '../trust/claim.ts'
import { type Hold, kpiAmount, kpiTitle } from '../trust/holds.ts'
import { hiddenLosses, kpiReport } from '../trust/report.ts'
import { changeOf, countsOf, regressed } from '../trust/tests.ts'
import { mustBringBench } from './brought-bench.ts'
import { changedFiles, scannedFiles } from './changed-files.ts'
import type { EvidenceRecord, MissionControl } from './context.ts'
import type { Mission } from './mission.ts'

export type Measuring = Pick<MissionControl, 'repositories' | 'keys' | 'progress' | 'baselines' | 'hunter'>

/** Nothing is written down: what it finds is the caller's. */
export async function measureCandidate(
  ctx: Measuring,
  rooms: Rooms,
  mission: Mission,
  candidate: Candidate,
  configured: Target,
): Promise<{ record: EvidenceRecord; observation: Observation }> {
  const files = await changedFiles(ctx.repositories, configured, candidate)
  const { changes } = files
  const baseline = await ctx.repositories.treeOf(configured, candidate.baseCommit)
  const { target: planned, why } = await plannedTarget(ctx.repositories, configured, baseline)
  const bench = planned.bench ? undefined : broughtBench(mission.claims)
  const target = bench === undefined ? planned : withBench(planned, bench)
  await mustBringBench(ctx.repositories, planned, candidate.tree, mission.claims)
  const provesBug = mission.claims.some((claim) => claim.kind === 'tests')
  const touchesTests = changes.some((file) => isTest(file.path) || isTest(file.oldPath))
  // Without a change to them it is today's tree.
  const newTests = touchesTests
    ? await ctx.repositories.withFilesOf(target, baseline, candidate.tree, isTest)
    : baseline
  const scan = await ctx.hunter.scan(scannedFiles(files))
  const observation = await conduct(
    rooms,
    {
      target,
      trees: {
        baseline,
        baselineForTests: provesBug ? newTests : baseline,
        candidate: candidate.tree,
        benched:
          bench === undefined
            ? undefined
            : await ctx.repositories.withFilesOf(target, baseline, candidate.tree, (path) => path === bench),
        crossed: touchesTests
          ? {
              oldTests: await ctx.repositories.withFilesOf(target, candidate.tree, baseline, isTest),
              newTests,
            }
          : undefined,
      },
      changes,
      textsOf: (paths) => ctx.repositories.texts(target, candidate.tree, paths),
      claims: mission.claims,
      security: { baseline: securityScore(scan.removed), candidate: securityScore(scan.added) },
      seed: seedOf(candidate.digest),
      baselines: ctx.baselines,
    },
    ctx.progress(mission),
  )
  const known = await knownInputs(ctx, target, baseline, changes, candidate.tree)
  const holds = recordedHolds(observation, changes, mission.claims, known, rooms, target)
  const report = kpiReport(observation.measurements, mission.claims, target.policy.margins)
  const cases = observation.measurements.tests?.cases ?? []
  const body = asJson({
    version: 1,
    driver: rooms.driver,
    isolation: rooms.isolation,
    not_isolated_against: rooms.off,
    trees: { baseline, candidate: candidate.tree },
    ...(why === null ? {} : { plan: { why, install: target.install, test: target.test } }),
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
    ctx.keys.attestation.signer,
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

/** A bench module that the change brings, for a target that has none. */
const withBench = (target: Target, path: string): Target => ({
  ...target,
  bench: { ...targetSchema.shape.bench.parse({})!, module: inDirectory(target, path) },
})

/** Path of its bench module, as changes have it. */
const benchOf = (target: Pick<Target, 'bench' | 'directory'>): string | undefined =>
  target.bench?.module === undefined ? undefined : inRepository(target, target.bench.module)

const NOTHING_STANDS = () => false

/** Today's program text is read where there is something to compare it with: few changes know an input. */
async function knownInputs(
  { repositories }: Pick<Measuring, 'repositories'>,
  target: Target,
  tree: string,
  changes: readonly FileChange[],
  changed: string,
): Promise<SpecialCase[]> {
  const textsOf = async (matches: (path: string) => boolean) => [
    ...(await repositories.texts(target, tree, await repositories.paths(target, tree, matches))).values(),
  ]
  const isBench = (path: string) => BENCH.test(path) || path === benchOf(target)
  const inputs = inputsOf([
    ...(await textsOf(isBench)),
    // One that the change brings stands there only.
    ...(await repositories.texts(target, changed, [benchOf(target) ?? []].flat())).values(),
    ...(target.load?.requests ?? []).map((request) => JSON.stringify(request)),
  ])
  // A bench that is changed is a weakened instrument already.
  const others = changes.filter(({ path }) => !isBench(path))
  if (specialCases(others, inputs, NOTHING_STANDS).length === 0) return []
  const program = await textsOf((path) => isCode(path) && !isTest(path) && !isBench(path))
  return specialCases(others, inputs, (text) => program.some((one) => one.includes(text)))
}

/** The holds that the KPI report alone does not show. */
export function recordedHolds(
  observation: Observation,
  changes: readonly FileChange[],
  claims: readonly Claim[],
  known: readonly SpecialCase[],
  rooms: Pick<Rooms, 'isolation' | 'driver'>,
  target: Pick<Target, 'demo' | 'bench' | 'directory' | 'lint' | 'policy' | 'scanners'>,
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
    ...hiddenLosses(observation.measurements, claims, target.policy.margins).map(
      ({ kpi, loss, noise }): Hold => ({
        code: 'loss_hidden',
        subject: kpi,
        sentence: `${kpiTitle(kpi)} looks worse by ${kpiAmount(1000 * loss, kpi)}, which is more than today's code differed by from itself (${kpiAmount(1000 * noise, kpi)}); this machine was too noisy to say more.`,
      }),
    ),
    ...weakenedInstruments(changes, ranAtAll ? cases : [], {
      bench: benchOf(target),
      lint: target.lint !== undefined || target.scanners.length > 0,
      ...(target.scanners.length > 0 ? { scanners: target.scanners.map(({ command }) => command) } : {}),
    }),
    ...known.map(
      ({ path, line, input }): Hold => ({
        code: 'instrument_weakened',
        subject: `${path}:${line}`,
        sentence:
          input === undefined
            ? `${path}:${line} asks whether it is being measured.`
            : `${path}:${line} knows an input of the bench ("${input}").`,
      }),
    ),
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
