// The network: every address is one of the battery's own private network namespace.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type After, type Case, leaked } from '../case.ts'
import { perl, words } from '../scripts.ts'

const hit = (after: After, ...names: readonly string[]): string[] => [
  ...names.filter((name) => after.canaries.hits.has(name)),
  ...leaked(after, ...names).filter((what) => !after.canaries.hits.has(what.slice('read '.length))),
]

const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })

/** Serves for two seconds, telling everyone who asks `from here`. */
const serve = (address: string, port: number) =>
  perl(
    `socket my $s, AF_INET, SOCK_STREAM, 0; setsockopt $s, SOL_SOCKET, SO_REUSEADDR, 1; bind $s, pack_sockaddr_in(${port}, inet_aton('${address}')) or die; listen $s, 5;
     $SIG{ALRM} = sub { exit }; alarm 2; while (accept my $c, $s) { syswrite $c, "from here\\n"; close $c }`,
  )

export const NETWORK: readonly Case[] = [
  {
    number: 31,
    name: 'net-loopback',
    kind: 'escape',
    tries: () =>
      perl(`tcp('127.0.0.1', 6379); tcp('127.0.0.1', 5432); tcp('::1', 6379); tcp('10.77.0.5', 8080);`),
    reached: (after) =>
      hit(after, 'loopback redis', 'loopback postgres', 'loopback of IPv6', 'local network'),
  },
  {
    number: 32,
    name: 'net-metadata',
    kind: 'escape',
    tries: () => perl(`tcp('169.254.169.254', 80);`),
    reached: (after) => hit(after, 'cloud metadata'),
  },
  {
    number: 33,
    name: 'dns-exfil',
    kind: 'escape',
    tries: () =>
      perl(
        `socket my $s, AF_INET, SOCK_DGRAM, 0; send $s, 'stolen', 0, pack_sockaddr_in(53, inet_aton($_)) for qw(127.0.0.1 10.77.0.5); select undef, undef, undef, 0.1;`,
      ),
    reached: ({ canaries: { hits } }) =>
      ['resolver 127.0.0.1', 'resolver 10.77.0.5'].filter((name) => hits.has(name)),
  },
  {
    number: 34,
    name: 'abstract-unix',
    kind: 'escape',
    // Linux takes every byte of an abstract name, so its length has to be exact.
    tries: ({ id }) => perl(`talk(AF_UNIX, pack('S', AF_UNIX) . "\\0grace-abuse-${id}");`),
    reached: (after) => hit(after, 'abstract socket'),
  },
  {
    number: 35,
    name: 'path-unix',
    kind: 'escape',
    tries: ({ sockets }) => perl(`talk(AF_UNIX, pack_sockaddr_un($_)) for ${words(sockets)};`),
    reached: (after) => hit(after, ...after.canaries.sockets.map((path) => `socket ${path}`)),
  },
  {
    number: 43,
    name: 'port-cross',
    kind: 'escape',
    tries: () => serve('127.0.0.1', 38_123),
    beside: true,
    next: () => perl(`for (1 .. 8) { tcp('127.0.0.1', 38123); select undef, undef, undef, 0.2 }`),
    reached: ({ second }) => (second?.stdout.includes('from here') ? ['mission B reached mission A'] : []),
  },
  {
    number: 55,
    name: 'egress-direct',
    kind: 'escape',
    tries: () => perl(`tcp('10.77.0.5', 443); tcp('192.0.2.1', 443);`),
    reached: (after) => hit(after, 'direct egress'),
  },
  {
    number: 64,
    name: 'tcp-listen-host',
    kind: 'escape',
    tries: () => serve('0.0.0.0', 38_124),
    watch: async () => {
      for (let i = 0; i < 14; i++) {
        for (const host of ['127.0.0.1', '10.77.0.5']) if (await answers(host, 38_124)) return 1
        await sleep(100)
      }
      return 0
    },
    reached: ({ seen }) => (seen ? ['the host reached it'] : []),
  },
]
