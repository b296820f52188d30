// Which system calls a sandbox is refused, and how (SANDBOX.md 5.2). What is not named is allowed: a filter that lists
// what is allowed breaks with every new runtime, and the namespaces are the wall; this closes what they leave open.

/** errno on Linux, x64 and arm64 alike. */
export const EPERM = 1
export const ENOSYS = 38
export const EAFNOSUPPORT = 97

/** One argument of the call, its low 32 bits: what the kernel itself takes of an int, a mode or a flag word. */
export type Condition =
  | { readonly argument: number; readonly anyOf: number }
  | { readonly argument: number; readonly mask: number; readonly is: number }
  | { readonly argument: number; readonly isNot: readonly number[] }

/** Numbers on x64 and arm64 (asm/unistd_64.h, asm-generic/unistd.h); null where the machine has no such call. */
export type Numbers = readonly [x64: number | null, arm64: number | null]

export interface Rule {
  readonly call: string
  readonly numbers: Numbers
  readonly errno: number
  /** All of them must hold; none = always. */
  readonly when?: readonly Condition[]
}

const refuse = (errno: number, calls: Readonly<Record<string, Numbers>>): Rule[] =>
  Object.entries(calls).map(([call, numbers]) => ({ call, numbers, errno }))
const same = (number: number): Numbers => [number, number]

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACE = 0x7e020000
/** O_CREAT and __O_TMPFILE: only then does open() look at its mode. */
const CREATES = 0x40 | 0x400000
const SETUID_SETGID = 0o6000
const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16 }
const SOCK_RAW = 3
const SOCK_PACKET = 10
const TYPE_MASK = 0xf
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

/** Other processes' memory, other kernels' doors: no program that is tested needs them. */
const NEVER = refuse(EPERM, {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: same(438),
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  mount: [165, 40],
  umount2: [166, 39],
  mount_setattr: same(442),
  open_tree: same(428),
  open_tree_attr: same(467),
  move_mount: same(429),
  fsopen: same(430),
  fsconfig: same(431),
  fsmount: same(432),
  fspick: same(433),
  chroot: [161, 51],
  pivot_root: [155, 41],
  open_by_handle_at: [304, 265],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  syslog: [103, 116],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: same(443),
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  fanotify_init: [300, 262],
  unshare: [272, 97],
  setns: [308, 268],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  sched_setattr: [314, 274],
})

/** Their arguments stand in memory, where a filter can't look; libraries fall back to the older call on ENOSYS. */
const UNSEEN = refuse(ENOSYS, {
  clone3: same(435),
  openat2: same(437),
  io_uring_setup: same(425),
  io_uring_enter: same(426),
  io_uring_register: same(427),
  memfd_secret: same(447),
})

const withSpecialBits = (argument: number): Condition => ({ argument, anyOf: SETUID_SETGID })
const SOCKET: Numbers = [41, 198]

const BY_ARGUMENT: readonly Rule[] = [
  { call: 'clone', numbers: [56, 220], errno: EPERM, when: [{ argument: 0, anyOf: NEW_NAMESPACE }] },
  // Vsock, packet, AF_ALG and whatever comes: no network namespace covers them all.
  {
    call: 'socket',
    numbers: SOCKET,
    errno: EAFNOSUPPORT,
    when: [{ argument: 0, isNot: [AF.unix, AF.inet, AF.inet6, AF.netlink] }],
  },
  {
    call: 'socket',
    numbers: SOCKET,
    errno: EPERM,
    when: [
      { argument: 0, mask: 0xffffffff, is: AF.netlink },
      { argument: 2, isNot: [0] },
    ],
  },
  ...[AF.inet, AF.inet6].flatMap((family) =>
    [SOCK_RAW, SOCK_PACKET].map(
      (type): Rule => ({
        call: 'socket',
        numbers: SOCKET,
        errno: EPERM,
        when: [
          { argument: 0, mask: 0xffffffff, is: family },
          { argument: 1, mask: TYPE_MASK, is: type },
        ],
      }),
    ),
  ),
  // Typing into the terminal of whoever looks (CVE-2017-5226); the kernel looks at 32 bits only (CVE-2019-10063).
  ...[TIOCSTI, TIOCLINUX].map(
    (request): Rule => ({
      call: 'ioctl',
      numbers: [16, 29],
      errno: EPERM,
      when: [{ argument: 1, mask: 0xffffffff, is: request }],
    }),
  ),
  // No file with a setuid or setgid bit, by whichever call.
  { call: 'chmod', numbers: [90, null], errno: EPERM, when: [withSpecialBits(1)] },
  { call: 'fchmod', numbers: [91, 52], errno: EPERM, when: [withSpecialBits(1)] },
  { call: 'fchmodat', numbers: [268, 53], errno: EPERM, when: [withSpecialBits(2)] },
  { call: 'fchmodat2', numbers: same(452), errno: EPERM, when: [withSpecialBits(2)] },
  { call: 'creat', numbers: [85, null], errno: EPERM, when: [withSpecialBits(1)] },
  { call: 'mknod', numbers: [133, null], errno: EPERM, when: [withSpecialBits(1)] },
  { call: 'mknodat', numbers: [259, 33], errno: EPERM, when: [withSpecialBits(2)] },
  {
    call: 'open',
    numbers: [2, null],
    errno: EPERM,
    when: [{ argument: 1, anyOf: CREATES }, withSpecialBits(2)],
  },
  {
    call: 'openat',
    numbers: [257, 56],
    errno: EPERM,
    when: [{ argument: 2, anyOf: CREATES }, withSpecialBits(3)],
  },
]

export const RULES: readonly Rule[] = [...NEVER, ...UNSEEN, ...BY_ARGUMENT]
