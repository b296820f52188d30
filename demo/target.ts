// What grace.yaml would say of the demo.

/** Enough for a look-up without an index to be slow on any machine. */
export const DEMO_USERS = 120_000

/** Where this machine's demo is. */
export interface DemoAddress {
  /** Its bare repository. */
  readonly origin: string
  /** Directory of the live checkout, with data/ and the pointer to the release. */
  readonly live: string
  readonly port: number
  /** demo/ops.mjs and the Node to run it with. */
  readonly ops: string
  readonly node: string
}

export type DemoConfig = ReturnType<typeof demoConfig>

/** `quick`: the test plan, a short watch and few rounds. */
export const demoConfig = ({ origin, live, port, ops, node }: DemoAddress, quick = false) => ({
  parliament: { members: [{ id: 'you', name: 'You' }], dwell: '0s' },
  targets: {
    demo: {
      repository: origin,
      branch: 'main',
      environment: { USERS: String(DEMO_USERS) },
      test: {
        command:
          'mkdir -p reports && node --test --experimental-test-coverage --test-reporter=junit --test-reporter-destination=reports/junit.xml --test-reporter=lcov --test-reporter-destination=reports/lcov.info',
        report: 'reports/junit.xml',
        coverage: 'reports/lcov.info',
        repetitions: quick ? 2 : 3,
      },
      bench: { command: ['node', 'bench/lookup.mjs'], rounds: quick ? 3 : 5 },
      serve: { command: ['node', 'src/server.mjs'], port: 8080, environment: { DATA_DIR: '/tmp/data' } },
      load: {
        rate: 50,
        requests: [
          'GET /users?email=user{1..120000}@example.com',
          'GET /users?email=user{1..120000}@example.com',
          'GET /users?email=user{1..120000}@example.com',
          'GET /users/{1..120000}',
        ],
        ...(quick
          ? { slice: '300ms', slices: 6, sets: 4, max_sets: 4, budget: '45s' }
          : { slice: '400ms', slices: 6, sets: 4, max_sets: 8, budget: '75s' }),
      },
      live: {
        metrics: `http://127.0.0.1:${port}/metrics`,
        scrape: quick ? '250ms' : '1s',
        every: quick ? '1s' : '3s',
        window: quick ? '6s' : '12s',
        min_requests: quick ? 20 : 40,
        objectives: { latency_p95: '3ms', error_rate: '1%' },
      },
      coverage_objective: '80%',
      deploy: {
        command: [node, ops, 'deploy', live, String(port)],
        rollback: [node, ops, 'rollback', live, String(port)],
        status: [node, ops, 'status', live, String(port)],
        timeout: '60s',
      },
      playbooks: [
        {
          name: 'missing-index-sqlite',
          on: 'latency',
          command: 'node "$GRACE_PLAYBOOKS/missing-index-sqlite.mjs"',
          evidence: {
            'slow-query.log': `${live}/data/slow-query.log`,
            'schema.sql': `${live}/data/schema.sql`,
          },
        },
      ],
      policy: { watch: quick ? '6s' : '60s' },
    },
  },
})
