// What a candidate must not reach, made for the purpose: secrets, listeners, victims, shared memory, repositories.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SANDBOX_UID } from '../../adapters/sandbox/runtime.ts'
import { shellIn } from '../support/shell.ts'
import { plainPerl } from './scripts.ts'

export interface Victim {
  readonly pid: number
  /** Where its secret lies in its memory. */
  readonly address: bigint
  readonly child: ChildProcess
}

export interface Canaries {
  /** In every name that a canary or a candidate leaves on this machine. */
  readonly id: string
  /** World-writable places are in it, so that nothing but the sandbox protects them. */
  readonly directory: string
  readonly at: (...path: string[]) => string
  /** The random text of a secret. */
  readonly secret: (name: string) => string
  /** Files with secrets in them, the world-readable one in /tmp among them. */
  readonly secretFiles: readonly string[]
  readonly sockets: readonly string[]
  /** Who was reached over the network since the last `forget`. */
  readonly hits: Set<string>
  readonly victims: Victim[]
  readonly sysvKey: number
  readonly posixShm: string
  /** Trees of another mission: a room that stands open. */
  otherMission: readonly string[]
  /** New victims for those that are gone. */
  revive(): Promise<void>
  /** Canary files as they were. */
  restore(): void
  close(): Promise<void>
}

/** Where scripts may leave something outside of their tree. */
const LEFT_IN = ['/tmp', '/var/tmp', '/dev/shm']

const VICTIM = String.raw`
chomp(our $secret = <STDIN>);
sys('prctl', 0x59616d61, -1); # Yama: whoever wants to may trace it
if ($ARGV[1]) { my $id = shmget $ARGV[1], 128, 01666; shmwrite $id, $ARGV[2], 0, 128 }
print address($secret), "\n"; sleep 1 while 1;`

