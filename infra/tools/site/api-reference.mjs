import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Application, Converter } from 'typedoc';
import { libraryPackages } from '../../library-packages.mjs';

/** Writes a page a package, from the doc comments of what it exports; also of the Python package. */
export async function writeApiReference(root, out) {
  const folders = libraryPackages(root);
  const tsconfig = join(out, '..', 'tsconfig.json');
  writeFileSync(
    tsconfig,
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], noEmit: true },
      files: folders.map((folder) => join(root, folder, 'src', 'index.ts')),
    }),
  );
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: folders.map((folder) => join(root, folder, 'src', 'index.ts')),
    tsconfig,
    out,
    readme: 'none',
    name: 'API reference',
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    skipErrorChecking: true,
    logLevel: 'Error',
    router: 'module',
  });
  const names = new Map(
    folders.map((folder) => [
      basename(folder),
      JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name,
    ]),
  );
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const folder = module.name.split('/').find((part) => names.has(part));
      if (folder !== undefined) module.name = folder;
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc could not read the packages');
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('typedoc found errors');
  for (const file of readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.md')))
    mendAnchors(join(out, file));
  const script = join(import.meta.dirname, 'python_reference.py');
  execFileSync('python3', [script, join(root, 'packages/python/src/unitscope'), join(out, 'python.md')], {
    stdio: 'inherit',
  });
}

/** A link to the second heading of a name (`#layer-1`) where the page has one only. */
function mendAnchors(file) {
  const text = readFileSync(file, 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading.replace(/\W/g, '').toLowerCase(),
  );
  const mended = text.replace(/\(#([\w]+)-(\d+)\)/g, (whole, slug, number) =>
    headings.filter((heading) => heading === slug).length > Number(number) ? whole : `(#${slug})`,
  );
  writeFileSync(file, mended);
}
