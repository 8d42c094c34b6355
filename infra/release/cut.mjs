// `npm run release -- VERSION`: cuts a release in the working tree: versions (nx release), what else names one, the changelog, the
// lock files. It commits, tags and publishes nothing. `--dry-run` writes nothing. RUNBOOK.md says what comes before and after.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { releaseVersion } from 'nx/release/index.js';
import { cutChangelog, hasUnreleased } from './changelog.mjs';
import { versionPlaces } from './version-places.mjs';

const root = join(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, date: { type: 'string' } },
  allowPositionals: true,
});
const dryRun = values['dry-run'];
const { version: current } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
// A dry run may leave it out.
const [version = dryRun ? current.replace(/\d+$/, (patch) => Number(patch) + 1) : undefined] = positionals;
const date = values.date ?? new Date().toISOString().slice(0, 10);

if (!/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/.test(version ?? '')) {
  fail(
    `expected a version such as 0.3.0 or 0.3.0-rc.1, found ${version ?? 'none'}: npm run release -- 0.3.0`,
  );
}
if (!isAfter(version, current)) {
  fail(`expected a version after ${current}, found ${version}`);
}
if (!dryRun && git('status', '--porcelain') !== '') fail('expected a clean working tree: commit first');

const before = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
// Right after a release there is nothing to release: a dry run tries the rest.
const changelog = dryRun && !hasUnreleased(before) ? before : cutChangelog(before, version, date);
const places = versionPlaces(version, date).map(({ file, change }) => [
  file,
  change(readFileSync(join(root, file), 'utf8')),
]);
const { workspaceVersion } = await releaseVersion({
  specifier: version,
  dryRun,
  gitCommit: false,
  gitTag: false,
  stageChanges: false,
});
if (workspaceVersion !== version) fail(`nx release gave ${workspaceVersion}`);
for (const [file, text] of [...places, ['CHANGELOG.md', changelog]]) {
  console.log(`${file}: ${version}`);
  if (!dryRun) writeFileSync(join(root, file), text);
}
if (!dryRun) {
  const { status } = spawnSync(process.execPath, [join(root, 'infra', 'lock.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(
  dryRun ? `dry run: nothing was written for ${version}` : `${version} is cut: look at \`git diff\``,
);

/** 0.3.0 comes after 0.3.0-rc.1. */
function isAfter(a, b) {
  const [core, candidate] = a.split('-');
  const [coreBefore, candidateBefore] = b.split('-');
  const order = (x, y) => x.localeCompare(y, 'en', { numeric: true });
  if (core !== coreBefore) return order(core, coreBefore) > 0;
  if (candidate === undefined || candidateBefore === undefined) return candidateBefore !== undefined;
  return order(candidate, candidateBefore) > 0;
}

function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
}

function fail(message) {
  console.error(`release: ${message}`);
  process.exit(1);
}
