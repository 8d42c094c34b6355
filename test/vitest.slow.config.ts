import { defineConfig } from 'vitest/config';

// What needs Python, servers or the registry, or takes long; `.ci/run` runs it after `npm test`.
const counts = process.env['UNITSCOPE_TEST_COUNTS'];

export default defineConfig({
  test: {
    projects: ['deploy', 'documentation', 'install', 'interop', 'long', 'servers'].map(
      (name) => `${import.meta.dirname}/${name}`,
    ),
    fileParallelism: false,
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
  },
});
