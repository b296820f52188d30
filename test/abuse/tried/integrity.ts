// What the host does with what a candidate left: git, logs, results, the harness.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { type After, type Case, leaked, said } from '../case.ts'
import { perl, shell, words } from '../scripts.ts'

const OUTPUT = 1_000_000

/** Git as people use it, in a tree that a candidate has written. */
function plainGit(after: After): void {
  for (const args of [['status'], ['diff'], ['status', '--porcelain', '--ignored']])
    try {
      execFileSync('git', args, {
        cwd: after.tree,
        stdio: 'ignore',
        timeout: 10_000,
        env: { PATH: process.env.PATH, HOME: after.canaries.directory, GIT_CONFIG_NOSYSTEM: '1' },
      })
    } catch {
      // Refusing to work there is well.
    }
}

const hostile = (mark: string) =>
  `git config core.fsmonitor 'touch ${mark}; false'; git config filter.x.clean 'touch ${mark}; cat'; git config diff.x.textconv 'touch ${mark}; cat'; git config diff.external 'touch ${mark}; true'`
const AUTHOR = 'git config user.name a; git config user.email a@example.com'

async function ran(after: After, mark: string): Promise<string[]> {
  const path = after.canaries.at('pwned', mark)
  await after.patch()
  const byPatch = existsSync(path)
  if (!byPatch) plainGit(after)
  return byPatch
    ? ['code ran in Grace’s own git']
    : existsSync(path)
      ? ['code ran in a plain git status']
      : []
}

