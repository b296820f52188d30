// Job: what is wrong with the branch as it is today: Hunter over its tree, and the target's own scanners.
import type { Target } from '../config/config.ts'
import type { ScannedFile } from '../hunter/scan.ts'
import { builtRoom } from '../sandbox/built-room.ts'
import { findingsOn } from '../sandbox/findings-on.ts'
import type { Finding } from '../trigger-mesh/opportunity.ts'
import type { MissionControl } from './context.ts'
import { survey } from './survey-repository.ts'

export const HUNTER = 'hunter'
export const SCANNERS = 'scanners'
const MOST_FINDINGS = 100
const MOST_PLACES = 20

interface Place {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly what: string
}

/** A finding for each rule that a tool names, the most frequent first. */
export function findingsByRule(
  target: string,
  detector: string,
  tool: string,
  places: readonly Place[],
): Finding[] {
  return [...Map.groupBy(places, ({ rule }) => rule)]
    .map(([rule, found]): Finding => {
      const where = [...new Set(found.map(({ path }) => path))]
      const shown = `${where.slice(0, 3).join(', ')}${where.length > 3 ? ` and ${where.length - 3} more` : ''}`
      return {
        target,
        detector,
        fields: { tool, rule },
        title: `Mend what ${tool} says of ${target}: ${rule}`,
        summary: `${tool} finds ${rule} ${found.length === 1 ? 'once' : `${found.length} times`}, in ${shown}`,
        rationale: [...new Set(found.map(({ what }) => what))].slice(0, 5).join('\n') || rule,
        evidence: {
          tool,
          rule,
          places: found.slice(0, MOST_PLACES).map(({ path, line }) => `${path}:${line}`),
        },
        magnitude: found.length,
        claims: [{ kind: 'no_harm' }],
      }
    })
    .sort((a, b) => b.magnitude - a.magnitude)
    .slice(0, MOST_FINDINGS)
}

type Ctx = Parameters<typeof survey>[0] & Pick<MissionControl, 'hunter' | 'rooms'>

/** What would hold a change that adds it. */
export const surveyByHunter = (ctx: Ctx, name: string): Promise<void> => {
  const look = async (target: Target, commit: string) => {
    const tree = await ctx.repositories.treeOf(target, commit)
    const paths = await ctx.repositories.paths(target, tree, () => true)
    const texts = await ctx.repositories.texts(target, tree, paths)
    const { added } = await ctx.hunter.scan([...texts].map(asAdded))
    const places = added
      .filter(({ grade }) => grade === 'block')
      .map(({ rule, path, line, what }) => ({ rule, path, line, what }))
    return findingsByRule(name, HUNTER, 'Hunter', places)
  }
  return survey(ctx, name, HUNTER, look, true)
}

const asAdded = ([path, text]: [string, string]): ScannedFile => ({
  path,
  before: undefined,
  after: text,
  added: text.split('\n').map((line, i) => ({ number: i + 1, text: line })),
  removed: [],
})

/** Errors only. Refuses where one of them leaves no report: then nobody knows. */
export const surveyByScanners = (ctx: Ctx, name: string): Promise<void> => {
  const look = async (target: Target, commit: string) => {
    const room = await (await ctx.rooms(target, 'grace')).open(target, commit)
    try {
      const ready = await builtRoom(room, target)
      const findings: Finding[] = []
      for (const { name: tool, ...how } of target.scanners) {
        const found = await findingsOn(ready, target, how, `scanners.${tool}`)
        const errors = found.filter(({ severity }) => severity === 'error')
        findings.push(
          ...findingsByRule(
            name,
            SCANNERS,
            tool,
            errors.map((one) => ({ ...one, what: '' })),
          ),
        )
      }
      return findings
    } finally {
      await room.close()
    }
  }
  return survey(ctx, name, SCANNERS, look, true)
}
