// What sandboxes are given to run: the pinned Node and the trusted scripts, where the sandbox's user can reach them.
import {
  copyFile,
  cp,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Mount } from './bubblewrap.ts'

export interface Runtime {
  /** Directory with bin/node; mounted at /opt/node, for that is where npm is found in it. */
  readonly node: string
  /** Directory of hosts, passwd and group, as they are inside. */
  readonly etc: string
  /** Directory of adapters/sandbox/inside. */
  readonly harness: string
  /** Directory of adapters/playbooks/*.mjs. */
  readonly playbooks: string
}

/** One user, one machine: nothing of the host's. */
const ETC = {
  hosts: '127.0.0.1 localhost grace\n::1 localhost\n',
  passwd: 'grace:x:1000:1000::/home/grace:/bin/sh\n',
  group: 'grace:x:1000:\n',
}

export const runtimeMounts = ({ node, etc }: Pick<Runtime, 'node' | 'etc'>): Mount[] => [
  { from: node, to: '/opt/node' },
  ...Object.keys(ETC).map((name) => ({ from: join(etc, name), to: `/etc/${name}` })),
]

/** Users that the work is handed to where Grace runs as root: candidates, and the load generator beside them. */
export const SANDBOX_UID = 64_000
export const LOAD_UID = 64_001

async function place(source: string, target: string): Promise<void> {
  const [from, to] = [await stat(source), await stat(target).catch(() => undefined)]
  if (to && to.size === from.size && to.mtimeMs >= from.mtimeMs) return
  await rm(target, { force: true })
  await link(source, target).catch(() => copyFile(source, target))
}

export async function prepareRuntime(space: string): Promise<Runtime> {
  const runtime = {
    node: join(space, 'runtime/node'),
    etc: join(space, 'runtime/etc'),
    harness: join(space, 'runtime/harness'),
    playbooks: join(space, 'runtime/playbooks'),
  }
  await mkdir(join(runtime.node, 'bin'), { recursive: true, mode: 0o755 })
  await place(process.execPath, join(runtime.node, 'bin/node'))
  await mkdir(runtime.etc, { recursive: true, mode: 0o755 })
  for (const [name, text] of Object.entries(ETC))
    await writeFile(join(runtime.etc, name), text, { mode: 0o644 })
  await placeScripts(new URL('./inside/', import.meta.url).pathname, runtime.harness)
  await placeScripts(new URL('../playbooks/', import.meta.url).pathname, runtime.playbooks)
  return runtime
}

/** The npm that Grace ships with: the machine's own may be anywhere, and any. Thousands of files: only who installs needs it. */
export async function placeNpm({ node }: Pick<Runtime, 'node'>): Promise<void> {
  const from = new URL('../../node_modules/npm', import.meta.url).pathname
  const { version } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as { version: string }
  const to = join(node, `npm-${version}`)
  if (!(await stat(to).catch(() => undefined))) {
    const fresh = `${to}.${process.pid}`
    await cp(from, fresh, { recursive: true })
    await rename(fresh, to).catch(() => rm(fresh, { recursive: true, force: true }))
  }
  for (const name of ['npm', 'npx']) {
    // Replaced whole: somebody may be running it.
    const link = join(node, 'bin', name)
    await rm(`${link}.${process.pid}`, { force: true })
    await symlink(`../npm-${version}/bin/${name}-cli.js`, `${link}.${process.pid}`)
    await rename(`${link}.${process.pid}`, link)
  }
}

async function placeScripts(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 })
  for (const name of await readdir(from))
    if (name.endsWith('.mjs')) await place(join(from, name), join(to, name))
}
