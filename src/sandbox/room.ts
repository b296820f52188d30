// What the Sandbox Manager needs of a driver: rooms that hold one tree each, and what may be done in them.
import type { Target } from '../config/config.ts'
import type { Command } from '../config/units.ts'

/** `contained`: bubblewrap whose self-test passed. `demo`: not containment, for the demo shipped here only. */
export type Isolation = 'contained' | 'demo'

export interface Limits {
  readonly wallMs: number
  readonly memoryBytes: number
  /** Processes and threads at once. */
  readonly processes: number
  /** Cores; undefined = all that the machine has. Held where there are control groups. */
  readonly cpus?: number
  /** Bytes of output kept; more is dropped, eight times as much ends the run. */
  readonly outputBytes: number
}

export interface Receipt {
  /** Exit code; null where it was ended by a limit or a signal. */
  readonly exit: number | null
  readonly ended: 'exit' | 'time' | 'memory' | 'output' | 'disk' | 'signal'
  readonly wallMs: number
  /** User + system time of the whole tree. */
  readonly cpuMs: number
  /** Peak of the tree's anonymous and shared memory. */
  readonly peakBytes: number
  /** The end of stdout and stderr together, cleaned of escapes and controls. */
  readonly output: string
  /** stdout alone, cleaned likewise. */
  readonly stdout: string
  readonly droppedBytes: number
  /** Collected files by path; only regular files inside the tree, none over 16 MB. */
  readonly files: Readonly<Record<string, string>>
}

export interface Run {
  readonly command: Command
  readonly environment?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Paths in the tree to bring out afterwards. */
  readonly collect?: readonly string[]
  /** Host files shown read-only under /evidence, by name. */
  readonly evidence?: Readonly<Record<string, string>>
  /** Texts shown likewise. */
  readonly texts?: Readonly<Record<string, string>>
  /** A host directory shown read-only as /tools, its commands before all others. */
  readonly tools?: string
  readonly limits?: Partial<Limits>
  /** It may reach the hosts of the target's install. */
  readonly registries?: boolean
  /** Contained only: what it may reach instead, behind a port of its own loopback. */
  readonly api?: ReachableApi
}

export interface ReachableApi {
  /** Environment variables that get its address. */
  readonly variables: readonly string[]
  /** After the port; empty or from a slash on. */
  readonly path: string
  /** Answers at that unix socket as long as the command runs. */
  open(socket: string): Promise<{ close(): Promise<void> }>
}

export interface Slice {
  /** Requests a second, sent on time whatever comes back (no coordinated omission). */
  readonly rate: number
  readonly durationMs: number
  /** `METHOD /path`, in order; the same list for every side. */
  readonly requests: readonly string[]
}

export interface SliceResult {
  /** Milliseconds from the moment a request was due to its last byte; one per request, in order. */
  readonly latencies: readonly number[]
  /** Whether each failed: no answer, or a status of 500 and above. */
  readonly failed: readonly boolean[]
}

export interface Service {
  load(slice: Slice): Promise<SliceResult>
  /** User + system microseconds of the tree so far. */
  cpuMicros(): number
  /** Ends it and says what it cost. */
  stop(): Promise<Receipt>
}

/** A process in the sandbox that is asked and answers, a line of JSON each way. */
export interface Conversation {
  ask<T>(question: object, limitMs: number): Promise<T>
  /** User + system microseconds of the tree so far, read from outside. */
  cpuMicros(): number
  stop(): Promise<Receipt>
}

export interface Room {
  run(run: Run): Promise<Receipt>
  /** Starts what calls the functions of a bench module (adapters/sandbox/inside/slices.mjs). `seed`: of V8's hashes and Math.random. */
  converse(target: Target, seed: number): Promise<Conversation>
  /** Starts the target's service and waits until it is ready. Refuses with its output where it does not become so. */
  serve(target: Target): Promise<Service>
  /** The tree as it stands now, as an unchecked patch against what was checked out. */
  patch(): Promise<string>
  close(): Promise<void>
}

export interface Rooms {
  readonly isolation: Isolation
  /** `bubblewrap 0.8.0` */
  readonly driver: string
  /** Protections that this driver does not have on, as sentences for the evidence. */
  readonly off: readonly string[]
  /** Checks the tree (a git commit or tree id) out into a fresh room. */
  open(target: Target, tree: string): Promise<Room>
}

/** Progress of a long step: how much of it is done, 0…1. */
export type Progress = (step: string, done: number) => void

export const DEFAULT_LIMITS: Limits = {
  wallMs: 300_000,
  memoryBytes: 2 * 1024 ** 3,
  processes: 512,
  outputBytes: 256 * 1024,
}
