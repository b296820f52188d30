// The matrix: every crash point in both shapes, and what befalls everything at once.
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../support/until.ts'
import { checkPromises, discordRecord, slackRecord } from './checker.ts'
import { arm, prepareCrashPoints } from './crash-point.ts'
import { type Before, leftovers, lookBefore } from './leftovers.ts'
import { isQuiet, propose, type Row, seeThrough } from './people.ts'
import { AT_COMMIT, type AtCommit, IN_LONG_STEPS, type InLongStep, isLeased } from './points.ts'
import {
  type Befalls,
  checkOutVersion,
  DISASTROUS,
  fillDisk,
  freeDisk,
  mountSmallDisk,
  sandboxesOf,
  unmountSmallDisk,
} from './servers.ts'
import { openWorld, type Shape, type World, type WorldOptions } from './world.ts'

export type { Shape }

export interface Case {
  /** `shape/point`. */
  readonly id: string
  readonly shape: Shape
  /** Cases with the same function share a world. */
  world(): Promise<World>
  /** What went wrong: nothing, where all is well. */
  run(world: World): Promise<readonly string[]>
}

let before: Before
let number = 0
const worlds: Readonly<Record<Shape, () => Promise<World>>> = {
  up: () => open('up'),
  roles: () => open('roles'),
}
async function open(shape: Shape, options: WorldOptions = {}): Promise<World> {
  before = lookBefore()
  const world = await openWorld(shape, options)
  await prepareCrashPoints(world.sql())
  return world
}

/** From the proposal to the end, with what befalls it meanwhile; then everything is looked at. */
async function story(
  world: World,
  id: string,
  how: {
    way?: 'chat' | 'web'
    hurts?: boolean
    /** Whatever the mission does. */
    always?(): Promise<void>
    /** As it goes on. */
    meanwhile?(mission: Row): Promise<void>
  },
): Promise<string[]> {
  const n = ++number
  const title = `${n}: ${id}`
  const found: string[] = []
  let over = false
  const watching = (async () => {
    for (; !over && how.always; await sleep(20)) await how.always()
  })().catch((error: Error) => void found.push(error.message))
  try {
    await propose(world, title, n)
    const hurt = { begun: false }
    const { outcome, reason } = await seeThrough(world, title, how.way ?? 'chat', async (mission) => {
      if (how.hurts && mission.phase === 'monitoring' && !hurt.begun) {
        hurt.begun = true
        world.target.hurts(true)
      }
      await how.meanwhile?.(mission)
    })
    const wanted = how.hurts ? 'rolled_back' : 'succeeded'
    if (outcome !== wanted && outcome !== 'inconclusive')
      found.push(`it ended as ${outcome} and not as ${wanted}: ${reason}`)
  } catch (error) {
    found.push((error as Error).message)
  } finally {
    world.target.hurts(false)
    over = true
    await watching
  }
  if (how.hurts) {
    await world.api('POST', '/mission-control/targets/shop/resume', {})
    await until(() => isQuiet(world), 30_000)
  }
  return [...found, ...(await lookAt(world))]
}

async function lookAt(world: World): Promise<string[]> {
  const violations = await checkPromises({
    sql: world.sql(),
    repositories: { shop: world.target.repository },
    deployLogs: { shop: world.target.deployLog },
    slack: slackRecord(world.slack),
    discord: discordRecord(world.discord, [world.ben.id]),
    settled: true,
    secrets: [world.tokens.ada, world.tokens.agent],
  })
  return [
    ...violations.map(({ rule, what }) => `${rule}: ${what}`),
    ...leftovers(world, before, [sandboxesOf(world.state)]).map((what) => `left over: ${what}`),
  ]
}

async function atCommit(world: World, { id, fate, point, way, hurts }: AtCommit): Promise<string[]> {
  const armed = await arm(world.sql(), point)
  let killed = false
  const found = await story(world, id, {
    ...(way ? { way } : {}),
    ...(hurts ? { hurts } : {}),
    async always() {
      const victim = killed ? undefined : await armed.victim()
      if (victim === undefined) return
      killed = true
      await world.kill(victim)
      await armed.decide(fate)
      await armed.disarm()
    },
  })
  if (killed) return found
  await armed.disarm()
  return [...found, 'nobody was killed: the mission never came to this point']
}

