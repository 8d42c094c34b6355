import { defineConfig } from 'vitest/config';

// Not among the projects of the root: `npm test` must pass without Python. Run by
// `npx vitest run --config test/interop/vitest.config.ts`.
export default defineConfig({
  test: {
    name: 'interop',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
