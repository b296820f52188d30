// The only way out of a sandbox, while dependencies are installed: a proxy on a unix socket that opens TLS connections to
// the hosts on a list, and to nothing else (SANDBOX.md 5.3).
import { lookup } from 'node:dns/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { BlockList, connect, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { listenAt } from './listen-at.ts'

const MOST_BYTES = 2 * 1024 ** 3
const IDLE_MS = 30_000

/** Addresses that are nobody's on the internet: this machine, its network, and what leads there in other clothes. */
const INNER = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  INNER.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INNER.addSubnet(network, prefix, 'ipv6')

export const isInner = (address: string): boolean =>
  INNER.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

export interface EgressOptions {
  /** Names that may be reached, on port 443. */
  readonly hosts: ReadonlySet<string>
  /** Default 443. */
  readonly port?: number
  /** Of these, the ones that may have an inner address: a mirror of one's own. */
  readonly inner: ReadonlySet<string>
}

export interface Egress {
  /** `host: why` of what was refused, in order, for the message where an install fails. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

export async function openEgress(
  socket: string,
  { hosts, inner, port: allowed = 443 }: EgressOptions,
): Promise<Egress> {
  const refused: string[] = []
  const open = new Set<Duplex>()
  let left = MOST_BYTES
  const server = createServer((_request, response) => {
    refused.push('a request that is not CONNECT')
    response.writeHead(403).end()
  })
  const refuse = (client: Duplex, host: string, why: string): void => {
    if (refused.length < 20) refused.push(`${host.slice(0, 100)}: ${why}`)
    client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
  }
  const carry = (from: Socket | Duplex, to: Socket | Duplex): void => {
    from.on('data', (part: Buffer) => {
      left -= part.length
      if (left < 0) {
        from.destroy()
        to.destroy()
      }
    })
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    client.on('error', () => client.destroy())
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? []
    if (isIP(host.replace(/^\[|\]$/g, ''))) return refuse(client, host, 'an address instead of a name')
    if (Number(port) !== allowed) return refuse(client, host, `port ${port}`)
    if (!hosts.has(host.toLowerCase())) return refuse(client, host, 'not on the list')
    void reach(host, inner).then(
      (address) => {
        const server = connect({ host: address, port: allowed })
        open.add(server)
        server.setTimeout(IDLE_MS, () => server.destroy())
        server.once('connect', () => {
          client.write('HTTP/1.1 200 Connection established\r\n\r\n')
          carry(server, client)
          carry(client, server)
        })
        server.on('error', () => client.destroy())
        server.on('close', () => {
          open.delete(server)
          client.destroy()
        })
      },
      (error: Error) => refuse(client, host, error.message),
    )
  })
  await listenAt(server, socket)
  return {
    refused,
    async close() {
      for (const one of open) one.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Resolved once, and that address is dialled: a name that answers differently the second time gains nothing. */
async function reach(host: string, inner: ReadonlySet<string>): Promise<string> {
  const { address } = await lookup(host)
  if (isInner(address) && !inner.has(host)) throw new Error('it has an address of this network')
  return address
}