/** `keyringSecret` is in the session's keyring already: this process was started with it. */
export async function plantCanaries(keyringSecret: string): Promise<Canaries> {
  const id = randomBytes(4).toString('hex')
  const directory = mkdtempSync('/tmp/grace-abuse-')
  chmodSync(directory, 0o777)
  const at = (...path: string[]) => join(directory, ...path)
  const secrets = new Map<string, string>([['keyring', keyringSecret]])
  const secret = (name: string): string => {
    const text = secrets.get(name) ?? randomBytes(12).toString('hex')
    secrets.set(name, text)
    return text
  }
  for (const name of [
    'outside',
    'home',
    'home/.ssh',
    'home/.aws',
    'mission',
    'cache',
    'harness',
    'control',
    'pwned',
    'repository',
  ]) {
    mkdirSync(at(name))
    chmodSync(at(name), 0o777)
  }
  const files: Record<string, [string, number]> = {
    'home/.ssh/id_ed25519': [secret('ssh key'), 0o600],
    'home/.npmrc': [secret('npm token'), 0o600],
    'home/.aws/credentials': [secret('cloud credentials'), 0o600],
    'home/owners-only': [secret('owner’s file'), 0o600],
    'outside/untouched': ['untouched', 0o666],
    'outside/linked': [secret('linked file'), 0o666],
    'mission/mission.txt': [secret('other mission'), 0o666],
    'cache/index.js': ['clean', 0o666],
    'harness/shim.mjs': ['trusted', 0o666],
  }
  const posixShm = `/dev/shm/grace-abuse-${id}`
  const restore = (): void => {
    for (const place of ['outside', 'home', 'pwned'])
      for (const name of readdirSync(at(place)))
        if (!Object.keys(files).some((path) => `${path}/`.startsWith(`${place}/${name}/`)))
          rmSync(at(place, name), { recursive: true, force: true })
    for (const [path, [text, mode]] of Object.entries(files)) {
      writeFileSync(at(path), text)
      chmodSync(at(path), mode)
    }
    writeFileSync(posixShm, secret('POSIX shared memory'))
    chmodSync(posixShm, 0o666)
    for (const place of LEFT_IN)
      for (const name of readdirSync(place).filter(
        (name) => /^(left|memory|filled)-/.test(name) && name.includes(id),
      ))
        rmSync(join(place, name), { recursive: true, force: true })
    for (const path of cgroupsOf(id)) rmdirSync(path)
  }
  restore()
  const worldReadable = `/tmp/grace-abuse-${id}.txt`
  writeFileSync(worldReadable, secret('world-readable file'), { mode: 0o644 })
  shellIn(
    at('repository'),
    directory,
  )(
    'git init -q -b main main && cd main && echo a > a && git add a && git commit -q -m first && git worktree add -q ../linked',
  )

  const hits = new Set<string>()
  const closing: (() => unknown)[] = []
  const listen = async (
    name: string,
    where: { host: string; port: number } | { path: string },
  ): Promise<void> => {
    const server: Server = createServer((socket) => {
      hits.add(name)
      socket.on('error', () => {})
      socket.end(`${secret(name)}\n`)
    })
    server.on('error', (error) => process.stderr.write(`canary ${name}: ${error.message}\n`))
    server.listen(where)
    await Promise.race([once(server, 'listening'), once(server, 'close')])
    closing.push(() => server.close())
  }
  await listen('loopback redis', { host: '127.0.0.1', port: 6379 })
  await listen('loopback postgres', { host: '127.0.0.1', port: 5432 })
  await listen('loopback of IPv6', { host: '::1', port: 6379 })
  await listen('local network', { host: '10.77.0.5', port: 8080 })
  await listen('cloud metadata', { host: '169.254.169.254', port: 80 })
  await listen('direct egress', { host: '10.77.0.5', port: 443 })
  await listen('abstract socket', { path: `\0grace-abuse-${id}` })
  const sockets = [
    `/tmp/grace-abuse-${id}.sock`,
    at('engine.sock'),
    ...(process.getuid?.() === 0 ? [`/run/grace-abuse-${id}.sock`] : []),
  ]
  for (const path of sockets) {
    await listen(`socket ${path}`, { path })
    chmodSync(path, 0o777)
  }
  for (const address of ['127.0.0.1', '10.77.0.5']) {
    const resolver = createSocket('udp4').on('message', () => hits.add(`resolver ${address}`))
    resolver.bind(53, address)
    await once(resolver, 'listening')
    closing.push(() => resolver.close())
  }

  const sysvKey = 1 + Number.parseInt(id.slice(0, 7), 16)

  const victims: Victim[] = []
  const startVictim = async (uid: number, withShm: boolean): Promise<Victim> => {
    const [file, ...args] = plainPerl(VICTIM)
    const child = spawn(
      file!,
      [
        ...args,
        `canary-victim-${secret('command line')}`,
        ...(withShm ? [String(sysvKey), secret('SysV shared memory')] : []),
      ],
      {
        cwd: directory,
        env: { PATH: process.env.PATH, GRACE_VICTIM: secret('environment') },
        stdio: ['pipe', 'pipe', 'ignore'],
        ...(uid === process.getuid?.() ? {} : { uid, gid: uid }),
      },
    )
    child.stdin!.write(`${secret('memory')}\n`)
    const [address] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
    return { pid: child.pid!, address: BigInt(address), child }
  }
  const own = process.getuid!()
  const uids = own === 0 ? [own, SANDBOX_UID] : [own]
  for (const [i, uid] of uids.entries()) victims.push(await startVictim(uid, i === 0))

  return {
    id,
    directory,
    at,
    secret,
    secretFiles: [
      ...Object.keys(files)
        .filter((path) => path.startsWith('home/'))
        .map((path) => at(path)),
      worldReadable,
    ],
    sockets,
    hits,
    victims,
    sysvKey,
    posixShm,
    otherMission: [at('mission')],
    restore,
    async revive() {
      for (const [i, uid] of uids.entries())
        if (!isAlive(victims[i]!.pid)) victims[i] = await startVictim(uid, i === 0)
    },
    async close() {
      restore()
      for (const close of closing) close()
      for (const { child } of victims) child.kill('SIGKILL')
      for (const path of [directory, worldReadable, posixShm, ...sockets])
        rmSync(path, { recursive: true, force: true })
    },
  }
}

const CGROUPS = '/sys/fs/cgroup'

/** Control groups that a candidate has made. */
export const cgroupsOf = (id: string): string[] =>
  (existsSync(CGROUPS) ? ['', ...readdirSync(CGROUPS)] : [])
    .map((place) => join(CGROUPS, place, `grace-canary-${id}`))
    .filter((path) => existsSync(path))

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** A process that has ended and is not yet waited for is not alive. */
export const isAlive = (pid: number): boolean => /^State:\s+[^ZX]/m.test(textOf(`/proc/${pid}/status`))

/** Whether it runs the script with this mark, and not what starts one, nor another battery's. */
export const isScript = (pid: number, mark: string): boolean =>
  textOf(`/proc/${pid}/comm`).trim() === 'perl' && textOf(`/proc/${pid}/cmdline`).includes(mark)

/** Living processes whose command line or environment has this text. */
export const processesWith = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter(
      (pid) =>
        `${textOf(`/proc/${pid}/cmdline`)}${textOf(`/proc/${pid}/environ`)}`.includes(text) && isAlive(pid),
    )

/** Some of them may be gone by themselves. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}
