import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// What a test file imports from packages is compiled once, not by every worker.
process.env.NODE_COMPILE_CACHE ??= new URL('node_modules/.cache/vitest', import.meta.url).pathname

/** Stories that look at times and rates: after all others, and two at a time, for much of one is waiting. */
const TIMED = ['clicks', 'slow', 'outages'].map((name) => `test/story/${name}.test.ts`)

const withServers = (name: string, testTimeout: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    globalSetup: 'test/support/servers.ts',
    testTimeout,
    hookTimeout: 60_000,
    pool: 'forks' as const,
  },
})

export default defineConfig({
  test: {
    // Much of a test is waiting for other processes; Vitest's own default is one fewer than there are cores.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Property tests are many small ones: on a busy machine more than Vitest's five seconds.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      // Needs no server; what it waits for is in its own hook.
      { test: { name: 'abuse', include: ['test/abuse/**/*.test.ts'], pool: 'forks' } },
      withServers('db', 30_000),
      withServers('contract', 60_000),
      withServers('chaos', 120_000),
      {
        test: { ...withServers('story', 240_000).test, exclude: TIMED },
      },
      {
        test: {
          ...withServers('timed', 240_000).test,
          include: TIMED,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
