import { defineConfig } from 'vitest/config';

// Not among the projects of the root: the first run fetches and builds the validators (.cache/deploy), which needs Go and
// Python. Run by `npx vitest run --config test/deploy/vitest.config.ts`.
export default defineConfig({
  test: {
    name: 'deploy',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 1_200_000,
    fileParallelism: false,
  },
});
