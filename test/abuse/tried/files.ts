// Files of the host: written, read, linked, mounted, left behind.
import { existsSync, lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { type After, type Case, leaked, said } from '../case.ts'
import { perl, shell, words } from '../scripts.ts'

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** Everything that the host has of the candidate's room; nothing is followed, and what can't be entered is passed by. */
export function left({ room }: Pick<After, 'room'>): { path: string; stat: Stats }[] {
  const found: { path: string; stat: Stats }[] = []
  const directories = ['']
  for (const directory of directories) {
    let names: string[] = []
    try {
      names = readdirSync(join(room, directory))
    } catch {
      continue
    }
    for (const name of names) {
      const path = join(directory, name)
      const stat = lstatSync(join(room, path), { throwIfNoEntry: false })
      if (stat) found.push({ path, stat })
      if (stat?.isDirectory()) directories.push(path)
    }
  }
  return found
}

const setuid = (after: After) => left(after).filter(({ stat }) => stat.isFile() && (stat.mode & 0o6000) !== 0)

const PLACES = (id: string) => ['/tmp', '/var/tmp', '/dev/shm'].map((place) => `${place}/left-${id}`)

export const FILES: readonly Case[] = [
  {
    number: 1,
    name: 'write-outside',
    kind: 'escape',
    tries: ({ at }) =>
      perl(
        `put($_, 'escaped') for ${words([at('outside/written'), at('home/.bashrc'), at('outside/untouched'), '../../outside/written'])};`,
      ),
    reached: ({ canaries: { at } }) => [
      ...['outside/written', 'home/.bashrc'].filter((path) => existsSync(at(path))),
      ...(textOf(at('outside/untouched')) === 'untouched' ? [] : ['outside/untouched']),
    ],
  },
  {
    number: 2,
    name: 'read-secrets',
    kind: 'escape',
    tries: ({ secretFiles }) => perl(`show($_) for ${words(secretFiles)};`),
    reached: (after) => leaked(after, 'ssh key', 'npm token', 'cloud credentials', 'world-readable file'),
  },
  {
    number: 4,
    name: 'other-mission',
    kind: 'escape',
    tries: ({ otherMission }) =>
      perl(
        `for my $tree (${words(otherMission)}, glob '../../*/work') { show("$tree/mission.txt"); put("$tree/mission.txt", 'changed'); put("$tree/planted", 'x') }`,
      ),
    reached: (after) => [
      ...leaked(after, 'other mission'),
      ...after.canaries.otherMission.filter(
        (tree) => existsSync(join(tree, 'planted')) || textOf(join(tree, 'mission.txt')).includes('changed'),
      ),
    ],
  },
  {
    number: 5,
    name: 'symlink-write',
    kind: 'escape',
    tries: ({ at }) =>
      perl(
        `symlink '${at('outside')}', 'way'; show('way/linked'); put('way/by-symlink', 'x'); symlink '${at('outside/by-file-link')}', 'file'; put('file', 'x');`,
      ),
    reached: (after) => [
      ...leaked(after, 'linked file'),
      ...['by-symlink', 'by-file-link'].filter((name) => existsSync(after.canaries.at('outside', name))),
    ],
  },
  {
    number: 6,
    name: 'hardlink',
    kind: 'escape',
    tries: ({ at }) => perl(`link '${at('outside/linked')}', 'hard'; show('hard'); put('hard', 'changed');`),
    reached: (after) => [
      ...leaked(after, 'linked file'),
      ...(textOf(after.canaries.at('outside/linked')).includes('changed') ? ['changed the file'] : []),
    ],
  },
  {
    number: 7,
    name: 'proc-root',
    kind: 'escape',
    tries: ({ secretFiles, at }) =>
      perl(
        `for my $p (glob '/proc/[0-9]*') { for my $f (${words([...secretFiles, at('outside/linked')])}) { show("$p/root$f") } show("$p/cwd/outside/linked"); }`,
      ),
    reached: (after) => leaked(after, 'world-readable file', 'ssh key', 'linked file'),
  },
  {
    number: 8,
    name: 'inherited-fds',
    kind: 'escape',
    tries: ({ at }) =>
      perl(
        `for my $fd (glob '/proc/self/fd/*') { next if $fd =~ m{/[012]$}; show("$fd${at('outside/linked')}"); show("$fd/outside/linked"); show("$fd/../../../../../..${at('outside/linked')}") }`,
      ),
    reached: (after) => leaked(after, 'linked file'),
  },
  {
    number: 9,
    name: 'devices',
    kind: 'escape',
    // Opened at the most: nothing is read from a device or written to one.
    tries: () => {
      const { dev } = lstatSync('/')
      return perl(
        `for (qw(/dev/kmsg /dev/mem /dev/port /dev/kvm), map { "/dev/$_" } qw(vda sda nvme0n1 xvda)) { reached("opened $_") if sysopen my $d, $_, POSIX::O_RDONLY() }
         reached('made the disk') if sys('mknodat', $cwd, 'disk', 060600, ${dev}) == 0; reached('opened the disk') if sysopen my $d, 'disk', POSIX::O_RDONLY();`,
      )
    },
    reached: (after) => [
      ...said(after),
      ...left(after)
        .filter(({ stat }) => stat.isBlockDevice())
        .map(({ path }) => `left the device ${path}`),
    ],
  },
  {
    number: 10,
    name: 'remount',
    kind: 'escape',
    // MS_REMOUNT | MS_BIND alone: the flags of one mount, here of a private namespace, never of the file system.
    tries: () =>
      perl(
        `mkdir 'm'; for my $p (qw(/ /usr /etc /proc /dev /opt/node /playbooks)) { my $none = 'none'; my $at = $p; reached("remounted $p") if -d $p && sys('mount', $none, $at, $none, 32 | 4096, $none) == 0; put("$p/remounted", 'x') if $p =~ /opt|playbooks/ }
         my ($t, $m) = ('tmpfs', 'm'); reached('mounted a tmpfs') if sys('mount', $t, $m, $t, 0, my $data = 'size=64k') == 0; system 'umount m 2>/dev/null';`,
      ),
    reached: said,
  },
  {
    number: 14,
    name: 'shadow',
    kind: 'escape',
    // Opened, never read.
    tries: ({ at }) =>
      perl(
        `reached('opened /etc/shadow') if open my $s, '<', '/etc/shadow'; show('${at('home/owners-only')}');`,
      ),
    reached: (after) => [...said(after), ...leaked(after, 'owner’s file')],
  },
  {
    number: 42,
    name: 'leftovers',
    kind: 'escape',
    tries: ({ id }) =>
      perl(
        `system "mkdir -p \\$HOME/.npm \\$HOME/.cache 2>/dev/null"; put($_, 'left behind') for ${words(PLACES(id))}, map { "$ENV{HOME}/$_/left-${id}" } qw(. .npm .cache);`,
      ),
    next: ({ id }) =>
      perl(
        `for (${words(PLACES(id))}, map { "$ENV{HOME}/$_/left-${id}" } qw(. .npm .cache)) { reached("found $_") if -e; }`,
      ),
    reached: (after) => [
      ...said(after),
      ...PLACES(after.canaries.id)
        .filter((path) => existsSync(path))
        .map((path) => `the host has ${path}`),
    ],
  },
  {
    number: 46,
    name: 'cache-poison',
    kind: 'escape',
    install: () =>
      'mkdir -p node_modules/dep && printf clean > node_modules/dep/index.js && chmod -R a+rwX node_modules',
    tries: ({ at }) =>
      perl(
        `for (${words(['node_modules/dep/index.js', at('cache/index.js')])}) { chmod 0666, $_; put($_, 'poison'); unlink $_; put($_, 'poison') } rename 'node_modules', 'aside'; put('node_modules/planted.js', 'poison');`,
      ),
    next: () => shell('cat node_modules/dep/index.js node_modules/planted.js'),
    reached: ({ canaries: { at }, second }) => [
      ...(second?.stdout.includes('poison') ? ['the next mission has it'] : []),
      ...(textOf(at('cache/index.js')) === 'clean' ? [] : ['the shared cache has it']),
    ],
  },
  {
    number: 47,
    name: 'npm-lifecycle',
    kind: 'escape',
    install: ({ at }) =>
      `mkdir -p node_modules/dep; echo x > ${at('outside/lifecycle')}; cat ${at('outside/linked')} > node_modules/dep/stolen; true`,
    tries: () => shell('cat node_modules/dep/stolen'),
    reached: (after) => [
      ...leaked(after, 'linked file'),
      ...(existsSync(after.canaries.at('outside/lifecycle')) ? ['wrote to the host'] : []),
    ],
  },
  {
    number: 50,
    name: 'suid-leftover',
    kind: 'escape',
    tries: () => shell('cp /bin/true left-suid; chmod 4755 left-suid; chmod 6755 left-suid'),
    reached: (after) =>
      setuid(after)
        .filter(({ stat }) => stat.uid === process.getuid?.())
        .map(({ path }) => `${path} belongs to Grace’s own user`),
  },
  {
    number: 54,
    name: 'exe-overwrite',
    kind: 'escape',
    neverFires: 'the kernel lets no program be opened for writing while it runs (ETXTBSY)',
    // Opened at the most: nothing is cut or written.
    tries: () =>
      perl(
        `for (glob '/proc/[0-9]*/exe') { reached('opened ' . readlink($_) . ' for writing') if sysopen my $e, $_, POSIX::O_WRONLY() }`,
      ),
    reached: said,
  },
  {
    number: 56,
    name: 'tmpfile-suid',
    kind: 'hardening',
    tries: () =>
      perl(`
my $mode = 04755;
my $dot = '.'; my $none = '';
my $fd = sys('openat', $cwd, $dot, 020000000 | O_DIRECTORY | O_RDWR, $mode); # O_TMPFILE
if ($fd >= 0) { my $from = "/proc/self/fd/$fd"; my $to = 'by-tmpfile'; sys('linkat', $cwd, $from, $cwd, $to, 0x400) }
my $made = 'by-openat'; sys('openat', $cwd, $made, 0101, $mode);
my $how = pack 'QQQ', 0101, $mode, 0; my $two = 'by-openat2'; sys('openat2', $cwd, $two, $how, 24);
my $node = 'by-mknodat'; sys('mknodat', $cwd, $node, 0104755, 0);
put('by-chmod', 'x'); chmod 04755, 'by-chmod'; put('by-setgid', 'x'); chmod 02755, 'by-setgid';
put('by-fchmodat2', 'x'); my $f2 = 'by-fchmodat2'; sys('fchmodat2', $cwd, $f2, $mode, 0);
open my $h, '>', 'by-fchmod'; chmod 06755, $h;
system 'cp /bin/true by-cp && chmod u+s by-cp; cp -p by-cp by-cp-p; tar cf t.tar by-cp && mkdir -p untarred && tar xpf t.tar -C untarred; install -m 4755 /bin/true by-install';`),
    reached: (after) => setuid(after).map(({ path }) => path),
  },
]
