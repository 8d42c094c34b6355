// Python, as the local servers and the build of tfjs-node need it: to fetch a wheel and to unpack it. It runs in isolated
// mode (-I): nothing of the working folder, of PYTHONPATH or of the user's site-packages is imported. A wheel is taken
// only where its SHA-256 is one that stands in this repository.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { onPath, ownPath } from './supervised-process.mjs';

/** Runs isolated Python, beside its own program: pyenv reads a file of the folder where it is started. */
export function runPython(python, args) {
  return spawnSync(python, ['-I', ...args], {
    encoding: 'utf8',
    cwd: dirname(python),
    env: { ...process.env, PATH: ownPath() },
  });
}

/** Path of a Python that has pip, or undefined. */
export function pythonWithPip() {
  return ['python3', 'python']
    .map(onPath)
    .find((path) => path !== undefined && runPython(path, ['-m', 'pip', '--version']).status === 0);
}

/**
 * Downloads one wheel into `folder`, nothing that it depends on; answers what pip objected to, or undefined.
 * @param {string} python
 * @param {{ name: string, version: string, sha256: readonly string[], platforms: readonly string[],
 *   pythonVersion?: string }} wheel sha256: of the files that may be taken; platforms: wheel tags
 * @param {string} folder
 * @returns {string | undefined}
 */
export function downloadWheel(python, { name, version, sha256, platforms, pythonVersion }, folder) {
  const requirements = join(resolve(folder), 'requirements.txt');
  const hashes = sha256.map((digest) => ` --hash=sha256:${digest}`).join('');
  writeFileSync(requirements, `${name}==${version}${hashes}\n`);
  const { status, stderr, error } = runPython(python, [
    ...['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'],
    ...platforms.flatMap((tag) => ['--platform', tag]),
    ...(pythonVersion === undefined ? [] : ['--python-version', pythonVersion]),
    ...['--dest', resolve(folder), '--requirement', requirements],
  ]);
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
