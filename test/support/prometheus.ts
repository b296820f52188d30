// A Prometheus of its own, which scrapes what it is told.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from '../../adapters/sandbox/service.ts'
import { until } from './until.ts'

export const HAS_PROMETHEUS = spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status === 0

export interface PrometheusServer {
  readonly url: string
  stop(): Promise<void>
}

/** `jobs`: name → port on this machine. `history`: OpenMetrics text with times, which it has had all along. */
export async function startPrometheus(
  directory: string,
  jobs: Readonly<Record<string, number>>,
  { everyMs = 500, history }: { everyMs?: number; history?: string } = {},
): Promise<PrometheusServer> {
  const data = join(directory, 'data')
  mkdirSync(data, { recursive: true })
  if (history !== undefined) {
    writeFileSync(join(directory, 'history.txt'), history)
    const made = ['tsdb', 'create-blocks-from', 'openmetrics', join(directory, 'history.txt'), data]
    execFileSync('promtool', made, { stdio: 'ignore' })
  }
  const config = join(directory, 'prometheus.yml')
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: `${everyMs}ms`, scrape_timeout: `${everyMs}ms` },
      scrape_configs: Object.entries(jobs).map(([job_name, port]) => ({
        job_name,
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      })),
    }),
  )
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=30d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  )
  await until(async () => {
    if (child.exitCode !== null) throw new Error('prometheus ended')
    return fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  })
  return {
    url,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
