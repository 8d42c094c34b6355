import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

// `UNITSCOPE_TEST_COUNTS` names a file for the counts that CI adds up.
const counts = process.env['UNITSCOPE_TEST_COUNTS'];

interface Package {
  readonly name: string;
  readonly exports?: { readonly '.': { readonly '@unitscope/source': string } };
}
const packages = ['packages', 'apps', '.']
  .flatMap((room) =>
    readdirSync(join(import.meta.dirname, room)).map((name) => join(import.meta.dirname, room, name)),
  )
  .filter((folder) => existsSync(join(folder, 'src')) && existsSync(join(folder, 'package.json')))
  .map((folder) => ({
    folder,
    ...(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package),
  }));

/**
 * Packages see each other's sources: the tests of one see a change of another without a build. By alias, since Vitest hands
 * conditions on to the Node of threads and processes, which cannot read TypeScript.
 */
const alias = packages.flatMap(({ name, folder, exports }) =>
  exports === undefined
    ? []
    : [{ find: new RegExp(`^${name}$`), replacement: join(folder, exports['.']['@unitscope/source']) }],
);

/** What runs in a thread or process of its own is read by Node: it is the built one. */
const builtParts: Plugin = {
  name: 'built-parts',
  enforce: 'pre',
  transform(code, id) {
    const { folder } = packages.find(({ folder }) => id.startsWith(join(folder, 'src', '/'))) ?? {};
    if (folder === undefined) return undefined;
    const place = dirname(id.slice(join(folder, 'src', '/').length)).replace(/^server/, '');
    const beside = pathToFileURL(join(folder, 'dist', place)).href.replace(/\/?$/, '/');
    return code.replaceAll(
      /new URL\('(?:\.\/)?([\w-]+(?:\.js|\/))', import\.meta\.url\)/g,
      (_, name: string) => `new URL('${beside}${name}')`,
    );
  },
};

export default defineConfig({
  resolve: { alias },
  plugins: [builtParts],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // `npm test` gives them all cores and lets files share a process: projects take neither from here.
    projects: [
      ...packages
        .filter(({ folder }) => existsSync(join(folder, 'test')))
        .map(({ name, folder: root }) => ({ extends: true as const, test: { name, root } })),
      'test/e2e',
    ],
    reporters: counts === undefined ? ['default'] : ['default', ['json', { outputFile: counts }]],
  },
});
