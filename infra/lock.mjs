// `npm run lock`: writes package-lock.json (and that of infra/tools) anew from the package.json files alone. npm, run beside a node_modules folder,
// leaves out of the lock file what that folder lacks: the packages of other platforms, without which `npm ci` refuses.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'unitscope-lock-'));
try {
  const list = spawnSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', 'package.json', '**/package.json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const file of [...list.stdout.trim().split('\n'), '.npmrc', 'infra/tools/.npmrc']) {
    mkdirSync(join(scratch, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(scratch, file));
  }
  for (const folder of ['', join('infra', 'tools')]) writeLock(folder);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeLock(folder) {
  const { status } = spawnSync('npm', ['install', '--package-lock-only', '--loglevel=error'], {
    cwd: join(scratch, folder),
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  const lock = join(folder, 'package-lock.json');
  completePlatforms(join(scratch, lock));
  copyFileSync(join(scratch, lock), join(root, lock));
}

/**
 * A registry may lack the package of a platform that a release names (a mirror that is behind), and `npm ci` refuses a
 * lock file without it. Where earlier versions of it say what platform it is for, it is written without a checksum: no
 * machine of another platform fetches it. Anything else that lacks is refused.
 */
function completePlatforms(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const present = new Set(Object.keys(lock.packages).map((key) => key.split('node_modules/').at(-1)));
  const unknown = [];
  for (const [key, { version, optionalDependencies = {} }] of Object.entries(lock.packages)) {
    const parent = key.split('node_modules/').at(-1);
    for (const [name, wanted] of Object.entries(optionalDependencies)) {
      if (present.has(name)) continue;
      const platform = /^\d/.test(wanted) ? platformOf(name) : null;
      if (platform === null) unknown.push(`${parent} ${version} needs ${name}`);
      else lock.packages[`node_modules/${name}`] = { version: wanted, ...platform, optional: true };
      if (platform !== null)
        process.stderr.write(`lock: ${name} ${wanted} is not in the registry: no checksum\n`);
    }
  }
  if (unknown.length > 0) {
    throw new Error(
      `the registry lacks optional packages; ask for an earlier release in package.json:\n${unknown.join('\n')}`,
    );
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : Number(a > b))),
  );
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}

/** What the newest version that is there says about its platform; null where none is, or it runs anywhere. */
function platformOf(name) {
  const { stdout, status } = spawnSync('npm', ['view', name, 'os', 'cpu', 'libc', 'license', '--json'], {
    encoding: 'utf8',
  });
  if (status !== 0 || stdout.trim() === '') return null;
  const { os, cpu, libc, license } = JSON.parse(stdout);
  if (os === undefined || cpu === undefined) return null;
  const list = (value) => [value].flat();
  return { cpu: list(cpu), ...(libc && { libc: list(libc) }), license, os: list(os) };
}
