// More than was granted: processes, memory, cores, disk, files, output.
import { type Case, counted } from '../case.ts'
import { perl } from '../scripts.ts'
import { left } from './files.ts'

const MB = 1024 ** 2
const MEMORY = 200 * MB
const DISK = 200 * MB
const INODES = 1_500
const PROCESSES = 100
const OUTPUT = 100_000

/** Takes memory and touches it all, then holds it for a moment. */
const touch = (megabytes: number) =>
  `my $n = ${megabytes}; my $x = 'x' x ($n << 20); sleep 1; print "SURVIVED 1\\n";`

/** Allocates files of 8 MB in a place until it has so much; filling takes no writing where the file system can. */
const FILL = String.raw`
sub fill { my ($place, $most) = @_; my $sum = 0; my $zeros = "\0" x (8 << 20);
  while ($sum < $most) { my $file = "$place/fill-" . ($sum >> 20) . "-$$"; open my $out, '>', $file or last; push @main::made, $file;
    if (sys('fallocate', fileno $out, 0, 0, 8 << 20) != 0) { my $done = syswrite $out, $zeros; $sum += $done > 0 ? $done : 0; last if $done < 8 << 20; next }
    $sum += 8 << 20 } $sum }`

export const LIMITS: readonly Case[] = [
  {
    number: 22,
    name: 'fork-bomb',
    kind: 'dos',
    limits: { processes: PROCESSES, wallMs: 15_000 },
    tries: ({ id }) =>
      perl(
        `# canary-${id}
my @made; for (1 .. 300) { my $p = fork; last unless defined $p; if (!$p) { sleep 10; POSIX::_exit(0) } push @made, $p } print "MADE ", scalar @made, "\\n"; sleep 1; kill 'KILL', @made; 1 while wait > 0;`,
      ),
    // What the other battery does beside it is not this one's.
    reached: ({ processes }) =>
      processes > PROCESSES ? [`${processes} processes where ${PROCESSES} were granted`] : [],
  },
  {
    number: 23,
    name: 'memory-one',
    kind: 'dos',
    limits: { memoryBytes: MEMORY, wallMs: 15_000 },
    tries: () => perl(touch((3 * MEMORY) / MB)),
    reached: (after) => (counted(after, 'SURVIVED') ? ['3 times the limit'] : []),
  },
  {
    number: 24,
    name: 'memory-many',
    kind: 'dos',
    limits: { memoryBytes: MEMORY, wallMs: 15_000 },
    tries: () =>
      perl(`for (1 .. 8) { next if fork; ${touch(MEMORY / MB / 2)} POSIX::_exit(0) } 1 while wait > 0;`),
    reached: ({ first }) => {
      const survived = first.stdout.split('SURVIVED').length - 1
      return survived > 3 ? [`${survived} processes of half the limit each`] : []
    },
  },
  {
    number: 25,
    name: 'tmpfs-memory',
    kind: 'dos',
    limits: { memoryBytes: MEMORY, wallMs: 15_000 },
    tries: ({ id }) =>
      perl(
        `$SIG{XFSZ} = 'IGNORE'; my @made; my $sum = 0; my $zeros = "\\0" x (8 << 20);
         for my $place (qw(/dev/shm /tmp)) { for my $n (1 .. 75) { last if $sum >= ${3 * MEMORY}; my $f = "$place/memory-${id}-$n"; open my $o, '>', $f or last; push @made, $f; my $done = syswrite $o, $zeros; last unless $done > 0; $sum += $done; print "WRITTEN $sum\\n" } }
         sleep 1; unlink @made;`,
      ),
    reached: (after) =>
      counted(after, 'WRITTEN') > MEMORY * 1.5
        ? [`${Math.round(counted(after, 'WRITTEN') / MB)} MB where ${MEMORY / MB} were granted`]
        : [],
  },
  {
    number: 26,
    name: 'cpu-hog',
    kind: 'dos',
    limits: { cpus: 1, wallMs: 15_000 },
    // A CPU set that the candidate may widen is no limit.
    tries: ({ id }) =>
      perl(
        `# canary-${id}
my $all = "\\xff" x 128; sys('sched_setaffinity', 0, 128, $all); for (1 .. 4) { next if fork; my $end = time + 1; 1 while time <= $end; POSIX::_exit(0) } 1 while wait > 0;`,
      ),
    reached: ({ cores }) => (cores > 1 ? [`${cores.toFixed(1)} cores where 1 was granted`] : []),
  },
  {
    number: 27,
    name: 'disk-fill',
    kind: 'dos',
    limits: { diskBytes: DISK, wallMs: 20_000 },
    tries: () => perl(`${FILL} print "FILLED ", fill('.', ${3 * DISK}), "\\n";`),
    reached: (after) => {
      const onHost = left(after).reduce((sum, { stat }) => sum + Number(stat.blocks) * 512, 0)
      const most = Math.max(onHost, counted(after, 'FILLED'))
      return most > DISK * 1.5 ? [`${Math.round(most / MB)} MB where ${DISK / MB} were granted`] : []
    },
  },
  {
    number: 28,
    name: 'inode-fill',
    kind: 'dos',
    limits: { inodes: INODES, wallMs: 20_000 },
    tries: () =>
      perl(
        `mkdir 'many'; my $made = 0; for (1 .. ${3 * INODES}) { open my $o, '>', "many/$_" or last; $made++ } print "MADE $made\\n";`,
      ),
    reached: (after) => {
      const most = Math.max(left(after).length, counted(after, 'MADE'))
      return most > INODES * 1.5 ? [`${most} files where ${INODES} were granted`] : []
    },
  },
  {
    number: 29,
    name: 'output-flood',
    kind: 'dos',
    limits: { outputBytes: OUTPUT, wallMs: 15_000 },
    tries: () =>
      perl(`my $line = 'flood ' x 20000 . "\\n"; for (1 .. 1000) { print $line; print STDERR $line }`),
    reached: ({ first }) => [
      ...(first.output.length > OUTPUT * 1.1
        ? [`${first.output.length} bytes kept where ${OUTPUT} were granted`]
        : []),
      ...(first.wallMs > 25_000 ? [`the host hung for ${first.wallMs} ms`] : []),
    ],
  },
  {
    number: 60,
    name: 'fd-exhaust',
    kind: 'dos',
    limits: { processes: 256, wallMs: 15_000 },
    // Counted, not opened: what one process may open, by how many there may be.
    tries: () =>
      perl(
        String.raw`my $old = "\0" x 16; sys('prlimit64', 0, 7, 0, address($old)); my ($soft, $hard) = unpack 'QQ', $old;
my @made; for (1 .. 300) { my $p = fork; last unless defined $p; if (!$p) { sleep 10; POSIX::_exit(0) } push @made, $p } print "FILES ", $hard * (1 + @made), "\n"; kill 'KILL', @made; 1 while wait > 0;`,
      ),
    reached: (after) =>
      counted(after, 'FILES') > 1_100_000 ? [`${counted(after, 'FILES')} descriptors in all`] : [],
  },
  {
    number: 62,
    name: 'dev-fill',
    kind: 'dos',
    limits: { diskBytes: DISK, wallMs: 20_000 },
    tries: ({ id }) =>
      perl(
        `our @made; ${FILL} my $sum = 0; for my $place (qw(/var/tmp /dev/shm /dev / /home /run /mnt /opt /usr /etc /proc), $ENV{HOME}) { last if $sum >= ${DISK * 1.5}; my $own = "$place/filled-${id}"; next unless mkdir $own; $sum += fill($own, ${DISK * 1.5} - $sum); push @made, $own } print "FILLED $sum\\n"; for (@made) { unlink or rmdir } rmdir for @made;`,
      ),
    reached: (after) =>
      counted(after, 'FILLED') > DISK
        ? [`${Math.round(counted(after, 'FILLED') / MB)} MB beside the tree`]
        : [],
  },
]
