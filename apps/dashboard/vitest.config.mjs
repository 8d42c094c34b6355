import { defineConfig } from 'vitest/config';

// Beside the page's own configuration, whose root is the page: the tests lie here.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
