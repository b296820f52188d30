import { defineConfig } from 'vitest/config'

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
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      withServers('db', 30_000),
      withServers('contract', 60_000),
      // Whole missions measure: one at a time, and nothing else beside them.
      {
        test: {
          ...withServers('story', 240_000).test,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
