import { defineConfig } from 'vitest/config';

// What needs Node alone and takes long: sweeps that are killed, full disks, a whole small reproduction.
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
