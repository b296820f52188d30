// Cedar: policies in text, validated strictly when they are loaded; each decision names the policies that made it.
import { createRequire } from 'node:module'
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'
import type { ActorRef } from '../kernel/actor.ts'
import { digestOfText } from '../kernel/digest.ts'
import { DEFAULT_POLICIES } from './default-policies.ts'
import { CEDAR_SCHEMA, type GovernanceCheckId, type PolicyFacts } from './schema.ts'

/** Loaded when somebody decides: 4 MB of WebAssembly that most commands don't need. */
let loaded: typeof Cedar | undefined
const cedar = (): typeof Cedar => {
  loaded ??= createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar
  return loaded
}

interface Policy {
  readonly says: string
  readonly passes: boolean
  readonly asks: boolean
}

/** A set of policies that was read and found valid. */
export interface Policies {
  /** `sha256:…` of all of their text, the default ones included. */
  readonly digest: string
  readonly byId: ReadonlyMap<string, Policy>
}

export interface Decision {
  readonly verdict: 'allow' | 'forbid' | 'ask'
  /** Policies that forbade, by name; empty where it is allowed. */
  readonly by: readonly string[]
  /** Their sentences, with the facts filled in. */
  readonly says: readonly string[]
  /** Whether all that forbids ends by itself. */
  readonly passes: boolean
}

/** `own` does not read as policies of this schema. One sentence each, with the policy or the line. */
export class PolicyFaults extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`The policies can't be used: ${faults.join('; ')}`)
    this.faults = faults
  }
}

const ANNOTATIONS = new Set(['id', 'says', 'passes', 'asks'])
const SCHEMA = 'grace'
const known = new Map<string, Policies>()

/** The default policies and those of grace.yaml. Throws PolicyFaults. */
export function openPolicies(own: string): Policies {
  const text = `${DEFAULT_POLICIES}\n${own}`
  const digest = digestOfText(text)
  const before = known.get(digest)
  if (before) return before
  const parts = [...partsOf(DEFAULT_POLICIES), ...partsOf(own)]
  const [byId, texts] = [new Map<string, Policy>(), {} as Record<string, string>]
  const faults: string[] = []
  for (const part of parts) {
    const answer = cedar().policyToJson(part)
    const { annotations = {}, effect } =
      answer.type === 'success' ? answer.json : { effect: 'forbid' as const }
    const { id } = annotations
    const strange = Object.keys(annotations).find((one) => !ANNOTATIONS.has(one))
    if (!id || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
      faults.push(`every policy needs a name of its own: @id("no-fridays") before ${excerpt(part)}`)
    else if (byId.has(id)) faults.push(`there are two policies called ${id}`)
    else if (strange) faults.push(`${id} has @${strange}; there are @${[...ANNOTATIONS].join(', @')}`)
    else if (effect === 'permit' && id !== 'allowed-unless-forbidden')
      faults.push(`${id} permits: everything is permitted that no policy forbids, so say what is forbidden`)
    else {
      byId.set(id, {
        says: annotations.says ?? `the policy ${id} forbids it`,
        passes: annotations.passes === 'true',
        asks: annotations.asks === 'true',
      })
      texts[id] = part
    }
  }
  if (faults.length === 0) faults.push(...invalid(texts))
  if (faults.length > 0) throw new PolicyFaults(faults)
  mustSucceed(cedar().preparseSchema(SCHEMA, CEDAR_SCHEMA))
  mustSucceed(cedar().preparsePolicySet(digest, { staticPolicies: texts }))
  const policies = { digest, byId }
  known.set(digest, policies)
  return policies
}

function partsOf(text: string): readonly string[] {
  const parts = cedar().policySetTextToParts(text)
  if (parts.type === 'failure') throw new PolicyFaults(parts.errors.map((error) => sentenceOf(error, text)))
  if (parts.policy_templates.length > 0)
    throw new PolicyFaults(['templates can’t be used: say it as policies'])
  return parts.policies
}

function invalid(texts: Readonly<Record<string, string>>): string[] {
  const answer = cedar().validate({
    schema: CEDAR_SCHEMA,
    policies: { staticPolicies: texts },
    validationSettings: { mode: 'strict' },
  })
  if (answer.type === 'failure') return answer.errors.map((error) => sentenceOf(error))
  return [...answer.validationErrors, ...answer.validationWarnings].map(
    ({ policyId, error }) => `${policyId}: ${sentenceOf(error).replace(/^for policy `[^`]*`, /, '')}`,
  )
}

const excerpt = (text: string): string => `"${text.replace(/\s+/g, ' ').slice(0, 60)}…"`

function sentenceOf({ message, help, sourceLocations }: Cedar.DetailedError, text?: string): string {
  const start = sourceLocations?.[0]?.start
  const line =
    text !== undefined && start !== undefined ? `line ${text.slice(0, start).split('\n').length}: ` : ''
  return `${line}${message}${help ? ` (${help})` : ''}`
}

function mustSucceed(answer: Cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new PolicyFaults(answer.errors.map((error) => sentenceOf(error)))
}

/**
 * Whether that may be. Throws where Cedar could not decide: facts of another form, or a policy that failed on them. (Cedar
 * itself would skip a `forbid` that fails.)
 */
export function decide(
  { digest, byId }: Policies,
  of: { check: GovernanceCheckId; principal: ActorRef; target: string; facts: PolicyFacts },
): Decision {
  const answer = cedar().statefulIsAuthorized({
    principal: { type: of.principal.kind, id: of.principal.id },
    action: { type: 'Action', id: of.check },
    resource: { type: 'target', id: of.target },
    context: of.facts as Cedar.Context,
    preparsedSchemaName: SCHEMA,
    preparsedPolicySetId: digest,
    validateRequest: true,
    entities: [],
  })
  if (answer.type === 'failure')
    throw new Error(`Cedar could not decide: ${answer.errors.map((error) => sentenceOf(error)).join('; ')}`)
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0)
    throw new Error(
      `a policy failed: ${diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${sentenceOf(error)}`).join('; ')}`,
    )
  if (decision === 'allow') return { verdict: 'allow', by: [], says: [], passes: false }
  const by = diagnostics.reason.toSorted()
  const deciding = by.map((id) => byId.get(id)!)
  return {
    verdict: by.length > 0 && deciding.every(({ asks }) => asks) ? 'ask' : 'forbid',
    by,
    says: deciding.map(({ says }) => filled(says, of.facts)),
    // A person's word ends as much as time does.
    passes: by.length > 0 && deciding.every(({ passes, asks }) => passes || asks),
  }
}

const filled = (says: string, facts: PolicyFacts): string =>
  says.replace(/\{(\w+)\}/g, (all, name: string) => {
    const fact = facts[name]
    if (fact === undefined) return all
    return Array.isArray(fact) ? fact.slice(0, 5).join(', ') + (fact.length > 5 ? ', …' : '') : String(fact)
  })
