// The worker: tests candidates, executes what was unlocked, watches it, and keeps the clockwork going.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { agentsIn } from '../../adapters/agents/run.ts'
import { startLive } from '../../adapters/demo/live.ts'
import { deliveries } from '../../adapters/github/delivery.ts'
import { issuesOnGitHub } from '../../adapters/github/issues.ts'
import { pullRequestsOnGitHub } from '../../adapters/github/pull-requests.ts'
import { liveSource } from '../../adapters/metrics/live-source.ts'
import { ownDetectorsIn } from '../../adapters/playbooks/own-detectors.ts'
import { playbooksIn } from '../../adapters/playbooks/run.ts'
import { baselinesIn } from '../../adapters/sandbox/baseline-files.ts'
import { endAll } from '../../adapters/sandbox/launch.ts'
import { type Containment, probeContainment, roomsFor } from '../../adapters/sandbox/probe.ts'
import { prepareRuntime } from '../../adapters/sandbox/runtime.ts'
import { openSpace } from '../../adapters/sandbox/space.ts'
import { authenticators } from '../../adapters/webauthn/authenticators.ts'
import { openClient } from '../../db/client.ts'
import { seatedAt } from '../../db/seat.ts'
import { missionsUnderVote } from '../../db/stores/missions.ts'
import type { ChatControl } from '../chat/stores.ts'
import { Refusal } from '../kernel/refusal.ts'
import { adoptPolicy } from '../mission/adopt-policy.ts'
import type { Executor } from '../mission/executor.ts'
import type { LiveSource } from '../monitoring/live-source.ts'
import type { Common } from './role.ts'

export interface WorkerRole {
  readonly control: ChatControl
  readonly executor: Executor
  readonly containment: Containment
  onSilence(what: string, why: string | undefined): void
  readonly source: LiveSource
}

/** `demo`: this process also keeps the demo's service alive. */
export async function startWorker(common: Common, demo: boolean): Promise<WorkerRole> {
  const { ground, database, parts, log, say, onStop } = common
  const { directories, config } = ground
  const { keys } = await ground.openKeys()
  const runtime = await prepareRuntime(directories.space)
  const space = await openSpace(directories.sandboxes)
  onStop(space.close)
  // Sandboxes end after the connections are closed: a run that was cut off can't be recorded as a result.
  onStop(endAll)
  const executorClient = openClient(database.logins.executor, { name: 'grace-executor', max: 2 })
  onStop(() => Promise.all([parts.app.close(), executorClient.close()]))
  const containment = await probeContainment(runtime, space.path)
  const rooms = roomsFor(containment, {
    runtime,
    mirrors: parts.mirrors,
    sandboxes: space.path,
    layers: space.layers,
  })
  const control: ChatControl = {
    ...parts.control,
    keys,
    rooms,
    pullRequests: pullRequestsOnGitHub,
    tracker: issuesOnGitHub,
    playbooks: playbooksIn(rooms),
    agents: agentsIn(rooms),
    ownDetectors: ownDetectorsIn(rooms),
    baselines: baselinesIn(
      join(directories.state, 'baselines'),
      containment.ok ? containment.driver : containment.why,
    ),
  }
  const executor: Executor = {
    transact: executorClient.transact,
    config,
    delivery: deliveries(parts.mirrors, keys.execution.signer),
    alone: (target, work) => seatedAt(database.logins.executor, `live on ${target}`, work),
    async known() {
      const { attestation, ledger } = (await ground.readKeys()).keys
      return { attestation: attestation.known, ledger: ledger.known }
    },
    signer: keys.execution.signer,
    authenticators,
  }
  for (const { sql } of [parts.app, executorClient]) {
    const [row] = await sql`select grace.is_enforced_for(current_user) as enforced`
    if (row?.enforced === true) continue
    say(
      '⚠️  not enforced: the database login owns Grace’s tables or is a superuser, so the gate in PostgreSQL can be walked around',
    )
    break
  }
  if (!containment.ok)
    say(
      `⚠️  not isolated: ${containment.why}; only the demo runs. Mend it with: sudo apt-get install bubblewrap`,
    )
  if (demo && ground.demo) {
    const live = await startLive({
      ...ground.demo,
      runtime,
      contained: containment.ok,
      traffic: 5,
      onTrouble: (message) => log.warn(message),
    })
    onStop(() => live.stop())
  }
  await adoptPolicy(control, await missionsUnderVote(parts.app.db))
  return { control, executor, containment, onSilence: silenceOn(log), source: liveSource }
}

/** What is measured has the machine to itself, however many workers are on it. */
export const aloneOnThisMachine = <T>({ database }: Common, work: () => Promise<T>): Promise<T> =>
  seatedAt(database.logins.app, `measuring on ${hostname()}`, work)

/** A repository that can't be read is said at once, not with the first mission. */
export async function sayWhatIsMissing({ parts, say }: Common): Promise<void> {
  for (const target of parts.control.config.targets.values())
    await parts.control.repositories.head(target).catch((error: unknown) => {
      if (error instanceof Refusal) say(`⚠️  ${target.name}: ${error.message} ${error.next}`)
    })
}

const SILENT_MS = 10_000

/** One line for a target that can't be read for ten seconds, and none more until it could be again. */
function silenceOn(log: Common['log']) {
  const since = new Map<string, { at: number; said: boolean }>()
  return (target: string, why: string | undefined): void => {
    if (why === undefined) return void since.delete(target)
    const silent = since.get(target) ?? { at: performance.now(), said: false }
    if (!silent.said && performance.now() - silent.at > SILENT_MS) {
      log.warn({ target }, why)
      silent.said = true
    }
    since.set(target, silent)
  }
}
