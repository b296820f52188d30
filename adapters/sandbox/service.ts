// A service in its room and the load generator beside it: in the same network, out of the candidate's reach.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { Refusal } from '../../src/kernel/refusal.ts'
import type { Receipt, Service, SliceResult } from '../../src/sandbox/room.ts'
import { keptOn } from './cores.ts'
import { Dialogue } from './dialogue.ts'
import type { Launched } from './launch.ts'
import { cpuMicrosOf } from './process-tree.ts'
import { LOAD_UID, type Runtime } from './runtime.ts'

const READY_MS = 30_000
const ANSWER_SLACK_MS = 30_000

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Into the sandbox's network namespace, and as a user who is not the candidate's. */
function generatorCommand(
  runtime: Runtime,
  enter: readonly string[],
  inside: number | undefined,
  port: number,
): string[] {
  const script = [`${runtime.node}/bin/node`, `${runtime.harness}/load.mjs`, String(port)]
  if (inside === undefined) return script
  return process.getuid?.() === 0
    ? [
        'nsenter',
        '--target',
        String(inside),
        '--net',
        '--',
        'setpriv',
        `--reuid=${LOAD_UID}`,
        `--regid=${LOAD_UID}`,
        '--clear-groups',
        '--no-new-privs',
        '--pdeathsig=KILL',
        '--',
        ...script,
      ]
    : [
        // An ordinary user may only go down one user namespace at a time.
        ...enter,
        ...['nsenter', '--target', String(inside), '--user', '--net', '--preserve-credentials', '--'],
        ...script,
      ]
}

/**
 * `enter` takes a command to where the service's tree is; `network` is the pid whose network namespace the service listens in; undefined where it is the host's;
 * `cores` are the generator's. Refuses
 * with the service's own words where it does not become ready.
 */
export async function attachLoad(
  launched: Launched,
  runtime: Runtime,
  enter: readonly string[],
  network: number | undefined,
  cores: readonly number[],
  port: number,
  ready: string,
  closed: (receipt: Omit<Receipt, 'files'>) => Promise<Receipt>,
): Promise<Service> {
  const [file, ...args] = [...keptOn(cores), ...generatorCommand(runtime, enter, network, port)]
  const child = spawn(file!, args, { cwd: '/', env: {}, stdio: ['pipe', 'pipe', 'ignore'] })
  const generator = new Dialogue('the load generator', child)
  let stopped: Promise<Receipt> | undefined
  const stop = (): Promise<Receipt> => {
    stopped ??= (async () => {
      child.kill('SIGKILL')
      launched.end('signal')
      return closed(await launched.receipt)
    })()
    return stopped
  }
  const died = launched.receipt.then(() => ({ ok: false }))
  const { ok } = await Promise.race([
    generator.ask<{ ok: boolean }>({ ready: { path: ready, waitMs: READY_MS } }, READY_MS + ANSWER_SLACK_MS),
    died,
  ]).catch(() => ({ ok: false }))
  if (!ok) {
    const receipt = await stop()
    throw new Refusal(
      'invalid',
      'service_not_ready',
      `The service did not answer GET ${ready} on port ${port} in ${READY_MS / 1000} s. ${receipt.output.trim().slice(-300)}`,
      'Check serve in grace.yaml: the command, the port it listens on, and the path.',
    )
  }
  return {
    load: ({ rate, durationMs, requests }) =>
      generator.ask<SliceResult>({ load: { rate, requests } }, durationMs + ANSWER_SLACK_MS),
    cpuMicros: () => cpuMicrosOf(launched.child.pid!),
    stop,
  }
}
