// The kernel itself: namespaces, settings, system calls that only an attack needs, keys, terminals.
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cgroupsOf } from '../canaries.ts'
import { type Case, leaked, said } from '../case.ts'
import { FOREIGN } from '../foreign-abi.ts'
import { perl, words } from '../scripts.ts'
import { readTerminal } from '../terminal.ts'

const terminals = (): number => readdirSync('/dev/pts').filter((name) => /^\d+$/.test(name)).length

export const KERNEL: readonly Case[] = [
  {
    number: 11,
    name: 'nested-userns',
    kind: 'hardening',
    tries: () =>
      perl(`
my $user = 0x10000000;
if (!fork) { reached('unshare') if sys('unshare', $user) == 0; POSIX::_exit(0) } wait;
my $pid = sys('clone', $user | 17, 0, 0, 0, 0); POSIX::_exit(0) if $pid == 0; if ($pid > 0) { reached('clone'); waitpid $pid, 0 }
my $how = pack 'Q8', $user, 0, 0, 0, 17, 0, 0, 0; $pid = sys('clone3', $how, 64); POSIX::_exit(0) if $pid == 0; if ($pid > 0) { reached('clone3'); waitpid $pid, 0 }`),
    reached: said,
  },
  {
    number: 12,
    name: 'proc-sys',
    kind: 'escape',
    // Settings are written with their present value; triggers are only opened.
    tries: () =>
      perl(`
for my $p (map { "/proc/sys/$_" } qw(kernel/core_pattern kernel/modprobe kernel/sysrq kernel/pid_max vm/overcommit_memory fs/file-max)) {
  open my $in, '<', $p or next; my $now = <$in>; if (sysopen my $out, $p, O_WRONLY) { reached("wrote $p") if syswrite $out, $now } }
for my $p (qw(/proc/sysrq-trigger /sys/kernel/uevent_helper /proc/sys/kernel/core_pattern)) { reached("opened $p") if sysopen my $out, $p, O_WRONLY }`),
    reached: said,
  },
  {
    number: 13,
    name: 'cgroup-escape',
    kind: 'escape',
    tries: ({ id }) =>
      perl(
        `for my $p (glob '/sys/fs/cgroup /sys/fs/cgroup/*') { mkdir "$p/grace-canary-${id}"; reached("may move processes in $p") if sysopen my $o, "$p/cgroup.procs", O_WRONLY }
         mkdir 'cg'; for my $type (qw(cgroup2 cgroup)) { my ($t, $m, $o) = ($type, 'cg', $type eq 'cgroup' ? 'memory' : ''); reached("mounted $type") if sys('mount', $t, $m, $t, 0, $o) == 0; system 'umount cg 2>/dev/null' }`,
      ),
    reached: (after) => [...said(after), ...cgroupsOf(after.canaries.id).map((path) => `made ${path}`)],
  },
  {
    number: 30,
    name: 'tiocsti',
    kind: 'escape',
    // First at whatever terminal there is, then at one of its own: that shows a filter that looks at the wrong bits.
    tries: ({ secret }) =>
      perl(
        `my @calls = (0x5412, 0x100005412, 0xff00005412);
         sub push_in { my ($to, $call, $text) = @_; my $done = 0; for my $c (split //, $text) { my $one = $c; $done++ if sys('ioctl', fileno $to, $call, $one) == 0 } $done }
         for my $p ('/dev/tty', map { "/proc/self/fd/$_" } 0 .. 9) { sysopen my $t, $p, O_RDWR | O_NOCTTY or next; next unless -t $t; push_in($t, $_, "${secret('typed')}\\n") for @calls; my $linux = "\\x02"; sys('ioctl', fileno $t, 0x541c, $linux) if $p eq '/dev/tty' }
         if (!fork) { POSIX::setsid(); sysopen my $m, '/dev/ptmx', O_RDWR | O_NOCTTY or exit; my $unlock = pack 'i', 0; sys('ioctl', fileno $m, 0x40045431, $unlock);
           my $n = pack 'i', 0; sys('ioctl', fileno $m, 0x80045430, address($n)); sysopen my $s, '/dev/pts/' . unpack('i', $n), O_RDWR or exit;
           for (@calls) { reached(sprintf 'its own terminal took ioctl %x', $_) if push_in($s, $_, 'x') } exit } wait;`,
      ),
    reached: (after) => [
      ...(readTerminal().includes(after.canaries.secret('typed')) ? ['typed into the host’s terminal'] : []),
      ...said(after),
    ],
  },
  {
    number: 36,
    name: 'vsock',
    kind: 'escape',
    // Made and bound, never connected.
    tries: () =>
      perl(
        `if (socket my $s, 40, SOCK_STREAM, 0) { reached('made'); my $any = pack 'SSLLx4', 40, 0, 0xffffffff, 0xffffffff; reached('bound') if bind $s, $any }`,
      ),
    reached: said,
  },
  {
    number: 37,
    name: 'raw-sockets',
    kind: 'hardening',
    tries: () =>
      perl(`
for (['AF_PACKET', 17, 3, 0x300], ['raw ICMP', 2, 3, 1], ['raw ICMPv6', 10, 3, 58], ['AF_ALG', 38, 5, 0], ['AF_NETLINK audit', 16, 3, 9], ['AF_NETLINK netfilter', 16, 3, 12], ['AF_KEY', 15, 3, 2], ['AF_TIPC', 30, 1, 0], ['AF_BLUETOOTH', 31, 3, 1]) {
  my ($name, @how) = @$_; reached($name) if socket my $s, $how[0], $how[1], $how[2] }`),
    reached: said,
  },
  {
    number: 38,
    name: 'clock',
    kind: 'escape',
    // ADJ_FREQUENCY with the frequency that it has.
    tries: () =>
      perl(
        String.raw`my $t = "\0" x 256; sys('adjtimex', address($t)); substr $t, 0, 4, pack 'L', 2; reached('set') if sys('adjtimex', address($t)) >= 0;`,
      ),
    reached: said,
  },
  {
    number: 39,
    name: 'kernel-surface',
    kind: 'hardening',
    // With arguments that do nothing; whatever is not "not permitted" or "no such call" was answered by the kernel.
    tries: () =>
      perl(String.raw`
my $zeros = "\0" x 256; my $type = 'user'; my $name = 'canary'; my $text = 'x'; my $root = '/'; my $tmpfs = 'tmpfs'; my $none = '';
my $perf = pack 'LLQ', 1, 112, 1; $perf .= "\0" x 96; substr $perf, 40, 8, pack 'Q', 0x60; # task clock, not of the kernel
for (['bpf', 0, pack('LLLL', 2, 4, 4, 1) . $zeros, 72], ['perf_event_open', $perf, 0, -1, -1, 0], ['userfaultfd', 1], ['io_uring_setup', 1, $zeros], ['keyctl', 0, -3, 0],
     ['add_key', $type, $name, $text, 1, -2], ['request_key', $type, $name, 0, -2], ['init_module', 0, 0, $none], ['kexec_load', 0, 99, 0, 0x7fff], ['open_by_handle_at', $cwd, pack('Li', 8, 1) . $zeros, 0],
     ['fanotify_init', 0x200, 0], ['fsopen', $tmpfs, 0], ['open_tree', $cwd, $root, 0], ['fspick', $cwd, $root, 0], ['mount_setattr', $cwd, $root, 0, $zeros, 32]) {
  my ($call, @with) = @$_; my $got = sys($call, @with); my $why = $! + 0; reached($got >= 0 ? $call : "$call ($!)") if $got >= 0 || ($why != 1 && $why != 38) }`),
    reached: said,
  },
  {
    number: 40,
    name: 'sysv-shm',
    kind: 'escape',
    tries: ({ sysvKey, posixShm }) =>
      perl(
        `my $id = shmget ${sysvKey}, 0, 0; if (defined $id) { shmread $id, my $text, 0, 128; print "$text\\n" } show('${posixShm}'); put('${posixShm}', 'changed');`,
      ),
    reached: (after) => leaked(after, 'SysV shared memory', 'POSIX shared memory'),
  },
  {
    number: 41,
    name: 'keyring',
    kind: 'escape',
    // The session keyring's canary is searched for (10) and read (11); one of its own goes into the user's keyring (-4).
    tries: ({ id }) =>
      perl(
        `my ($type, $name, $own, $text) = ('user', 'grace-canary', 'left-${id}', 'left'); my $key = sys('keyctl', 10, -3, $type, $name, 0);
         if ($key > 0) { my $secret = "\\0" x 64; sys('keyctl', 11, $key, address($secret), 64); print "$secret\\n" } sys('add_key', $type, $own, $text, 4, -4);`,
      ),
    next: ({ id }) =>
      perl(
        `my ($type, $name) = ('user', 'left-${id}'); my $key = sys('keyctl', 10, -4, $type, $name, 0); if ($key > 0) { reached('the key of the mission before'); sys('keyctl', 9, $key, -4) }`,
      ),
    reached: (after) => [...leaked(after, 'keyring'), ...said(after)],
  },
  {
    number: 57,
    name: 'foreign-abi',
    kind: 'escape',
    ...(process.arch === 'x64' ? {} : { neverFires: `there is one ABI only on ${process.arch}` }),
    tries: () =>
      perl(
        `my $n = 0; for my $hex (${words(process.arch === 'x64' ? FOREIGN : [])}) { my $file = './foreign' . $n++; open my $out, '>', $file; print $out pack 'H*', $hex; close $out; chmod 0755, $file; system $file }`,
      ),
    reached: said,
  },
  {
    number: 58,
    name: 'info-leak',
    kind: 'hardening',
    borne: {
      reached: ['host paths in self/mountinfo'],
      why: 'the kernel names the source of every bind mount, and no mount can cover a file of /proc/self: no secret is in a path name',
    },
    tries: () =>
      perl(String.raw`
for (qw(1/cmdline self/mountinfo self/mounts self/cgroup keys)) { print "== $_\n"; show("/proc/$_") }
open my $in, '<', '/proc/kallsyms'; my $some = 0; while (<$in>) { last if $. > 1000; $some++ if /^0*[1-9a-f]/ } reached('addresses in kallsyms') if $some;
my $none = "\0"; reached('kernel log') if sys('syslog', 3, address($none), 0) == 0;`),
    reached: (after) => [
      ...(after.first.stdout.includes('grace-canary') ? ['keys of the host'] : []),
      ...[...after.first.stdout.matchAll(/^== (\S+)\n([\s\S]*?)(?=^== |^REACHED|(?![\s\S]))/gm)]
        .filter(([, , text]) => text!.includes('grace-lab-') || text!.includes('grace-abuse-'))
        .map(([, name]) => `host paths in ${name}`),
      ...said(after),
    ],
  },
  {
    number: 59,
    name: 'pty-exhaust',
    kind: 'dos',
    // A hundred, not all: it is enough to see whether they are the machine's own.
    tries: () =>
      perl(
        `my @open; for (1 .. 100) { sysopen my $m, '/dev/ptmx', O_RDWR | O_NOCTTY or last; push @open, $m } print "MADE ", scalar @open, "\\n"; sleep 1;`,
      ),
    watch: async () => {
      const before = terminals()
      let most = before
      for (let i = 0; i < 20; i++) {
        most = Math.max(most, terminals())
        await sleep(50)
      }
      return most - before
    },
    reached: ({ seen }) => (seen >= 50 ? [`${seen} terminals of the host`] : []),
  },
  {
    number: 63,
    name: 'stdout-reopen',
    kind: 'hardening',
    neverFires: 'the battery reads what it starts through pipes, inside and outside',
    tries: () =>
      perl(
        `for (1, 2) { if (sysopen my $o, "/proc/self/fd/$_", O_WRONLY) { reached("$_ is a file") if -f $o; reached("$_ was rewound") if defined sysseek $o, 0, 0 } }`,
      ),
    reached: said,
  },
]
