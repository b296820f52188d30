// Deployments: GitHub is told what went live where; without a command of the target's own, what listens to them does it.
import type { Target } from '../../src/config/config.ts'
import { Later } from '../../src/kernel/later.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { type GitHub, statusOf, wordsOf } from './client.ts'

const LOOK_AGAIN_MS = 5_000
const MOST_LOOKED_AT = 30

export type Step = 'deploy' | 'rollback'
export interface Deployed {
  readonly execution: string
  readonly step: Step
  /** Commit. */
  readonly ref: string
}

/** Of what a command did. What people use does not wait for GitHub to hear of it. */
export async function tellDeployment(
  github: GitHub,
  target: Target,
  of: Deployed,
  state: 'success' | 'failure',
): Promise<void> {
  const { rest, owner, repo } = github
  const { id } = (await deploymentOf(github, target, of)) ?? (await create(github, target, of))
  await rest.repos.createDeploymentStatus({ owner, repo, deployment_id: id, state })
}

/** Asks who listens, once for an execution and step. Throws Later until they have said how it went. */
export async function deployedElsewhere(github: GitHub, target: Target, of: Deployed): Promise<string> {
  const { rest, owner, repo } = github
  const { id, created_at } = (await deploymentOf(github, target, of)) ?? (await create(github, target, of))
  const { data } = await rest.repos.listDeploymentStatuses({ owner, repo, deployment_id: id, per_page: 1 })
  const [last] = data
  const words = oneLine(last?.description ?? '', 200)
  if (last?.state === 'success') return words
  if (last?.state === 'failure' || last?.state === 'error' || last?.state === 'inactive')
    throw failed(target, of.step, `the deployment ended as ${last.state}${words ? `: ${words}` : ''}`)
  const how = last ? `is ${last.state.replace('_', ' ')}` : 'was taken up by nobody yet'
  if (Date.now() - Date.parse(created_at) > target.deploy!.timeout)
    throw failed(
      target,
      of.step,
      `the deployment took longer than ${target.deploy!.timeout / 1000} s: it ${how}`,
    )
  throw new Later(`The ${of.step} of ${target.name} ${how}`, LOOK_AGAIN_MS)
}

const nameOf = (target: Target): string => target.github!.environment!

interface Known {
  readonly id: number
  readonly created_at: string
}

async function deploymentOf(
  { rest, owner, repo }: GitHub,
  target: Target,
  { execution, step, ref }: Deployed,
): Promise<Known | undefined> {
  const { data } = await rest.repos.listDeployments({
    owner,
    repo,
    environment: nameOf(target),
    sha: ref,
    per_page: MOST_LOOKED_AT,
  })
  return data.find(({ payload }) => {
    const said = typeof payload === 'string' ? parsed(payload) : payload
    return said.grace_execution === execution && said.grace_step === step
  })
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

async function create({ rest, owner, repo }: GitHub, target: Target, of: Deployed): Promise<Known> {
  const { data } = await rest.repos
    .createDeployment({
      owner,
      repo,
      ref: of.ref,
      environment: nameOf(target),
      // What has to be green was so before the merge; a rollback waits for nothing.
      auto_merge: false,
      required_contexts: [],
      description: `Grace: ${of.step}`,
      payload: { grace_execution: of.execution, grace_step: of.step },
    })
    .catch((error: unknown) => {
      if (statusOf(error) !== 409 && statusOf(error) !== 422) throw error
      throw failed(target, of.step, `GitHub makes no deployment: ${wordsOf(error)}`)
    })
  if (!('id' in data)) throw failed(target, of.step, 'GitHub makes no deployment of this commit')
  return data
}

const failed = (target: Target, step: Step, why: string): Refusal =>
  new Refusal(
    'unavailable',
    `${step}_failed`,
    `The ${step} of ${target.name} to ${nameOf(target)} failed: ${why}`,
    'Check what listens to deployments of that environment.',
  )

/** The commit of the newest deployment that is active there. */
export async function liveOf({ rest, owner, repo }: GitHub, target: Target): Promise<string | undefined> {
  const { data } = await rest.repos.listDeployments({
    owner,
    repo,
    environment: nameOf(target),
    per_page: MOST_LOOKED_AT,
  })
  for (const { id, sha } of data) {
    const { data: statuses } = await rest.repos.listDeploymentStatuses({
      owner,
      repo,
      deployment_id: id,
      per_page: 1,
    })
    if (statuses[0]?.state === 'success') return sha
  }
  return undefined
}
