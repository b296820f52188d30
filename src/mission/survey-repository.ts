// Job: a detector looks at the newest commit of a target's branch. What it finds is kept, and becomes missions where it may.
import type { Target } from '../config/config.ts'
import { changedPackages, DEPENDENCIES } from '../hunter/files/changed-packages.ts'
import { Refusal } from '../kernel/refusal.ts'
import { VULNERABILITIES, vulnerablePackages } from '../trigger-mesh/detectors/vulnerabilities.ts'
import type { Finding } from '../trigger-mesh/opportunity.ts'
import { findingsIn, type OwnDetector } from '../trigger-mesh/own-detector.ts'
import { type MissionControl, targetOf } from './context.ts'
import { openFromFinding } from './open-mission.ts'

/** Missions of one look: more is nobody's to decide at once. */
const MOST_OPENED = 5

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'advisories' | 'ownDetectors'>

/** Refuses where nobody knows: the last answer stays. */
export async function surveyVulnerabilities(ctx: Ctx, name: string): Promise<void> {
  await survey(ctx, name, VULNERABILITIES, async (target, commit) => {
    const tree = await ctx.repositories.treeOf(target, commit)
    const paths = await ctx.repositories.paths(target, tree, (path) => DEPENDENCIES.test(path))
    const texts = await ctx.repositories.texts(target, tree, paths)
    const { packages } = changedPackages(
      paths.map((path) => ({ path, before: undefined, after: texts.get(path), added: [], removed: [] })),
    )
    if (packages.length === 0) return []
    const answer = await ctx.advisories.of(packages)
    if (!answer.answered)
      throw new Refusal(
        'unavailable',
        'advisories_unanswered',
        `The ${packages.length} packages of ${name} were not checked: ${answer.why}.`,
        'On a machine that reaches nobody: grace advisories import FILE.',
      )
    return vulnerablePackages(name, answer.source, answer.found)
  })
}

/** Refuses where it did not end well, or what it printed is no finding: the last answer stays. */
export async function surveyByOwnDetector(ctx: Ctx, name: string, detector: OwnDetector): Promise<void> {
  await survey(ctx, name, detector.name, async (target, commit) => {
    const question = {
      target: name,
      branch: target.branch,
      commit,
      churn: await ctx.repositories.churn(target, commit),
    }
    return findingsIn(name, detector.name, await ctx.ownDetectors.run(target, detector, commit, question))
  })
}

/** `once`: what is found follows from the commit alone, and of one that was looked at it is known. */
export async function survey(
  ctx: Pick<MissionControl, 'transact' | 'config' | 'repositories'>,
  name: string,
  detector: string,
  look: (target: Target, commit: string) => Promise<Finding[]>,
  once = false,
): Promise<void> {
  const target = targetOf(ctx.config, name)
  const commit = await ctx.repositories.head(target)
  const last = once
    ? (await ctx.transact(({ surveys }) => surveys.of(name))).find((one) => one.detector === detector)
    : undefined
  const findings = last?.commit === commit ? last.findings : await look(target, commit)
  await ctx.transact(({ surveys }) => surveys.keep({ target: name, detector, commit, findings }))
  let opened = 0
  for (const finding of findings) {
    if (await openFromFinding(ctx, finding)) opened += 1
    // The others are for the next look.
    if (opened === MOST_OPENED) return
  }
}
