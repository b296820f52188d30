// The demo's live service: a release checked out of the origin, run isolated, restarted when another is wanted, and
// under a little traffic all the time.
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_USERS } from '../../demo/target.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/room.ts'
import { gitText } from '../git/git.ts'
import { checkOut } from '../git/trees.ts'
import { baseEnvironment } from '../sandbox/bubblewrap.ts'
import { type Launched, launch, type Place } from '../sandbox/launch.ts'
import { treeOf } from '../sandbox/process-tree.ts'
import { handOver } from '../sandbox/rooms.ts'
import { type Runtime, runtimeMounts } from '../sandbox/runtime.ts'
import { seccompFilter } from '../sandbox/seccomp/filter.ts'

const LOOK_MS = 200
const RESTART_MS = 1_000
/** By then bubblewrap has made its session. */
const STARTED_MS = 1_000

export interface LiveDemo {
  stop(): Promise<void>
}

export interface LiveOptions {
  readonly origin: string
  readonly live: string
  readonly port: number
  readonly runtime: Runtime
  readonly contained: boolean
  /** Requests a second. */
  readonly traffic: number
  readonly onTrouble: (message: string) => void
}

export async function startLive(options: LiveOptions): Promise<LiveDemo> {
  const { live, origin } = options
  await mkdir(join(live, 'data'), { recursive: true })
  await handOver(join(live, 'data'))
  const pointer = join(live, 'release')
  if (!(await stat(pointer).catch(() => undefined)))
    await writeFile(pointer, `${await gitText(origin, ['rev-parse', 'main'])}\n`)

  let stopping = false
  let current: { revision: string; launched: Launched } | undefined
  const supervise = async (): Promise<void> => {
    while (!stopping) {
      const wanted = (await readFile(pointer, 'utf8')).trim()
      const dead =
        current !== undefined &&
        (current.launched.child.exitCode !== null || current.launched.child.signalCode !== null)
      if (dead && current) {
        const { output } = await current.launched.receipt
        options.onTrouble(`The demo service ended: ${output.trim().slice(-200)}`)
        current = undefined
        await sleep(RESTART_MS)
      } else if (current?.revision !== wanted) {
        await end(current?.launched)
        current = { revision: wanted, launched: await startRelease(options, wanted) }
      }
      await sleep(LOOK_MS)
    }
    await end(current?.launched)
  }
  const supervising = supervise().catch((error: Error) =>
    options.onTrouble(`The demo can't be supervised: ${error.message}`),
  )
  const traffic = startTraffic(options)
  return {
    async stop() {
      stopping = true
      traffic.stop()
      await supervising
    },
  }
}

async function end(launched: Launched | undefined): Promise<void> {
  if (!launched) return
  launched.end('signal')
  await launched.receipt
}

async function startRelease(options: LiveOptions, revision: string): Promise<Launched> {
  const { live, runtime, port } = options
  if (!/^[0-9a-f]{40}$/.test(revision)) throw new Error(`${JSON.stringify(revision)} is no revision`)
  const tree = join(live, 'releases', revision)
  if (!(await stat(tree).catch(() => undefined))) {
    // Complete or not there: a checkout that was cut off is made again under another name.
    const fresh = `${tree}.${process.pid}`
    await mkdir(fresh, { recursive: true, mode: 0o755 })
    await checkOut(options.origin, revision, fresh)
    await rename(fresh, tree)
  }
  const environment = { PORT: String(port), REVISION: revision, USERS: String(DEMO_USERS) }
  const place: Place = options.contained
    ? {
        // It is always there, and steps back behind what is measured: not in a control group with a share of its own.
        protections: { seccomp: seccompFilter() },
        box: {
          network: 'host',
          cwd: '/work',
          environment: baseEnvironment({ ...environment, DATA_DIR: '/data' }),
          mounts: [
            ...runtimeMounts(runtime),
            { from: tree, to: '/work' },
            { from: join(live, 'data'), to: '/data', writable: true },
          ],
        },
      }
    : {
        directory: tree,
        environment: baseEnvironment({
          ...environment,
          DATA_DIR: join(live, 'data'),
          HOME: join(live, 'data'),
          PATH: `${runtime.node}/bin:/usr/bin:/bin`,
        }),
      }
  const launched = launch(place, ['node', 'src/server.mjs'], { ...DEFAULT_LIMITS, wallMs: 2 ** 31 - 1 })
  setTimeout(() => void stepBack(launched.child.pid), STARTED_MS).unref()
  return launched
}

/**
 * What is being measured on the same two cores goes first. A nice value says nothing across sessions where the kernel
 * groups tasks by session (sched(7), "autogroup"), so the group's own is set; elsewhere the process's.
 */
async function stepBack(first: number | undefined): Promise<void> {
  if (first === undefined) return
  for (const pid of treeOf(first)) {
    await writeFile(`/proc/${pid}/autogroup`, '19').catch(() => {})
    try {
      setPriority(pid, constants.priority.PRIORITY_LOW)
    } catch {
      // It has ended since.
    }
  }
}

/** Open-loop, mostly look-ups by e-mail. What comes back does not matter here: the service counts for itself. */
function startTraffic({ port, traffic }: LiveOptions): { stop(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  let i = 0
  const timer = setInterval(() => {
    const id = 1 + ((i * 7_919) % DEMO_USERS)
    const path = i++ % 4 === 3 ? `/users/${id}` : `/users?email=user${id}@example.com`
    const sent = request({ host: '127.0.0.1', port, path, agent, timeout: 5_000 }, (response) =>
      response.resume(),
    )
    sent.on('error', () => {})
    sent.on('timeout', () => sent.destroy())
    sent.end()
  }, 1000 / traffic)
  return {
    stop() {
      clearInterval(timer)
      agent.destroy()
    },
  }
}
