import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Notes what went into the page, for the licences of the package that ships it. */
const notesModules = {
  name: 'notes-modules',
  writeBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
    const file = new URL('dist/page-modules.json', import.meta.url);
    writeFileSync(file, JSON.stringify(modules.filter((module) => module.includes('node_modules'))));
  },
};

export default defineConfig({
  plugins: [notesModules],
  root: fileURLToPath(new URL('src/page', import.meta.url)),
  // The server knows the page by these names, wherever it is mounted: assets are asked for by absolute path.
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('dist/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A script or picture inside the page would want a looser content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
});
