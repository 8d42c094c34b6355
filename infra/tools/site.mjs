// `npm run site`: docs/ and the README as a site in dist/site, with search and an API reference made from the doc comments.
// Builds offline. A link that leads nowhere ends it, also to a heading. `npm run site -- --serve` shows it. Needs a built clone.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, createServer } from 'vitepress';
import { writeApiReference } from './site/api-reference.mjs';
import { checkLinks } from './site/check-links.mjs';
import { stagePages } from './site/stage-pages.mjs';

const root = join(import.meta.dirname, '..', '..');
// Inside this folder: Vite looks for the site's packages above its pages.
const staging = join(import.meta.dirname, '.site');
const out = join(root, 'dist', 'site');

rmSync(staging, { recursive: true, force: true });
mkdirSync(join(staging, '.vitepress'), { recursive: true });
cpSync(join(import.meta.dirname, 'site', 'config.mjs'), join(staging, '.vitepress', 'config.mjs'));
stagePages(root, staging);
await writeApiReference(root, join(staging, 'api'));

if (process.argv.includes('--serve')) {
  const server = await createServer(staging);
  await server.listen();
  server.printUrls();
} else {
  rmSync(out, { recursive: true, force: true });
  await build(staging, { outDir: out });
  const dead = checkLinks(out);
  for (const link of dead) console.error(`dead link: ${link}`);
  if (dead.length > 0) process.exit(1);
  rmSync(staging, { recursive: true });
  console.log('the site is in dist/site');
}
