// grace.yaml as the rest of Grace uses it: defaults filled in, targets with their own rule and policy.
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import type { PasskeySite } from '../access/assurance.ts'
import { asJson, digestOf } from '../kernel/digest.ts'
import type { PolicyCase } from '../policies/cases.ts'
import { ConfigFaults, faultsOf } from './faults.ts'
import { faultsOfNames } from './names.ts'
import { faultsOfPolicies } from './policies.ts'
import { graceSchema, type parliamentSchema, type policySchema, type targetSchema } from './schema.ts'

export interface Member {
  readonly id: string
  readonly name: string
  /** `T0123/U0123` */
  readonly slack?: string | undefined
  readonly discord?: string | undefined
  /** Account on GitHub or GitLab. */
  readonly forge?: string | undefined
}

export interface Target extends Omit<z.output<typeof targetSchema>, 'parliament' | 'policy' | 'voters'> {
  readonly name: string
  readonly voters: readonly string[]
  readonly parliament: z.output<typeof parliamentSchema>
  readonly policy: z.output<typeof policySchema>
  /** The demo shipped here: the only thing that may run below `contained`. */
  readonly demo: boolean
}

export interface Config {
  /** Governance policies beside the default ones, in Cedar; empty where there are none. */
  readonly policies: string
  readonly policyCases: readonly PolicyCase[]
  readonly members: readonly Member[]
  readonly chat: z.output<typeof graceSchema>['chat']
  /** Where passkeys work; of the environment, not of grace.yaml. */
  readonly passkeys?: PasskeySite | undefined
  readonly targets: ReadonlyMap<string, Target>
}

/** `demoTargets` are the demo's own, which may run below `contained`. Throws ConfigFaults. */
export function parseConfig(
  file: string,
  text: string,
  demoTargets: ReadonlySet<string> = new Set(),
): Config {
  const document = parseDocument(text, { prettyErrors: true })
  if (document.errors.length > 0)
    throw new ConfigFaults(
      file,
      document.errors.map((error) => ({
        path: `line ${error.linePos?.[0]?.line ?? '?'}`,
        problem: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, ''),
      })),
    )
  return configOf(file, document.toJS() ?? {}, demoTargets)
}

export function configOf(file: string, value: unknown, demoTargets: ReadonlySet<string> = new Set()): Config {
  const parsed = graceSchema.safeParse(value)
  const faults = [
    ...(parsed.success ? [] : faultsOf(graceSchema, parsed.error.issues)),
    ...faultsOfNames(value),
    ...(parsed.success ? faultsOfPolicies(parsed.data.policies) : []),
  ]
  if (!parsed.success || faults.length > 0) throw new ConfigFaults(file, faults)
  const { parliament, policy, targets, chat, policies, policy_cases } = parsed.data
  const { members, ...rule } = parliament
  const given = value as { targets?: Record<string, { parliament?: object; policy?: object }> }
  return {
    policies,
    policyCases: policy_cases,
    members: members.map(({ id, name, slack, discord, forge }) => ({
      id,
      name: name ?? id,
      slack: slack?.includes('/') || !slack ? slack : `${chat.slack?.team}/${slack}`,
      discord,
      forge,
    })),
    chat,
    targets: new Map(
      Object.entries(targets).map(([name, target]) => [
        name,
        {
          ...target,
          name,
          voters: target.voters ?? members.map((member) => member.id),
          parliament: overlaid(rule, target.parliament, given.targets?.[name]?.parliament),
          policy: overlaid(policy, target.policy, given.targets?.[name]?.policy),
          demo: demoTargets.has(name),
        },
      ]),
    ),
  }
}

/** A target's own lines over everybody's: only what it really says, not what the schema filled in for it. */
function overlaid<T extends object>(general: T, own: Partial<T> | undefined, written: object | undefined): T {
  const keys = Object.keys(written ?? {}) as (keyof T)[]
  return { ...general, ...Object.fromEntries(keys.map((key) => [key, own?.[key]])) }
}

/** What a session is bound to: the rule, the limits, the policies and everything that will be run. Not where it is watched. */
export const policyDigest = (target: Target, requiredChecks: readonly string[], policies: string): string => {
  const {
    live: _live,
    playbooks: _playbooks,
    agents: _agents,
    detectors: _detectors,
    vulnerabilities: _vulnerabilities,
    hunter: _hunter,
    webhooks: _webhooks,
    voters: _voters,
    channels: _channels,
    policy,
    ...rest
  } = target
  const { freeze: _freeze, ...lasting } = policy
  return digestOf(asJson({ ...rest, policy: lasting, required_checks: requiredChecks, policies }))
}
