// How candidates' scripts are written. Perl where they need raw system calls: perl-base is on every Debian, a compiler is not.
import type { Command } from '../../src/config/units.ts'

/** Numbers on x64 and arm64; one number where both are the same. */
const CALLS = {
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  clone: [56, 220],
  clone3: [435],
  fallocate: [285, 47],
  fanotify_init: [300, 262],
  fchmodat2: [452],
  fsopen: [430],
  fspick: [433],
  init_module: [175, 105],
  io_uring_setup: [425],
  ioctl: [16, 29],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  linkat: [265, 37],
  mknodat: [259, 33],
  mount: [165, 40],
  mount_setattr: [442],
  openat: [257, 56],
  openat2: [437],
  open_by_handle_at: [304, 265],
  open_tree: [428],
  perf_event_open: [298, 241],
  prlimit64: [302, 261],
  pidfd_getfd: [438],
  pidfd_open: [434],
  prctl: [157, 167],
  process_vm_readv: [310, 270],
  ptrace: [101, 117],
  request_key: [249, 218],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  syslog: [103, 116],
  unshare: [272, 97],
  userfaultfd: [323, 282],
}
const NUMBERS = Object.entries(CALLS)
  .map(([name, [x64, arm64 = x64]]) => `${name} => ${process.arch === 'arm64' ? arm64 : x64}`)
  .join(', ')

const PRELUDE = String.raw`
use strict; no warnings; use Socket; use Fcntl; use POSIX (); $| = 1;
my %call = (${NUMBERS});
my $cwd = -100; # AT_FDCWD
# Copies of the arguments, for syscall() refuses text that can't be written.
sub sys { my ($name, @rest) = @_; syscall($call{$name}, @rest) }
sub address { unpack 'Q', pack 'p', $_[0] }
sub reached { print "REACHED $_[0]\n" }
sub show { my ($path) = @_; open my $in, '<', $path or return; read $in, my $text, 65536; print "$text\n"; $text }
sub put { my ($path, $text) = @_; open my $out, '>>', $path or return 0; my $ok = syswrite $out, $text; close $out; $ok }
sub talk { my ($family, $address) = @_;
  socket my $s, $family, SOCK_STREAM, 0 or return;
  local $SIG{ALRM} = sub { die };
  eval { alarm 1; connect $s, $address or die; syswrite $s, "hello\n"; sysread $s, my $text, 4096; print "$text\n"; alarm 0 }; alarm 0 }
sub tcp { my ($host, $port) = @_;
  talk($host =~ /:/ ? (AF_INET6, pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, $host))) : (AF_INET, pack_sockaddr_in($port, inet_aton($host)))) }
`

/** Printed first by every script: one that could not even begin was not contained. */
export const BEGUN = 'BEGUN'

export const plainPerl = (body: string): Command => ['perl', '-e', `${PRELUDE}\n${body}`]
export const perl = (body: string): Command => plainPerl(`print "${BEGUN}\\n";\n${body}`)
export const shell = (body: string): Command => ['/bin/sh', '-c', `echo ${BEGUN}; ${body}`]

/** A list of texts as Perl has it. */
export const words = (list: readonly (string | number)[]): string =>
  `(${list.map((one) => `'${String(one).replaceAll(/[\\']/g, '\\$&')}'`).join(', ')})`
