// Where a battery runs: namespaces of its own, so that the addresses, processes, mounts and keys it reaches for are canaries.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reachable } from '../../adapters/state/directories.ts'
import type { Result } from './battery.ts'
import { plainPerl } from './scripts.ts'

export type User = 'root' | 'user'
export interface Report {
  readonly contained: readonly Result[]
  readonly control: readonly Result[]
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Owns nothing on any machine. */
const NOBODYS_UID = 12_345
const LONGEST_MS = 400_000
const REPOSITORY = new URL('../..', import.meta.url).pathname

/** Root tries both; anybody else only what they are. */
export const USERS: readonly User[] = process.getuid?.() === 0 ? ['root', 'user'] : ['user']

/** Why no battery can be run here. */
export function missing(): string | undefined {
  if (process.platform !== 'linux') return `there is no containment on ${process.platform}`
  const tools = {
    bwrap: 'bubblewrap',
    unshare: 'util-linux',
    setpriv: 'util-linux',
    ip: 'iproute2',
    perl: 'perl-base',
    git: 'git',
  }
  for (const [tool, from] of Object.entries(tools))
    if (spawnSync('/bin/sh', ['-c', `command -v ${tool}`], { env: { PATH } }).status !== 0)
      return `${tool} is not installed: sudo apt-get install ${from}`
  const own = spawnSync('unshare', [...namespaces(), 'true'], { env: { PATH }, encoding: 'utf8' })
  return own.status === 0 ? undefined : `no namespaces can be made: ${own.stderr.trim()}`
}

const namespaces = (): string[] => [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps']),
  ...['--net', '--mount', '--ipc', '--uts', '--pid', '--fork', '--kill-child'],
]

/**
 * The network has only what canaries listen on. Process ids begin high: inside a sandbox no number must mean both a
 * victim and one of the candidate's own.
 */
const PREPARE = `set -e; mount -t proc proc /proc; ip link set lo up
for a in 10.77.0.5 169.254.169.254; do ip addr add $a/32 dev lo; done
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start; echo 5000 > /proc/sys/kernel/ns_last_pid
[ -z "$CODE" ] || { mkdir "$CODE/repository"; : > "$CODE/node"; mount --bind "$REPOSITORY" "$CODE/repository"; mount --bind "$NODE" "$CODE/node"; }
exec "$@"`

/**
 * First process of the namespaces. It has a new session keyring with a key in it, and leaves open what a careless
 * parent might: a descriptor above 2. What it starts has a terminal to type into.
 */
const INIT = `
my ($type, $name, $secret) = ('user', 'grace-canary', $ENV{GRACE_ABUSE_KEYRING});
sys('keyctl', 1, 0); sys('add_key', $type, $name, $secret, length $secret, -3);
sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or die "ptmx: $!";
my $n = pack 'i', 0; sys('ioctl', fileno $master, 0x40045431, $n); sys('ioctl', fileno $master, 0x80045430, address($n));
my $slave = '/dev/pts/' . unpack 'i', $n; sysopen my $kept, $slave, O_RDWR | O_NOCTTY or die "$slave: $!";
my $pid = fork; if (!$pid) { POSIX::setsid(); sysopen my $terminal, $slave, O_RDWR or die; opendir my $root, '/'; sysopen my $open, '/', O_RDONLY; POSIX::dup2(fileno $open, 77); exec @ARGV or die "$ARGV[0]: $!" }
while ((my $ended = wait) > 0) { exit $? >> 8 if $ended == $pid }`

async function runBattery(user: User, numbers: readonly number[]): Promise<Report> {
  const asNobody = user === 'user' && process.getuid?.() === 0
  // A checkout in somebody's home is shown at a place where others can go.
  const hidden = asNobody && !((await reachable(REPOSITORY)) && (await reachable(process.execPath)))
  const code = hidden ? mkdtempSync(join(tmpdir(), 'grace-abuse-code-')) : ''
  if (hidden) spawnSync('chmod', ['755', code])
  const [node, repository] = hidden
    ? [join(code, 'node'), join(code, 'repository')]
    : [process.execPath, REPOSITORY]
  const drop = asNobody
    ? ['--reuid', String(NOBODYS_UID), '--regid', String(NOBODYS_UID), '--clear-groups']
    : user === 'user'
      ? ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all']
      : []
  const child = spawn(
    'unshare',
    [
      ...namespaces(),
      ...['/bin/sh', '-c', PREPARE, 'sh', ...plainPerl(INIT)],
      ...(drop.length > 0 ? ['setpriv', ...drop] : []),
      ...[node, join(repository, 'test/abuse/inside.ts'), `--only=${numbers.join(',')}`],
    ],
    {
      cwd: '/',
      env: {
        PATH,
        CODE: code,
        REPOSITORY,
        NODE: process.execPath,
        GRACE_ABUSE_KEYRING: randomBytes(12).toString('hex'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString('utf8')
  })
  child.stderr.on('data', (part: Buffer) => {
    stderr = `${stderr}${part.toString('utf8')}`.slice(-4_000)
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS)
  try {
    await new Promise((resolve) => child.once('close', resolve))
    const report = JSON.parse(stdout || '{}') as Partial<Report> & { why?: string }
    if (report.contained && report.control) return report as Report
    throw new Error(`the battery as ${user} did not run: ${report.why ?? stderr}`)
  } finally {
    clearTimeout(timer)
    if (code) rmSync(code, { recursive: true, force: true })
  }
}

/** All users at once: much of it is waiting. */
export async function runBatteries(numbers: readonly number[]): Promise<ReadonlyMap<User, Report>> {
  const reports = await Promise.all(
    USERS.map(async (user) => [user, await runBattery(user, numbers)] as const),
  )
  return new Map(reports)
}
