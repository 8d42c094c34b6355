// `npm run check:packages [-- FOLDER]`: publint and arethetypeswrong over the tarballs of a folder (default: dist/packages,
// where `npm run pack` writes them).
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', '..', 'dist', 'packages'));
const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));

/** The packages are ES modules for Node 22.12 or later: what older resolution lacks is meant so. */
const MEANT = new Set(['node10', 'node16-cjs']);

let problems = 0;
for (const file of tarballs) {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  for (const message of messages) say(file, formatMessage(message, pkg));
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (!analysis.types) continue;
  for (const problem of analysis.problems) {
    if (!MEANT.has(problem.resolutionKind)) say(file, `${problem.kind} ${JSON.stringify(problem)}`);
  }
}
console.log(`${tarballs.length} packages checked, ${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;

function say(file, text) {
  problems++;
  console.error(`${file}: ${text}`);
}