/** Anything but printable text and newlines: escapes, C1, NUL, marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNCLEAN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]/

export const INTEGRITY: readonly Case[] = [
  {
    number: 44,
    name: 'git-swap',
    kind: 'escape',
    tries: ({ at }) =>
      shell(
        `rm -rf .git; git init -q . && ${AUTHOR}; echo a > a.txt; echo '* filter=x diff=x' > .gitattributes; git add -A; git commit -q -m x; ${hostile(at('pwned/44'))}; mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch ${at('pwned/44')}\\n' > .git/hooks/post-index-change; chmod +x .git/hooks/*; echo b > a.txt`,
      ),
    reached: (after) => ran(after, '44'),
  },
  {
    number: 45,
    name: 'git-main-repo',
    kind: 'escape',
    tries: ({ at }) =>
      perl(
        `my @git = ${words([at('repository/main/.git'), at('repository/main/.git/worktrees/linked')])}; for my $f ('.git', ${words([at('repository/linked/.git')])}) { open my $in, '<', $f or next; push @git, $1 if <$in> =~ /gitdir: (.*)/ }
         for (@git) { put("$_/config", "[core]\\n\\tfsmonitor = touch planted\\n"); mkdir "$_/hooks"; put("$_/hooks/post-checkout", 'planted') }`,
      ),
    reached: ({ canaries: { at } }) =>
      [
        'config',
        'hooks/post-checkout',
        'worktrees/linked/config',
        'worktrees/linked/hooks/post-checkout',
      ].filter((path) => {
        const full = at('repository/main/.git', path)
        return existsSync(full) && readFileSync(full, 'utf8').includes('planted')
      }),
  },
  {
    number: 48,
    name: 'ansi-longline',
    kind: 'integrity',
    limits: { outputBytes: OUTPUT, wallMs: 15_000 },
    tries: () =>
      perl(
        String.raw`my $t = "\e]0;title\a\e]52;c;AAAA\a\e]8;;http://x\e\\link\e]8;;\e\\ \e[31mred \0 nul \x{c2}\x{9b}31m \x{e2}\x{80}\x{ae}right-to-left\r overwritten\n"; print $t; print STDERR $t;`,
      ),
    next: () => perl(`print 'long ' x 200000 for 1 .. 40;`),
    reached: ({ first, second }) => [
      ...(UNCLEAN.test(first.output) || UNCLEAN.test(first.stdout) ? ['controls are kept'] : []),
      ...((second?.output.length ?? 0) > OUTPUT * 1.1
        ? [`${second!.output.length} bytes of a line are kept`]
        : []),
      ...((second?.output ?? '').split('\n').some((line) => line.length > 20_000)
        ? ['a line is endless']
        : []),
    ],
  },
  {
    number: 49,
    name: 'harness-tamper',
    kind: 'integrity',
    // What is mounted may be a link to the real file: it is only opened. Then the timing shim, a shell above the
    // candidate: whoever takes its descriptor says what CPU time was used. And bubblewrap's first process tells the exit
    // code by an eventfd, as a number greater by one.
    tries: ({ at }) =>
      perl(
        `for my $f (glob('/playbooks/* /harness/* /evidence/* /opt/node/bin/*')) { reached("opened $f") if sysopen my $o, $f, O_WRONLY } put('${at('harness/shim.mjs')}', 'tampered');
         sub taken { my ($pid, $fd) = @_; my $of = sys('pidfd_open', $pid, 0); $of < 0 ? -1 : sys('pidfd_getfd', $of, $fd, 0) }
         if (!$ENV{GRACE_ABUSE_CONTROL}) { for my $p (map { m{(\\d+)} } glob '/proc/[0-9]*') { next if $p == $$; for my $fd (5 .. 20) { my $own = taken($p, $fd); next if $own < 0; open my $o, '>&=', $own; syswrite $o, "0m0.0s 0m0.0s\\n9999m0.0s 9999m0.0s\\n" if -S $o || -p _ } }
           for my $fd (3 .. 9) { my $own = taken(1, $fd); next if $own < 0; open my $o, '>&=', $own; syswrite $o, pack 'Q', 1 + 77 if readlink("/proc/1/fd/$fd") =~ /eventfd/ } sleep 1 }`,
      ),
    reached: ({ canaries: { at }, first }) => [
      ...said({ first, second: undefined }),
      ...(readFileSync(at('harness/shim.mjs'), 'utf8') === 'trusted' ? [] : ['the harness']),
      ...(first.exit === 77 ? ['the exit code is what the candidate says'] : []),
      ...(first.cpuMs > 60_000_000
        ? [`CPU time is what the candidate says: ${Math.round(first.cpuMs / 60_000)} minutes`]
        : []),
    ],
  },
  {
    number: 51,
    name: 'result-traps',
    kind: 'integrity',
    limits: { wallMs: 15_000 },
    collect: [
      'r/link',
      'r/pipe',
      'r/giant',
      'r/directory',
      'r/device',
      'around/linked',
      'r/hard',
      '../outside/linked',
    ],
    tries: ({ at }) =>
      perl(
        `mkdir 'r'; symlink '${at('outside/linked')}', 'r/link'; POSIX::mkfifo('r/pipe', 0666); open my $g, '>', 'r/giant'; truncate $g, 1 << 40; mkdir 'r/directory'; symlink '/dev/zero', 'r/device'; symlink '${at('outside')}', 'around'; link '${at('outside/linked')}', 'r/hard';`,
      ),
    reached: (after) => [
      ...Object.entries(after.first.files)
        .filter(([, text]) => text.includes(after.canaries.secret('linked file')))
        .map(([path]) => `the host read a secret at ${path}`),
      ...leaked(after, 'linked file'),
      ...(after.first.wallMs > 25_000 ? ['the host hung'] : []),
    ],
  },
  {
    number: 65,
    name: 'git-nested',
    kind: 'escape',
    // `sub` is in the target's commit as a gitlink already; `new` is untracked.
    gitlink: true,
    tries: ({ at }) =>
      shell(
        `top=$PWD; [ -e .git ] || { git init -q . && ${AUTHOR}; }; for n in sub new; do mkdir -p $top/$n && cd $top/$n && git init -q . && ${AUTHOR}; echo a > a; git add a; git commit -q -m x; ${hostile(at('pwned/65'))}; echo b > a; done; cd $top; git add -A 2>/dev/null; true`,
      ),
    reached: (after) => ran(after, '65'),
  },
]
