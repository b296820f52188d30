// The dry run: what detectors see of a target, now or at their last look, and what would become of it. Nothing is opened.
import type { Actor } from '../kernel/actor.ts'
import { permit } from '../kernel/permit.ts'
import { detect } from '../trigger-mesh/detect.ts'
import { VULNERABILITIES } from '../trigger-mesh/detectors/vulnerabilities.ts'
import { type Finding, fingerprintOf } from '../trigger-mesh/opportunity.ts'
import { type MissionControl, targetOf } from './context.ts'
import { HUNTER, SCANNERS } from './survey-security.ts'
import { type Weighed, weighFinding } from './weigh-finding.ts'

export interface ListedFinding extends Finding {
  readonly fingerprint: string
  readonly becomes: Weighed
}

export async function listFindings(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  actor: Actor,
  name: string,
): Promise<ListedFinding[]> {
  permit(actor, 'read')
  const target = targetOf(ctx.config, name)
  const surveys = await ctx.transact((stores) => stores.surveys.of(name))
  const asked = new Set([
    ...(target.vulnerabilities ? [VULNERABILITIES] : []),
    ...(target.hunter ? [HUNTER] : []),
    ...(target.scanners.length > 0 ? [SCANNERS] : []),
    ...target.detectors.map((detector) => detector.name),
  ])
  const surveyed = surveys.filter(({ detector }) => asked.has(detector)).flatMap(({ findings }) => findings)
  const seen = [...(await detect(ctx, name)), ...surveyed]
  return ctx.transact(async (stores) => {
    const listed: ListedFinding[] = []
    for (const finding of seen)
      listed.push({
        ...finding,
        fingerprint: fingerprintOf(finding),
        becomes: await weighFinding(stores, target, finding),
      })
    return listed
  })
}

/** What would become of it, as a sentence. */
export function becomesSentence(becomes: Weighed): string {
  switch (becomes.as) {
    case 'new':
      return 'It becomes a mission at the next look.'
    case 'seen':
      return `M-${becomes.mission} is about it.`
    case 'held':
      return `It becomes no mission: ${becomes.why}`
  }
}