async function inLongStep(world: World, { id, hurts, everybody, now }: InLongStep): Promise<string[]> {
  let killed = false
  const found = await story(world, id, {
    ...(hurts ? { hurts } : {}),
    async meanwhile(mission) {
      if (killed || !(await now(world, mission))) return
      killed = true
      if (everybody) await world.killAll()
      else await world.kill(workerOf(world))
    },
  })
  return killed ? found : [...found, 'nobody was killed: the mission never came to this point']
}

/** Everything is one process, or the one that was started as the worker. */
const workerOf = (world: World): number =>
  world.processes().find(({ child }) => child.spawnargs.some((arg) => arg === 'worker' || arg === 'up'))!
    .child.pid!

async function disaster(world: World, { id, now, befall }: Befalls): Promise<string[]> {
  let befallen = false
  const found = await story(world, id, {
    async meanwhile(mission) {
      if (befallen || !(await now(world, mission))) return
      befallen = true
      await befall(world)
    },
  })
  return befallen ? found : [...found, 'nothing befell it: the mission never came to this point']
}

/** The mission says that it waits for the disk, and goes on by itself when there is room. */
async function fullDisk(world: World): Promise<string[]> {
  let [filled, waited] = [false, false]
  const found = await story(world, 'disk-full', {
    async meanwhile(mission) {
      if (!filled && (await isLeased('test-candidate', 300)(world))) {
        filled = true
        fillDisk(world)
      }
      if (filled && !waited && mission.held_by.some((why) => /disk of the sandboxes is full/.test(why))) {
        waited = true
        freeDisk(world)
      }
    },
  })
  return waited ? found : [...found, 'it never said that the disk is full']
}

/** Before the two: the last commit of the Grace that knew neither GitHub nor agents, whose schema is older. */
const OLDER = '1c848f4'
/**
 * The older one knows fewer settings and so another digest of the same policy: a session that it opens is not unlocked by the
 * newer one, nor the other way round. A mission comes to its end for certain only when the older one is gone, as in any upgrade.
 */
const BESIDE_MS = 45_000

async function upgrade(world: World): Promise<string[]> {
  const [old] = world.processes()
  let begun = false
  const beside = await story(world, 'a newer version starts while a mission of the older one is tested', {
    async meanwhile(mission) {
      if (begun || mission.phase !== 'sandbox_testing') return
      begun = true
      await world.start(['up'])
    },
  })
  const until = Date.now() + BESIDE_MS
  let retired = false
  const retire = async () => {
    if (retired) return
    retired = true
    await world.retire(old!)
  }
  const both = await story(world, 'both versions are there', {
    async meanwhile() {
      if (Date.now() > until) await retire()
    },
  })
  await retire()
  const after = await story(world, 'the older version is gone', {})
  return [...beside, ...both, ...after]
}

const SHAPES: readonly Shape[] = ['up', 'roles']
export const CASES: readonly Case[] = SHAPES.flatMap((shape): Case[] => [
  ...AT_COMMIT.map(
    (point): Case => ({
      id: `${shape}/${point.id}`,
      shape,
      world: worlds[shape],
      run: (world) => atCommit(world, point),
    }),
  ),
  ...IN_LONG_STEPS.filter((step) => shape === 'roles' || !step.everybody).map(
    (step): Case => ({
      id: `${shape}/${step.id}`,
      shape,
      world: worlds[shape],
      run: (world) => inLongStep(world, step),
    }),
  ),
]).concat(
  DISASTROUS.map(
    (one): Case => ({
      id: `roles/${one.id}`,
      shape: 'roles',
      world: worlds.roles,
      run: (world) => disaster(world, one),
    }),
  ),
  {
    id: 'up/disk-full',
    shape: 'up',
    world: () => open('up', { prepare: mountSmallDisk, unprepare: unmountSmallDisk }),
    run: fullDisk,
  },
  {
    id: 'up/two-versions',
    shape: 'up',
    world: () => open('up', { root: checkOutVersion(OLDER) }),
    run: upgrade,
  },
)
