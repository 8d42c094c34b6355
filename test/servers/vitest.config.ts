import { defineConfig } from 'vitest/config';

// Not among the projects of the root: these bring up real servers. Run by
// `npx vitest run --config test/servers/vitest.config.ts`.
export default defineConfig({
  test: {
    name: 'servers',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
