// `npm run release:publish [-- FOLDER] [--dry-run]`: publishes the tarballs that `npm run pack` wrote (default: dist/packages).
// What the registry has already is left out, so that it can be run again after a failure. RUNBOOK.md says when.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? join(import.meta.dirname, '..', '..', 'dist', 'packages'));

for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
  const { name, version } = manifestOf(join(folder, file));
  const id = `${name}@${version}`;
  if (!values['dry-run'] && npm('view', id, 'version').stdout.trim() === version) {
    console.log(`${id} is published already`);
    continue;
  }
  // A release candidate is nobody's latest.
  const tag = version.includes('-') ? 'next' : 'latest';
  const options = ['--access', 'public', '--tag', tag, '--ignore-scripts'];
  const { status, stderr } = npm(
    'publish',
    join(folder, file),
    ...options,
    ...(values['dry-run'] ? ['--dry-run'] : []),
  );
  if (status !== 0) {
    console.error(stderr);
    console.error(`release: ${id} was not published; mend that and run it again`);
    process.exit(1);
  }
  console.log(values['dry-run'] ? `${id} would be published as ${tag}` : `${id} is published as ${tag}`);
}

function manifestOf(tarball) {
  const { stdout } = spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

function npm(...args) {
  return spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
}
