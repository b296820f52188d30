// What checks are told. Gathered once by a verb; a check itself only reads, so that it can be tried on any facts.
import type { FileChange } from '../candidate/diff.ts'
import type { ActorRef } from '../kernel/actor.ts'
import type { Claim } from '../trust/claim.ts'
import type { Answer, ChangedPackages, Package } from './advisories.ts'
import type { Scan } from './scan.ts'

/** What one security scanner of the target's own found on the candidate and not on today's code. */
export interface ScannerRun {
  readonly scanner: string
  /** Null where it said nothing readable of the candidate. */
  readonly added:
    | readonly {
        readonly path: string
        readonly line: number
        readonly rule: string
        readonly severity: 'error' | 'warning' | 'note'
      }[]
    | null
}

export interface Facts {
  readonly now: Date
  readonly mission: {
    readonly id: string
    readonly title: string
    readonly description: string
    readonly rationale: string
    readonly proposer: ActorRef
    readonly claims: readonly Claim[]
    /** Grace's own detector and its evidence, where one found this. */
    readonly detectedBy: string | null
  }
  readonly candidate: {
    readonly digest: string
    readonly authors: readonly ActorRef[]
    readonly changes: readonly FileChange[]
    /** Text of each changed file after the change; absent where deleted, binary or over 1 MB. */
    readonly after: ReadonlyMap<string, string>
    readonly before: ReadonlyMap<string, string>
    /** Reverting the patch on the result gives the base tree. */
    readonly reverts: boolean
  }
  /** What Hunter says of the change; asked once, by whoever asks first. */
  readonly hunter: () => Promise<Scan>
  /** Packages that the change brings in. */
  readonly packages: () => ChangedPackages
  readonly advisories: (packages: readonly Package[]) => Promise<Answer>
  readonly policy: {
    /** Policies of grace.yaml beside the default ones, in Cedar. */
    readonly policies: string
    readonly forbiddenPaths: readonly string[]
    /** Touched, they need a person's word. */
    readonly protectedPaths: readonly string[]
    readonly maxChangedLines: number
    readonly maxOpenMissions: number
    readonly maxOpenMissionsOfProposer: number
    readonly maxExecutionsPerDay: number
    readonly sandboxMinutes: number
    readonly minApprovals: number
    /** Set while the change freeze lasts. */
    readonly freeze: string | null
  }
  readonly target: {
    readonly name: string
    /** Missions that wait on this target, this one included. */
    readonly openMissions: number
    readonly openMissionsOfProposer: number
    readonly executionsLastDay: number
    /** Failed requests of the last 24 hours, and how many the objective allows; null where there is none, or too little traffic. */
    readonly errorBudget: { readonly errors: number; readonly allowed: number } | null
    /** Why nothing may execute on it, if so. */
    readonly frozen: string | null
    readonly playbooks: readonly string[]
    /** What CODEOWNERS of the base says of the paths that are touched: as it stands there, and members among them. */
    readonly codeOwners: { readonly named: readonly string[]; readonly members: readonly string[] }
    /** Of the last ten changes of the same proposer that went live here. */
    readonly record: { readonly live: number; readonly rolledBack: number }
    /** Whether anything is executed on it at all. */
    readonly deploys: boolean
    /** Also where there is nothing to roll back, as nothing is executed. */
    readonly hasRollback: boolean
  }
  readonly electorate: {
    readonly eligible: number
    readonly mayApprove: number
    /** Who answers for what is touched, else for the target: critical risk needs the approval of one. */
    readonly owners: readonly string[]
    readonly ownersWhoMayApprove: number
    readonly selfApproval: boolean
  }
  readonly sandbox: {
    readonly isolation: 'contained' | 'demo'
    readonly minutes: number
    /** Limits that the candidate's runs hit: `memory`, `time`, `output`. */
    readonly limitsHit: readonly string[]
    /** Protections that were off, as the driver says. */
    readonly off: readonly string[]
    readonly scanners: readonly ScannerRun[]
  }
  readonly records: {
    /** The signed statement over candidate and evidence verifies with a valid key. */
    readonly signature: { readonly ok: boolean; readonly why: string }
    /** The ledger's tree agrees with its last checkpoint and holds this mission's entries. */
    readonly ledger: { readonly ok: boolean; readonly why: string; readonly entries: number }
    /** A drill: PostgreSQL refuses an execution while everything is stopped. */
    readonly stop: { readonly ok: boolean; readonly why: string }
  }
}
