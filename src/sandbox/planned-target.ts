// A target that says nothing of its tests, with what its own repository says of them.
import type { Repositories } from '../candidate/repositories.ts'
import type { Target } from '../config/config.ts'
import { testSchema } from '../config/schema.ts'
import { detectPlan, MANIFESTS } from './detect-plan.ts'

/**
 * `tree` is today's code: what a candidate's own manifests say decides nothing. `why` is the sentence for people; null where
 * grace.yaml says how to test, or nothing was recognised.
 */
export async function plannedTarget(
  repositories: Pick<Repositories, 'paths' | 'texts'>,
  target: Target,
  tree: string,
): Promise<{ readonly target: Target; readonly why: string | null }> {
  if (target.test) return { target, why: null }
  const within = target.directory === undefined ? '' : `${target.directory}/`
  const paths = await repositories.paths(target, tree, (path) => path.startsWith(within))
  const own = (path: string): string => path.slice(within.length)
  const texts = await repositories.texts(
    target,
    tree,
    MANIFESTS.map((path) => within + path),
  )
  const plan = detectPlan(new Map([...texts].map(([path, text]) => [own(path), text])), paths.map(own))
  if (!plan) return { target, why: null }
  const install = target.install ?? plan.install
  return {
    target: {
      ...target,
      ...(install === undefined ? {} : { install }),
      test: testSchema.parse(plan.test),
    },
    why: plan.why,
  }
}
