import { defineConfig } from 'vitest/config';

// Every test starts the command line as a user does, mostly several times.
export default defineConfig({
  test: {
    name: 'e2e',
    include: ['*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
  },
});
