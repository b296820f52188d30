// Tries every case, in rooms of the real driver and outside of any; one after the other, for they share the canaries.
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { roomsFor } from '../../adapters/sandbox/probe.ts'
import type { Target } from '../../src/config/config.ts'
import type { Room } from '../../src/sandbox/room.ts'
import type { Lab } from '../support/sandbox.ts'
import { shellIn } from '../support/shell.ts'
import { type Canaries, isScript, killAll, processesWith } from './canaries.ts'
import type { After, Case, Limits, Outcome } from './case.ts'
import { coresGranted } from './cores.ts'
import { openOutside } from './outside.ts'
import { BEGUN } from './scripts.ts'

export interface Result {
  readonly number: number
  readonly name: string
  readonly kind: Case['kind']
  /** Nothing where it was contained. */
  readonly reached: readonly string[]
  /** Why it could not be tried: that is neither. */
  readonly failed?: string
  readonly ms: number
}

/** Somewhere a script is run: a room, or a bare directory. */
interface Place {
  readonly tree: string
  readonly room: string
  run(command: ReturnType<Case['tries']>, limits?: Limits, collect?: readonly string[]): Promise<Outcome>
  patch(): Promise<unknown>
  close(): Promise<void>
}
type Open = (one: Case, name: string) => Promise<Place>

const PATIENCE_MS = 300
const LOOK_MS = 60
const pidsNow = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** Looks while something runs: how many processes the candidate has, and how many cores they are granted. */
function watching(mark: string): () => { processes: number; cores: number } {
  let processes = 0
  let cores = 0
  const timer = setInterval(() => {
    const now = pidsNow().filter((pid) => isScript(pid, mark))
    processes = Math.max(processes, now.length)
    for (const pid of now) cores = Math.max(cores, coresGranted(pid))
  }, LOOK_MS)
  return () => {
    clearInterval(timer)
    return { processes, cores }
  }
}

const survivors = ({ id }: Canaries): number[] =>
  ['daemon', 'tree'].flatMap((name) => processesWith(`canary-${name}-${id}`))

async function tryOne(canaries: Canaries, one: Case, open: Open): Promise<readonly string[]> {
  canaries.hits.clear()
  const place = await open(one, String(one.number))
  let other: Place | undefined
  const looked = watching(`canary-${canaries.id}`)
  try {
    const running = place.run(one.tries(canaries), one.limits, one.collect)
    const seeing = one.watch?.(canaries)
    const following = async (): Promise<Outcome | undefined> => {
      if (!one.next) return undefined
      if (!one.beside) await running
      other = await open(one, `${one.number}-next`)
      return other.run(one.next(canaries), one.limits)
    }
    const [first, second, seen = 0] = await Promise.all([running, following(), seeing])
    for (const { ended, stdout, output } of [first, ...(second ? [second] : [])])
      if (ended === 'exit' && !stdout.includes(BEGUN))
        throw new Error(`nothing was tried: ${output.slice(-300)}`)
    const after: After = {
      canaries,
      first,
      second,
      seen,
      tree: place.tree,
      room: place.room,
      patch: place.patch,
      ...looked(),
    }
    // What is about to end is given the time to.
    for (let i = 0; i < 10 && survivors(canaries).length > 0; i++) await sleep(PATIENCE_MS / 10)
    return await one.reached(after)
  } finally {
    looked()
    killAll(survivors(canaries))
    await other?.close()
    await place.close()
    await canaries.revive()
    canaries.restore()
  }
}

async function tryAll(canaries: Canaries, cases: readonly Case[], open: Open): Promise<Result[]> {
  const results: Result[] = []
  for (const one of cases) {
    const begun = performance.now()
    const found = await tryOne(canaries, one, open).then(
      (reached) => ({ reached }),
      (error: unknown) => ({ reached: [], failed: error instanceof Error ? error.message : String(error) }),
    )
    const { number, name, kind } = one
    results.push({ number, name, kind, ...found, ms: Math.round(performance.now() - begun) })
  }
  return results
}

export const outside = (canaries: Canaries, cases: readonly Case[]): Promise<Result[]> =>
  tryAll(canaries, cases, async (one, name) => {
    const bare = openOutside(canaries, name)
    const run: Place['run'] = (command, limits = {}, collect = []) => bare.run({ command, limits, collect })
    if (one.install) await run(['/bin/sh', '-c', one.install(canaries)])
    return {
      tree: bare.directory,
      room: bare.directory,
      run,
      patch: async () => {},
      close: async () => bare.close(),
    }
  })

/** Quotas are a room's, not a run's. */
const roomsWithin = ({ containment, building }: Lab, limits: Limits = {}) => {
  if (!containment.ok || !containment.protections.quota) return roomsFor(containment, building)
  const { bytes, files } = containment.protections.quota
  const quota = { bytes: limits.diskBytes ?? bytes, files: limits.inodes ?? files }
  return roomsFor({ ...containment, protections: { ...containment.protections, quota } }, building)
}

/** The tree that the candidate writes to: in the mount namespace of the process that holds the room's overlay. */
function treeIn(room: string): string {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) === room) return `/proc/${pid}/root${room}/upper/tree`
    } catch {
      // Gone, or somebody else's.
    }
  return join(room, 'work')
}

export async function contained(canaries: Canaries, cases: readonly Case[], lab: Lab): Promise<Result[]> {
  const { sandboxes } = lab.directories
  const targets = new Map<string, { target: Target; tree: string }>()
  const targetOf = async (one: Pick<Case, 'name' | 'install' | 'gitlink'>) => {
    const key = one.install || one.gitlink ? one.name : 'plain'
    const known = targets.get(key)
    if (known) return known
    const files = {
      'a.txt': 'a\n',
      'mission.txt': canaries.secret('other mission'),
      ...(one.install ? { 'package.json': '{}' } : {}),
    }
    const target = lab.target(files, one.install ? { install: one.install(canaries) } : {})
    if (one.gitlink)
      shellIn(
        target.repository,
        lab.root,
      )('git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),sub" && git commit -q -m gitlink')
    const made = { target, tree: await lab.mirrors.head(target) }
    targets.set(key, made)
    return made
  }
  const roomsNow = () =>
    existsSync(sandboxes) ? readdirSync(sandboxes).filter((name) => name !== 'layers') : []
  const openRoom = async (
    one: Pick<Case, 'name' | 'install' | 'gitlink' | 'limits'>,
  ): Promise<{ room: Room; path: string; tree: string }> => {
    const { target, tree } = await targetOf(one)
    const before = new Set(roomsNow())
    const room = await (await roomsWithin(lab, one.limits)(target, 'people')).open(target, tree)
    const name = roomsNow().find((name) => !before.has(name))
    if (!name) throw new Error('the room has no directory')
    const path = join(sandboxes, name)
    return { room, path, tree: treeIn(path) }
  }
  const standing = await openRoom({ name: 'standing' })
  canaries.otherMission = [canaries.at('mission'), join(standing.path, 'work'), standing.tree]
  try {
    return await tryAll(canaries, cases, async (one) => {
      const { room, path, tree } = await openRoom(one)
      return {
        tree,
        room: path,
        run: (command, limits, collect) =>
          room.run({ command, ...(limits ? { limits } : {}), ...(collect ? { collect } : {}) }),
        patch: () => room.patch(),
        close: () => room.close(),
      }
    })
  } finally {
    await standing.room.close()
    canaries.otherMission = [canaries.at('mission')]
  }
}
