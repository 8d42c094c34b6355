import { defineConfig } from 'vitest/config';

// Not among the projects of the root: it installs packages.
export default defineConfig({
  test: {
    name: 'install',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
