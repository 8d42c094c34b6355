import { defineConfig } from 'vitest/config';

// `UNITSCOPE_TEST_COUNTS` names a file for the counts that CI adds up.
const counts = process.env['UNITSCOPE_TEST_COUNTS'];

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'workflows', 'test/e2e'],
    // Vitest leaves one core to itself, which is half of a small machine.
    maxWorkers: '100%',
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
  },
});
