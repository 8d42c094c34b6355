import { defineConfig } from 'vitest/config';

// What needs Node alone and takes long: sweeps that are killed, crashes of native code, networks of many kinds, a whole small reproduction.
export default defineConfig({
  test: {
    name: 'long',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
