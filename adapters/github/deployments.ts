// Deployments: GitHub is told what goes live where; without a command of the target's own, what listens to them does it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../../src/config/config.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { oneLine } from '../../src/kernel/text.ts'
import { type GitHub, statusOf, wordsOf } from './client.ts'

const LOOK_AGAIN_MS = 3_000
const MOST_LOOKED_AT = 30

export type Step = 'deploy' | 'rollback'
export interface Deployed {
  readonly execution: string
  readonly step: Step
  /** Commit. */
  readonly ref: string
}

/** `command` is undefined where somebody else deploys. The same execution and step is one deployment, however often it is asked for. */
export async function deployThrough(
  github: GitHub,
  target: Target,
  of: Deployed,
  command: (() => Promise<string>) | undefined,
): Promise<string> {
  const { rest, owner, repo } = github
  const deployment_id = (await deploymentOf(github, target, of)) ?? (await create(github, target, of))
  if (!command) return outcomeOf(github, target, of.step, deployment_id)
  const say = (state: 'in_progress' | 'success' | 'failure') =>
    rest.repos.createDeploymentStatus({ owner, repo, deployment_id, state })
  await say('in_progress')
  try {
    const output = await command()
    await say('success')
    return output
  } catch (error) {
    if (error instanceof Refusal) await say('failure')
    throw error
  }
}

const nameOf = (target: Target): string => target.github!.environment!

async function deploymentOf(
  { rest, owner, repo }: GitHub,
  target: Target,
  { execution, step, ref }: Deployed,
): Promise<number | undefined> {
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
  })?.id
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

async function create({ rest, owner, repo }: GitHub, target: Target, of: Deployed): Promise<number> {
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
  return data.id
}

/** Waits for what listens to say how it went. */
async function outcomeOf(
  { rest, owner, repo }: GitHub,
  target: Target,
  step: Step,
  deployment_id: number,
): Promise<string> {
  const until = Date.now() + target.deploy!.timeout
  for (;;) {
    const { data } = await rest.repos.listDeploymentStatuses({ owner, repo, deployment_id, per_page: 1 })
    const [last] = data
    const words = oneLine(last?.description ?? '', 200)
    if (last?.state === 'success') return words
    if (last?.state === 'failure' || last?.state === 'error' || last?.state === 'inactive')
      throw failed(target, step, `the deployment ended as ${last.state}${words ? `: ${words}` : ''}`)
    if (Date.now() > until)
      throw failed(
        target,
        step,
        `the deployment took longer than ${target.deploy!.timeout / 1000} s (${last ? last.state : 'nothing took it up'})`,
      )
    await sleep(LOOK_AGAIN_MS)
  }
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
