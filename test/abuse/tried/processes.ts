// Processes of the host: seen, signalled, traced, outlived; and what a process may do by right.

import { isAlive, processesWith } from '../canaries.ts'
import { type Case, leaked, said } from '../case.ts'
import { perl, words } from '../scripts.ts'

/** A process tree that does not listen, told apart by its arguments. */
const STUBBORN = `trap "" TERM HUP INT; while :; do sleep 0.2; done`

export const PROCESSES: readonly Case[] = [
  {
    number: 3,
    name: 'env-secrets',
    kind: 'escape',
    tries: () => perl(`show($_) for glob '/proc/[0-9]*/environ'; print join "\\n", %ENV;`),
    reached: (after) => leaked(after, 'environment', 'own environment'),
  },
  {
    number: 15,
    name: 'suid-nnp',
    kind: 'hardening',
    tries: () =>
      perl(String.raw`
my $status = show('/proc/self/status'); my $free = $status =~ /NoNewPrivs:\s+0/;
open my $mounts, '<', '/proc/self/mounts'; my @nosuid = map { (split)[1] } grep { /\bnosuid\b/ } <$mounts>;
for my $f (glob '/usr/bin/*') { next unless -f $f && -u _; my $covered = grep { $f =~ m{^\Q$_\E/} } @nosuid; reached("no_new_privs is off and $f is setuid") if $free && !$covered }`),
    reached: (after) => said(after).slice(0, 1),
  },
  {
    number: 16,
    name: 'caps',
    kind: 'escape',
    tries: () =>
      perl(
        String.raw`my $status = show('/proc/self/status'); while ($status =~ /^(Cap(?:Eff|Prm|Inh|Amb)):\s+(\w+)/mg) { my ($set, $bits) = ($1, $2); reached("$set $bits") if $bits =~ /[1-9a-f]/ }`,
      ),
    reached: said,
  },
  {
    number: 17,
    name: 'see-host-procs',
    kind: 'hardening',
    tries: () => perl(`show($_) for glob '/proc/[0-9]*/cmdline';`),
    reached: (after) => leaked(after, 'command line'),
  },
  {
    number: 18,
    name: 'kill-host',
    kind: 'escape',
    tries: ({ victims }) => perl(`kill 'KILL', ${words(victims.map(({ pid }) => pid))};`),
    reached: ({ canaries: { victims } }) =>
      victims.filter(({ pid }) => !isAlive(pid)).map(({ pid }) => `killed ${pid}`),
  },
  {
    number: 19,
    name: 'ptrace-host',
    kind: 'escape',
    tries: ({ victims }) =>
      perl(
        `for my $v (${victims.map(({ pid, address }) => `[${pid}, ${address}]`).join(', ')}) { my ($pid, $at) = @$v;
         my $buffer = "\\0" x 24; my $to = pack 'QQ', address($buffer), 24; my $from = pack 'QQ', $at, 24;
         sys('process_vm_readv', $pid, $to, 1, $from, 1, 0); print "$buffer\\n";
         if (open my $mem, '<', "/proc/$pid/mem") { sysseek $mem, $at, 0; sysread $mem, my $text, 24; print "$text\\n" }
         if (sys('ptrace', 0x4206, $pid, 0, 0) == 0) { reached("traced $pid"); sys('ptrace', 17, $pid, 0, 0) } }`,
      ),
    reached: (after) => [
      ...leaked(after, 'memory'),
      // Inside the same number may be one of the candidate's own.
      ...said(after).filter(() => leaked(after, 'memory').length > 0),
    ],
  },
  {
    number: 20,
    name: 'daemon-outlives',
    kind: 'escape',
    tries: ({ id }) =>
      perl(
        `exit if fork; POSIX::setsid(); exit if fork; chdir '/'; open STDIN, '<', '/dev/null'; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; POSIX::close($_) for 3 .. 20;
         exec 'sh', '-c', '${STUBBORN}', 'canary-daemon-${id}';`,
      ),
    reached: ({ canaries: { id } }) =>
      processesWith(`canary-daemon-${id}`).map((pid) => `process ${pid} lives on`),
  },
  {
    number: 21,
    name: 'timeout-tree',
    kind: 'escape',
    limits: { wallMs: 1_500 },
    tries: ({ id }) =>
      perl(
        `$SIG{TERM} = 'IGNORE'; for (1 .. 5) { next if fork; POSIX::setsid(); fork; exec 'sh', '-c', '${STUBBORN}', 'canary-tree-${id}' } sleep 60;`,
      ),
    reached: ({ canaries: { id }, first }) => [
      ...processesWith(`canary-tree-${id}`).map((pid) => `process ${pid} lives on`),
      ...(first.wallMs > 12_000 ? [`it took ${first.wallMs} ms`] : []),
    ],
  },
  {
    number: 52,
    name: 'priority',
    kind: 'dos',
    tries: () =>
      perl(String.raw`
my $one = pack 'i', 1; reached('realtime') if sys('sched_setscheduler', 0, 2, $one) == 0; my $zero = pack 'i', 0; sys('sched_setscheduler', 0, 0, $zero);
reached('negative nice') if setpriority 0, 0, -5;
open my $in, '<', '/proc/self/oom_score_adj'; my $now = <$in>;
if (sysopen my $out, '/proc/self/oom_score_adj', O_WRONLY) { my $lower = $now - 1; reached('lower oom score') if syswrite $out, "$lower\n" }
for my $limit (4, 6, 7) { my $old = "\0" x 16; sys('prlimit64', 0, $limit, 0, address($old)); my ($soft, $hard) = unpack 'QQ', $old;
  next if $hard == 0xffffffffffffffff; my $new = pack 'QQ', $soft, $hard + 1; reached("raised hard limit $limit") if sys('prlimit64', 0, $limit, address($new), 0) == 0 }`),
    reached: said,
  },
  {
    number: 53,
    name: 'core-dump',
    kind: 'dos',
    tries: () =>
      perl(
        String.raw`my $old = "\0" x 16; sys('prlimit64', 0, 4, 0, address($old)); my ($soft, $hard) = unpack 'QQ', $old; reached("cores of up to $hard bytes") if $hard;`,
      ),
    reached: said,
  },
  {
    number: 61,
    name: 'stop-init',
    kind: 'dos',
    limits: { wallMs: 1_500 },
    neverFires: 'the kernel lets no process stop or kill the init of its own pid namespace',
    // Outside the parent is the battery itself.
    tries: () =>
      perl(
        `kill 'STOP', 1; kill 'KILL', 1; kill 'STOP', getppid unless $ENV{GRACE_ABUSE_CONTROL}; sleep 60;`,
      ),
    reached: ({ first }) =>
      first.wallMs > 12_000 || first.ended !== 'time'
        ? [`ended by ${first.ended} after ${first.wallMs} ms`]
        : [],
  },
]
