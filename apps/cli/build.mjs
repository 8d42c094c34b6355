// Bundles the command line and the packages of this repository into dist/: what `npx unitscope` runs in the clone is
// what `npm pack` ships. Packages with native or data files stay outside and are the package's dependencies.
import { copyFileSync, cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: {
    bin: 'src/bin.ts',
    thread: '../../packages/engine/dist/thread.js',
    'ablation-thread': '../../packages/ablation/dist/ablation-thread.js',
    'results-process': '../dashboard/dist/results-process.js',
    'ablation-thread': '../../packages/ablation/dist/ablation-thread.js',
    'training-process': '../../packages/reproduction/dist/training-process.js',
    // A program of its own too: it must not share a file with what only `dev` needs.
    'supervised-process': '../../infra/supervised-process.mjs',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  minifySyntax: true,
  legalComments: 'linked',
  chunkNames: 'chunk-[hash]',
  external: Object.keys(dependencies),
  // CommonJS packages inside the bundle call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});

// What an earlier build left; afterwards, so that a command that runs meanwhile finds its files.
const built = new Set([
  ...Object.keys(metafile.outputs).map((path) => basename(path)),
  'workflow-bundle.js',
  'workflow-bundle-traced.js',
  'page',
]);
for (const file of readdirSync(new URL('dist', import.meta.url))) {
  if (!built.has(file)) rmSync(new URL(`dist/${file}`, import.meta.url), { recursive: true });
}

// The workflows as Temporal's sandbox runs them; a worker reads the file beside itself.
for (const file of ['workflow-bundle.js', 'workflow-bundle-traced.js'])
  copyFileSync(
    new URL(`../../workflows/dist/${file}`, import.meta.url),
    new URL(`dist/${file}`, import.meta.url),
  );

// The dashboard's page; its server finds it beside itself.
const page = new URL('dist/page', import.meta.url);
rmSync(page, { recursive: true, force: true });
cpSync(new URL('../dashboard/dist/page', import.meta.url), page, { recursive: true });

// What npm shows of the package.
for (const file of ['README.md', 'LICENSE']) {
  copyFileSync(new URL(`../../${file}`, import.meta.url), new URL(file, import.meta.url));
}
