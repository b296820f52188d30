// What a command in the sandbox is given where it may reach something: a port on loopback that leads to a socket, and what
// tells it so.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../../src/config/config.ts'
import type { Command } from '../../src/config/units.ts'
import type { ReachableApi, Run } from '../../src/sandbox/room.ts'
import { openEgress } from './egress.ts'
import { wordsOf } from './launch.ts'
import { placeNpm, type Runtime } from './runtime.ts'

/** Where certificates of one's own are; npm would wait for minutes on a TLS connection that it does not trust. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

export interface WayOut {
  readonly mounts: readonly { readonly from: string; readonly to: string; readonly optional?: boolean }[]
  readonly environment: Readonly<Record<string, string>>
  /** The command behind the port. */
  lead(command: Command): Command
  /** What was refused, for a message; empty where nothing was. */
  refused(): string
  close(): Promise<void>
}

/** `base`: a directory of this run, which the sandbox's user can reach. */
export async function wayOutOf(
  runtime: Runtime,
  target: Target,
  base: string,
  { api, registries }: Pick<Run, 'api' | 'registries'>,
): Promise<WayOut | undefined> {
  if (api) return openWayToApi(base, api)
  return registries ? openWayOut(runtime, target, base) : undefined
}

const leading =
  (names: readonly string[], path = '') =>
  (command: Command): Command => [
    'node',
    '/harness/relay.mjs',
    '/egress',
    names.join(','),
    path,
    ...wordsOf(command),
  ]

async function openWayToApi(base: string, { variables, path, open }: ReachableApi): Promise<WayOut> {
  const socket = join(base, 'egress')
  const opened = await open(socket)
  return {
    mounts: [{ from: socket, to: '/egress' }],
    environment: {},
    lead: leading(variables, path),
    refused: () => '',
    close: () => opened.close(),
  }
}

/** To the registries, with npm and its settings. */
export async function openWayOut(
  runtime: Runtime,
  target: Pick<Target, 'install_hosts' | 'install_inner_hosts'>,
  base: string,
): Promise<WayOut> {
  await placeNpm(runtime)
  const socket = join(base, 'egress')
  const egress = await openEgress(socket, {
    hosts: new Set([...target.install_hosts, ...target.install_inner_hosts]),
    inner: new Set(target.install_inner_hosts),
  })
  return {
    mounts: [
      { from: runtime.harness, to: '/harness' },
      { from: socket, to: '/egress', optional: true },
    ],
    environment: {
      npm_config_fetch_retries: '0',
      npm_config_fetch_timeout: '60000',
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_cache: '/tmp/npm',
      ...(existsSync(CERTIFICATES) ? { NODE_EXTRA_CA_CERTS: CERTIFICATES } : {}),
    },
    lead: leading(['https_proxy', 'HTTPS_PROXY']),
    refused: () => (egress.refused.length > 0 ? ` (refused: ${egress.refused.join('; ')})` : ''),
    close: () => egress.close(),
  }
}
