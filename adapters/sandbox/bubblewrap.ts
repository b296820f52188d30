// The bubblewrap flags of SANDBOX.md 5.2.
import { SANDBOX_UID } from './runtime.ts'

export interface Mount {
  readonly from: string
  readonly to: string
  readonly writable?: boolean
  /** Left out where the host has no such file. */
  readonly optional?: boolean
}

export interface Box {
  readonly mounts: readonly Mount[]
  readonly environment: Readonly<Record<string, string>>
  /** `none`: a network of its own with only loopback. `host`: the live demo, which has to be reached. */
  readonly network: 'none' | 'host'
  readonly cwd: string
  /** Directories below a mount that are written to all the same: small, and empty in every run. */
  readonly scratch?: readonly string[]
  /** Words before bubblewrap that take it to where its mounts are, as the sandbox's user. */
  readonly enter?: readonly string[]
}

const ETC = [
  'ld.so.cache',
  'ssl/certs',
  'alternatives',
  'nsswitch.conf',
  'localtime',
  'protocols',
  'services',
]
/** What of this machine every sandbox can read. */
export const SHOWN = ['/usr', ...ETC.map((name) => `/etc/${name}`)]
const FILE_BYTES = 2 * 1024 ** 3
const OPEN_FILES = 4_096

/** Where no control group grants cores. The filter refuses to choose others. */
export const onCores = (cpus: number): string[] => [
  'taskset',
  '--cpu-list',
  `0-${Math.max(1, Math.ceil(cpus)) - 1}`,
]

/** As root the user is dropped first: uid 0 outside is root inside. */
export const asSandboxUser = (root: boolean): string[] =>
  root
    ? [
        'setpriv',
        `--reuid=${SANDBOX_UID}`,
        `--regid=${SANDBOX_UID}`,
        '--clear-groups',
        '--inh-caps=-all',
        '--bounding-set=-all',
        '--no-new-privs',
        '--',
      ]
    : []

/** Limits that hold before bubblewrap begins. */
export const LIMITED = [
  'prlimit',
  '--core=0',
  `--nofile=${OPEN_FILES}`,
  `--fsize=${FILE_BYTES}`,
  '--msgqueue=0',
  '--',
]

const SCRATCH_BYTES = 64 * 1024 ** 2
export const TEMPORARY_BYTES = 512 * 1024 ** 2

export interface BoxOptions {
  readonly statusFd: number
  readonly seccompFd: number | undefined
  /** Where it waits for a word before the command begins. */
  readonly gateFd?: number | undefined
  /** Size of /tmp. */
  readonly temporaryBytes: number
}

/** Arguments for `bwrap --args FD`: order matters, the last remount closes the root. */
export function bwrapArguments(
  box: Box,
  { statusFd, seccompFd, gateFd, temporaryBytes }: BoxOptions,
): string[] {
  const environment = Object.entries(box.environment).flatMap(([name, value]) => ['--setenv', name, value])
  return [
    ...['--unshare-user', '--uid', '1000', '--gid', '1000', '--unshare-ipc', '--unshare-pid'],
    ...(box.network === 'none' ? ['--unshare-net'] : []),
    ...['--unshare-uts', '--unshare-cgroup-try', '--disable-userns', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--hostname', 'grace', '--clearenv'],
    ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
    ...['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--dir', '/etc'],
    ...ETC.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...[
      '--proc',
      '/proc',
      '--remount-ro',
      '/proc',
      '--dev',
      '/dev',
      '--size',
      '67108864',
      '--tmpfs',
      '/dev/shm',
      '--remount-ro',
      '/dev',
    ],
    ...[
      '--size',
      String(temporaryBytes),
      '--perms',
      '1777',
      '--tmpfs',
      '/tmp',
      '--size',
      '67108864',
      '--tmpfs',
      '/home',
      '--dir',
      '/home/grace',
    ],
    ...box.mounts.flatMap(({ from, to, writable, optional }) => [
      `--${writable ? '' : 'ro-'}bind${optional ? '-try' : ''}`,
      from,
      to,
    ]),
    ...(box.scratch ?? []).flatMap((path) => ['--size', String(SCRATCH_BYTES), '--tmpfs', path]),
    ...['--chdir', box.cwd, '--remount-ro', '/', ...environment],
    ...(seccompFd === undefined ? [] : ['--seccomp', String(seccompFd)]),
    ...(gateFd === undefined ? [] : ['--block-fd', String(gateFd)]),
    ...['--json-status-fd', String(statusFd)],
  ]
}

/** The environment of everything inside: this list and what the target adds, nothing of Grace's own. */
export const baseEnvironment = (own: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  HOME: '/home/grace',
  PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CI: 'true',
  ...own,
})
