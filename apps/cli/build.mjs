// Bundles the command line and the packages of this repository into dist/: what `npx unitscope` runs in the clone is
// what `npm pack` ships. Packages with native or data files stay outside and are the package's dependencies.
import { copyFileSync, cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { build } from 'esbuild';
import { publicFaces } from './public-faces.mjs';
import { thirdPartyLicences } from '../../infra/licences.mjs';

const require = createRequire(import.meta.url);

/**
 * What a part brings (packages/process) is looked for when it is loaded, beside unitscope and inside the part, so that the
 * command line starts without it.
 */
const parts = {
  name: 'parts',
  setup(plugins) {
    const filter = /^(@temporalio\/|@tensorflow\/|onnxruntime-node$)/;
    plugins.onResolve({ filter }, ({ path }) => ({ path, namespace: 'part' }));
    plugins.onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: [
        `import { requirePackage } from '@unitscope/process';`,
        `const found = requirePackage(${JSON.stringify(path)});`,
        `export default found;`,
        // A dynamic import has no other names than those that stand here.
        ...Object.keys(require(path)).map(
          (name, at) => `const _${at} = found.${name}; export { _${at} as ${name} };`,
        ),
      ].join('\n'),
      resolveDir: import.meta.dirname,
    }));
  },
};

/** Makes a Segmenter when it is loaded, which takes as long as all the rest of `--help`: so when it is first asked. */
const late = {
  name: 'late',
  setup(plugins) {
    plugins.onResolve({ filter: /^string-width$/ }, ({ path, kind, resolveDir }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'late', pluginData: resolveDir },
    );
    plugins.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
      contents: `export default (...given) => require(${JSON.stringify(path)}).default(...given);`,
      resolveDir: pluginData,
    }));
  },
};

/** zod's messages in fifty languages, of which none but English is said. */
const english = {
  name: 'english',
  setup(plugins) {
    plugins.onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, resolveDir }) =>
      /[\\/]zod[\\/]/.test(resolveDir) ? { path: resolve(resolveDir, path, '../en.js') } : undefined,
    );
  },
};

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: {
    bin: 'src/bin.ts',
    thread: '../../packages/engine/dist/thread.js',
    'ablation-thread': '../../packages/ablation/dist/ablation-thread.js',
    'results-process': '../dashboard/dist/results-process.js',
    'training-process': '../../packages/reproduction/dist/networks/training-process.js',
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
  // koffi's JavaScript is inside, its libraries are packages of one platform each.
  external: [...Object.keys(dependencies), '@koromix/*'],
  plugins: [parts, publicFaces, late, english],
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
  'fonts',
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

// The fonts of PDFs, with their licence.
const fonts = new URL('dist/fonts/', import.meta.url);
rmSync(fonts, { recursive: true, force: true });
const dejavu = dirname(require.resolve('dejavu-fonts-ttf/package.json'));
for (const file of ['ttf/DejaVuSansCondensed.ttf', 'ttf/DejaVuSansCondensed-Bold.ttf', 'LICENSE'])
  cpSync(resolve(dejavu, file), new URL(basename(file), fonts));

// The dashboard's page; its server finds it beside itself.
const page = new URL('dist/page', import.meta.url);
rmSync(page, { recursive: true, force: true });
cpSync(new URL('../dashboard/dist/page', import.meta.url), page, { recursive: true });

// The licences of all code of others that is inside: of the command line, of the workflows, of the page.
const text = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const [, map = ''] =
  /sourceMappingURL=data:application\/json;[^,]*base64,([A-Za-z0-9+/=]+)/.exec(
    text('dist/workflow-bundle.js'),
  ) ?? [];
const sources = [
  ...Object.keys(metafile.inputs).map((path) => resolve(import.meta.dirname, path)),
  ...JSON.parse(Buffer.from(map, 'base64').toString()).sources,
  ...JSON.parse(text('../dashboard/dist/page-modules.json')),
];
writeFileSync(new URL('dist/THIRD_PARTY_LICENSES', import.meta.url), thirdPartyLicences(sources));
