import { defineConfig } from 'vitest/config';

// Not among the projects of the root: it starts Python and the compiler.
export default defineConfig({
  test: {
    name: 'documentation',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 300_000,
  },
});
