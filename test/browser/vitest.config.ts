import { defineConfig } from 'vitest/config';

// Needs Chromium and the demo's checkpoints; `.ci/run` runs it after the demo. `npm run test:browser`.
const counts = process.env['UNITSCOPE_TEST_COUNTS'];

export default defineConfig({
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['site.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
  },
});
