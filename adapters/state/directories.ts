// Where Grace keeps things on this machine.
import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Directories {
  /** Keys and secrets: mode 0700 inside. Never mounted into any sandbox. */
  readonly state: string
  /** What other users on this machine (postgres, the sandbox's) have to reach. */
  readonly space: string
  readonly keys: string
  readonly postgres: string
  readonly mirrors: string
  readonly sandboxes: string
  readonly demo: string
}

/** Whether a user who is nobody here can walk down to this path. */
async function reachable(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode } = await stat(at)
    if ((mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/**
 * Creates what is missing. Root hands work to other users, who can't enter /root: then `space` is
 * /var/lib/grace/<instance>, bound to this state directory by a random name kept in it.
 */
export async function openDirectories(state: string): Promise<Directories> {
  await mkdir(state, { recursive: true, mode: 0o711 })
  await chmod(state, 0o711)
  const instanceFile = join(state, 'instance')
  const instance = await readOrMake(instanceFile, () => randomBytes(6).toString('hex'))
  const root = process.getuid?.() === 0
  const space =
    !root || (await reachable(state)) ? join(state, 'space') : join('/var/lib/grace', instance.trim())
  const directories: Directories = {
    state,
    space,
    keys: join(state, 'keys'),
    postgres: join(space, 'postgres'),
    mirrors: join(state, 'mirrors'),
    sandboxes: join(space, 'sandboxes'),
    demo: join(space, 'demo'),
  }
  await mkdir(space, { recursive: true, mode: 0o711 })
  for (const path of [directories.postgres, directories.sandboxes, directories.demo])
    await mkdir(path, { recursive: true, mode: 0o711 })
  for (const path of [directories.keys, directories.mirrors])
    await mkdir(path, { recursive: true, mode: 0o700 })
  return directories
}

/** Takes a state directory away, with what lies elsewhere because other users reach it there. */
export async function removeDirectories(state: string): Promise<void> {
  const instance = await readFile(join(state, 'instance'), 'utf8').catch(() => undefined)
  if (instance && /^[0-9a-f]+$/.test(instance.trim()))
    await rm(join('/var/lib/grace', instance.trim()), { recursive: true, force: true })
  await rm(state, { recursive: true, force: true })
}

/** $XDG_STATE_HOME/grace, else ~/.local/state/grace (XDG base directory specification). */
export const defaultState = (env: {
  XDG_STATE_HOME?: string | undefined
  HOME?: string | undefined
}): string => join(env.XDG_STATE_HOME || join(env.HOME || '/', '.local', 'state'), 'grace')

export { reachable }

/** Reads a JSON file of secrets, or makes it (mode 0600, never overwritten). */
export const secretsFile = async <T>(path: string, make: () => T): Promise<T> =>
  JSON.parse(await readOrMake(path, () => `${JSON.stringify(make(), null, 2)}\n`)) as T

/**
 * The text of a file that is there whole or not at all. Of several processes that find it missing at the same time one
 * makes it, and all of them read the same.
 */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  const there = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (there !== undefined) return there
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(fresh, make(), { mode: 0o600, flag: 'wx' })
  try {
    await link(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(fresh, { force: true })
  }
  return readFile(path, 'utf8')
}
