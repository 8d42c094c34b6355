// `npm run lock`: writes package-lock.json anew from the package.json files alone. npm, run beside a node_modules folder,
// leaves out of the lock file what that folder lacks: the packages of other platforms, without which `npm ci` refuses.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  for (const file of [...list.stdout.trim().split('\n'), '.npmrc']) {
    mkdirSync(join(scratch, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(scratch, file));
  }
  const { status } = spawnSync('npm', ['install', '--package-lock-only', '--loglevel=error'], {
    cwd: scratch,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  refuseIncomplete(join(scratch, 'package-lock.json'));
  copyFileSync(join(scratch, 'package-lock.json'), join(root, 'package-lock.json'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

// A release whose packages for some platforms are not published (yet) makes a lock file that `npm ci` refuses.
function refuseIncomplete(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  const present = new Set(Object.keys(packages).map((key) => key.split('node_modules/').at(-1)));
  const lacking = Object.entries(packages).flatMap(([key, { version, optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !present.has(name))
      .map((name) => `${key.split('node_modules/').at(-1)} ${version} needs ${name}`),
  );
  if (lacking.length === 0) return;
  throw new Error(
    `the registry lacks optional packages; pin an earlier release in overrides:\n${lacking.join('\n')}`,
  );
}
