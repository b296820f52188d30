// Risk as a pure function of facts; each factor is shown.
import { type FileChange, isTest, sizeOf } from '../candidate/diff.ts'

export type RiskLevel = 'low' | 'medium' | 'high' | 'critical'

export interface Risk {
  readonly level: RiskLevel
  readonly points: number
  readonly factors: readonly { readonly what: string; readonly points: number }[]
}

const SENSITIVE = /(?:^|\/)(?:auth|login|password|payment|billing|crypto|permission|secret)/i
const DEPENDENCIES =
  /(?:^|\/)(?:package(?:-lock)?\.json|requirements[^/]*\.txt|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|pnpm-lock\.yaml|yarn\.lock)$/
const MIGRATION = /(?:^|\/)migrations?\//i
const CONFIGURATION =
  /(?:^|\/)(?:\.github|\.gitlab|deploy|infra|terraform|k8s|helm)\/|Dockerfile|docker-compose/i

/** Nothing that is executed on it stays for good: what GitHub's deployments make live they also take back. */
export const canBeUndone = ({
  deploy,
}: {
  deploy?: { command?: unknown; rollback?: unknown } | undefined
}): boolean => deploy === undefined || deploy.command === undefined || deploy.rollback !== undefined

/** Blast radius: the top directory, or the package of a monorepo. */
const areaOf = (path: string): string =>
  /^(?:packages|apps|services|libs|crates|cmd)\/[^/]+|^[^/]+(?=\/)/.exec(path)?.[0] ?? '.'

/** How often what came from there had to be taken back, of the last ten that went live. */
export interface RecentRollbacks {
  readonly live: number
  readonly rolledBack: number
}
const NONE_RECENT: RecentRollbacks = { live: 0, rolledBack: 0 }

/** 0–2 low, 3–4 medium, 5–7 high, 8 and above critical. */
export function riskOf(
  changes: readonly FileChange[],
  hasRollback: boolean,
  { live, rolledBack }: RecentRollbacks = NONE_RECENT,
): Risk {
  const touches = (pattern: RegExp) => changes.some((file) => pattern.test(file.path) && !isTest(file.path))
  const { files, added, removed } = sizeOf(changes)
  const areas = new Set(changes.filter(({ path }) => !isTest(path)).map(({ path }) => areaOf(path))).size
  const factors = [
    {
      what: `${added + removed} changed lines`,
      points: added + removed > 400 ? 3 : added + removed > 100 ? 1 : 0,
    },
    { what: `${files} files`, points: files > 20 ? 2 : files > 8 ? 1 : 0 },
    { what: `${areas} areas of the repository`, points: areas > 4 ? 2 : areas > 2 ? 1 : 0 },
    { what: 'a database migration', points: touches(MIGRATION) ? 2 : 0 },
    { what: 'dependencies', points: touches(DEPENDENCIES) ? 2 : 0 },
    { what: 'sensitive code (authentication, payment, secrets)', points: touches(SENSITIVE) ? 3 : 0 },
    { what: 'deployment or CI configuration', points: touches(CONFIGURATION) ? 3 : 0 },
    { what: 'no roll-back command', points: hasRollback ? 0 : 3 },
    {
      what: `${rolledBack} of the last ${live} from there were rolled back`,
      points: rolledBack > 2 ? 3 : rolledBack > 0 ? 2 : 0,
    },
  ].filter((factor) => factor.points > 0)
  const points = factors.reduce((total, factor) => total + factor.points, 0)
  return {
    level: points >= 8 ? 'critical' : points >= 5 ? 'high' : points >= 3 ? 'medium' : 'low',
    points,
    factors,
  }
}
