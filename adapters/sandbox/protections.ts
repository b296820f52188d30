// What this machine has beside bubblewrap to hold a sandbox, found once at start; what it lacks, every evidence says.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Cgroups, findCgroups, openGroup, sweepGroups } from './cgroup.ts'
import { openOverlay, type Quota } from './overlay.ts'
import { seccompFilter } from './seccomp/filter.ts'

const run = promisify(execFile)

export interface Protections {
  /** A filter for `bwrap --seccomp`; undefined where this architecture's system calls are not known. */
  readonly seccomp?: Buffer | undefined
  readonly cgroups?: Cgroups | undefined
  /** Of every tree, where overlays can be mounted. */
  readonly quota?: Quota | undefined
}

export const DEFAULT_QUOTA: Quota = { bytes: 1024 ** 3, files: 200_000 }

export async function findProtections(sandboxes: string): Promise<Protections> {
  const found = process.platform === 'linux' ? findCgroups() : undefined
  const cgroups = found && (await canGroup(found)) ? found : undefined
  return {
    seccomp: seccompFilter(),
    cgroups,
    quota: (await canOverlay(sandboxes)) ? DEFAULT_QUOTA : undefined,
  }
}

async function canGroup(cgroups: Cgroups): Promise<boolean> {
  try {
    const group = openGroup(cgroups, { memoryBytes: 16 * 1_048_576, processes: 8 })
    const [file, ...words] = group.join
    await run(file!, [...words, 'true']).finally(() => group.end())
    await sweepGroups(cgroups)
    return true
  } catch {
    return false
  }
}

async function canOverlay(sandboxes: string): Promise<boolean> {
  const base = join(sandboxes, randomUUID())
  await mkdir(join(base, 'work'), { recursive: true, mode: 0o755 })
  try {
    await (await openOverlay(base, { bytes: 1_048_576, files: 64 })).close()
    return true
  } catch {
    return false
  } finally {
    await rm(base, { recursive: true, force: true })
  }
}

/** As sentences for the evidence. */
export const missingOf = ({ seccomp, cgroups, quota }: Protections): string[] => [
  ...(seccomp ? [] : ['no system call filter (seccomp): it is not known for this architecture']),
  ...(cgroups
    ? []
    : [
        'no control groups: memory is polled, processes are counted per user namespace, cores are chosen, not shared',
      ]),
  ...(quota
    ? []
    : ['no quota on the tree (overlay mounts are refused): only the size of one file is limited']),
]
