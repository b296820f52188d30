// A small repository, its live service and a grace.yaml about both: a whole mission in seconds, by the real command.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { LIBRARY, STEADY_BENCH, TEST_COMMAND } from './bot.ts'
import { shellIn } from './shell.ts'

export interface SmallTarget {
  readonly repository: string
  git(command: string): string
  /** The commit that was deployed last. */
  readonly liveFile: string
  /** A line `deploy <execution> <revision>` or `rollback <execution> <revision>` for each command that began. */
  readonly deployLog: string
  /** From now on every second request fails, until it is told otherwise. */
  hurts(does: boolean): void
  close(): Promise<void>
}

const REQUESTS_PER_SECOND = 40

/** Steady traffic since it was started, as Prometheus text: p95 under 20 ms, no error unless it hurts. */
async function liveService() {
  const begun = performance.now()
  const requests = () => Math.floor(((performance.now() - begun) / 1000) * REQUESTS_PER_SECOND) + 1
  let [errors, since]: [number, number | undefined] = [0, undefined]
  const failed = () => errors + (since === undefined ? 0 : Math.floor((requests() - since) / 2))
  const server = createServer((_request, response) => {
    const n = requests()
    response.end(
      [
        '# TYPE http_requests_total counter',
        `http_requests_total{status="200"} ${n - failed()}`,
        `http_requests_total{status="500"} ${failed()}`,
        '# TYPE http_request_duration_seconds histogram',
        `http_request_duration_seconds_bucket{le="0.01"} 0`,
        `http_request_duration_seconds_bucket{le="0.02"} ${n}`,
        `http_request_duration_seconds_bucket{le="+Inf"} ${n}`,
        `http_request_duration_seconds_sum ${n * 0.015}`,
        `http_request_duration_seconds_count ${n}`,
        '',
      ].join('\n'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    hurts(does: boolean) {
      errors = failed()
      since = does ? requests() : undefined
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface SmallOptions {
  readonly members?: readonly object[]
  readonly parliament?: object
  readonly target?: object
  /** Seconds from the line in the deploy log until it is live. */
  readonly deployTakes?: number
  readonly more?: object
}

/** Writes the repository and `grace.yaml` into `directory`. */
export async function smallTarget(directory: string, options: SmallOptions = {}): Promise<SmallTarget> {
  const repository = join(directory, 'shop')
  for (const [path, text] of Object.entries(LIBRARY)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), text)
  }
  const git = shellIn(repository, directory)
  git('git init -q -b main && git add -A -f && git commit -q -m first')
  git('git config receive.denyCurrentBranch ignore')
  chmodSync(repository, 0o755)
  const live = await liveService()
  const [liveFile, deployLog] = [join(directory, 'live'), join(directory, 'deploys')]
  const pause = options.deployTakes ? `sleep ${options.deployTakes}; ` : ''
  writeFileSync(
    join(directory, 'grace.yaml'),
    stringify({
      parliament: {
        members: options.members ?? [{ id: 'ada', name: 'Ada' }],
        dwell: '0s',
        ...options.parliament,
      },
      policy: { watch: '4s' },
      ...options.more,
      targets: {
        shop: {
          repository,
          test: {
            command: TEST_COMMAND,
            report: 'reports/junit.xml',
            coverage: 'reports/lcov.info',
            repetitions: 2,
          },
          bench: STEADY_BENCH,
          live: { metrics: live.url, scrape: '250ms', every: '1s', window: '4s', min_requests: 20 },
          deploy: {
            command: `echo deploy $GRACE_EXECUTION_ID $GRACE_REVISION >> ${deployLog}; ${pause}echo $GRACE_REVISION > ${liveFile}`,
            rollback: `echo rollback $GRACE_EXECUTION_ID $GRACE_PREVIOUS_REVISION >> ${deployLog}; ${pause}echo $GRACE_PREVIOUS_REVISION > ${liveFile}`,
            status: `cat ${liveFile}`,
            timeout: '20s',
          },
          ...options.target,
        },
      },
    }),
  )
  return { repository, git, liveFile, deployLog, hurts: live.hurts, close: live.close }
}
