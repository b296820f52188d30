// A bench that comes with a change, to show what the change claims.
import type { Repositories } from '../candidate/repositories.ts'
import type { Target } from '../config/config.ts'
import { Refusal } from '../kernel/refusal.ts'
import { broughtBench, type Claim } from '../trust/claim.ts'

/** A bench comes with a change only where there is none yet to measure it with. */
export function mustBeBringable({ name, bench }: Target, claims: readonly Claim[]): void {
  const faulty = (code: string, message: string, next: string) => new Refusal('invalid', code, message, next)
  for (const claim of claims) {
    if (claim.kind !== 'kpi' || claim.bench === undefined) continue
    const { kpi, bench: path } = claim
    if (kpi !== 'performance_improvement')
      throw faulty(
        'bench_measures_cpu',
        `A bench shows CPU time, not ${kpi.replaceAll('_', ' ')}.`,
        'Claim performance_improvement with it, or leave the bench out.',
      )
    if (bench)
      throw faulty(
        'bench_is_there',
        `${name} has a bench of its own (${bench.module ?? bench.command}): that one measures.`,
        'Leave the bench out of the claim.',
      )
    if (path.startsWith('/') || path.split('/').includes('..') || !/\.[cm]?js$/.test(path))
      throw faulty(
        'bench_path',
        `${JSON.stringify(path.slice(0, 80))} is no path of a bench module in the repository.`,
        'Name a .js or .mjs file that the change adds, such as bench/parse.mjs; it exports functions without arguments.',
      )
  }
}

/** Refuses a tree without the bench that is to measure it. */
export async function mustBringBench(
  repositories: Pick<Repositories, 'paths'>,
  target: Target,
  tree: string,
  claims: readonly Claim[],
): Promise<void> {
  const bench = target.bench ? undefined : broughtBench(claims)
  if (!bench || (await repositories.paths(target, tree, (path) => path === bench)).length > 0) return
  throw new Refusal(
    'invalid',
    'bench_missing',
    `The claim is to be measured by ${bench}, and the change does not bring it.`,
    'Add that file to the change, and propose it again.',
  )
}
