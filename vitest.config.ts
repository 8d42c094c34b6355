import { defineConfig } from 'vitest/config';

// `UNITSCOPE_TEST_COUNTS` names a file for the counts that CI adds up.
const counts = process.env['UNITSCOPE_TEST_COUNTS'];

export default defineConfig({
  test: {
    // `npm test` gives them all cores and lets files share a process: projects take neither from here.
    projects: ['packages/*', '!packages/python', 'apps/*', 'workflows', 'test/e2e'],
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
  },
});
