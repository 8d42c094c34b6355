// `npm run deps`: what is behind its newest release, beside what docs/dependencies.md says of it and since when.
// `--check` asks no registry: it fails where a direct dependency has no row in that table, or a row no date.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const rows = readRows();
const direct = directDependencies();
const rowOf = (name) => rows.find(({ names }) => names.some((pattern) => matches(pattern, name)));

if (process.argv.includes('--check')) check();
else report();

function check() {
  const problems = [
    ...direct.filter((name) => rowOf(name) === undefined).map((name) => `${name} has no row`),
    ...rows
      .filter(({ lookedAt }) => !/^\d{4}-\d{2}-\d{2}$/.test(lookedAt))
      .map(({ names }) => `${names} has no date`),
    ...rows
      .filter(({ names }) => !direct.some((name) => names.some((pattern) => matches(pattern, name))))
      .map(({ names }) => `${names} is not a dependency any more`),
  ];
  for (const problem of problems) console.error(`docs/dependencies.md: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function report() {
  const behind = outdated().filter(({ name }) => direct.includes(name));
  for (const { name, current, latest } of behind) {
    const { lookedAt = 'never', why = 'no row in docs/dependencies.md' } = rowOf(name) ?? {};
    console.log(`${name} ${current}, newest ${latest}; looked at ${lookedAt}: ${why}`);
  }
  console.log(`${behind.length} of ${direct.length} direct dependencies are behind their newest release`);
}

function outdated() {
  const { stdout, stderr } = spawnSync('npm', ['outdated', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (stdout.trim() === '') throw new Error(`npm outdated: ${stderr.trim()}`);
  const found = JSON.parse(stdout);
  if (found.error !== undefined) throw new Error(`npm outdated: ${found.error.summary}`);
  return Object.entries(found)
    .map(([name, places]) => ({ name, ...[places].flat()[0] }))
    .filter(({ current, latest }) => current !== latest)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function directDependencies() {
  const folders = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const files = ['', 'workflows', 'test', 'infra/tools', ...folders]
    .map((folder) => join(root, folder, 'package.json'))
    .filter((file) => existsSync(file));
  const names = files.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  });
  return [...new Set(names)].filter((name) => !name.startsWith('@unitscope/')).sort();
}

function readRows() {
  const page = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
  return page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (package |-)/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .map(([names, , why, lookedAt]) => ({ names: names.split(/,\s*/), why, lookedAt }));
}

function matches(pattern, name) {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
