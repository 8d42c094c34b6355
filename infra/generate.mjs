// Writes what follows from the code: docs/sweep.schema.json, docs/commands.md, docs/benchmarks.md, packages/topology/src/noise-table.ts. `--check` only says whether they are
// up to date. Needs a built clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format } from 'prettier';
import { specJsonSchema } from '@unitscope/plan';
import { readRecords } from '../test/bench/benchmark-record.mjs';
import { benchmarksPage } from './benchmarks-page.mjs';
import { noiseTable } from './noise-table.mjs';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'apps', 'cli', 'dist', 'bin.js');
const check = process.argv.includes('--check');

function help(...args) {
  const { stdout, status, stderr } = spawnSync(process.execPath, [cli, ...args, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  });
  if (status !== 0) throw new Error(`unitscope ${args.join(' ')} --help: ${stderr}`);
  return stdout.trimEnd();
}

function commands() {
  const overview = help();
  const verbs = [...overview.matchAll(/^ {2}([a-z]+) /gm)].map(([, verb]) => verb);
  const known = [...new Set(verbs)].filter((verb) => !['help', 'unitscope'].includes(verb));
  const section = (title, text) => `## ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  return [
    '# Commands\n\nMade by `npm run generate` from the commands’ own `--help`.\n',
    section('unitscope', overview),
    ...known.map((verb) => section(`unitscope ${verb}`, help(verb))),
  ].join('\n');
}

const files = {
  'docs/sweep.schema.json': `${JSON.stringify(specJsonSchema(), null, 2)}\n`,
  'docs/commands.md': commands(),
  'packages/topology/src/noise-table.ts': noiseTable(),
  ...(await benchmarks()),
};

async function benchmarks() {
  const pages = await benchmarksPage(readRecords(join(root, 'docs', 'benchmarks.jsonl')));
  /** @type {import('prettier').Options} */
  const options = { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' };
  pages['docs/benchmarks.md'] = await format(pages['docs/benchmarks.md'], options);
  return pages;
}

let stale = 0;
for (const [name, content] of Object.entries(files)) {
  const path = join(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  stale++;
  if (check) console.error(`${relative(root, path)} is not what the code says: run \`npm run generate\``);
  else writeFileSync(path, content);
}
process.exitCode = check && stale > 0 ? 1 : 0;
