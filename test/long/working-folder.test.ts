import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder, unitscope } from '../e2e/support/command-line.js';

const PROGRAMS = [
  'python3',
  'python',
  'minio',
  'weed',
  'temporal',
  'setpriv',
  'sh',
  'bash',
  'env',
  'node',
  'npm',
];

it('doctor starts no program and imports no module of the working folder, whatever PATH and PYTHONPATH say', async () => {
  const folder = await temporaryFolder();
  const working = join(folder, 'working');
  const bait = join(folder, 'started');
  const places = ['.', 'bin', 'node_modules/.bin', '.venv/bin'];
  for (const place of places) {
    await mkdir(join(working, place), { recursive: true });
    for (const program of PROGRAMS) {
      const file = join(working, place, program);
      await writeFile(file, `#!/bin/sh\necho "$0" >> '${bait}'\n`);
      await chmod(file, 0o755);
    }
  }
  for (const name of ['pip', 'site', 'sitecustomize', 'usercustomize', 'zipfile', 'encodings'])
    await writeFile(join(working, `${name}.py`), `open('${bait}', 'a').write('${name}')\n`);
  // A clone's mark, and the server that a clone keeps: the folder is none.
  await mkdir(join(working, '.cache', 'seaweedfs'), { recursive: true });
  await writeFile(join(working, 'nx.json'), '{}');
  const names = ['', ...places, ...places.map((place) => join(working, place))];
  const run = await unitscope(['doctor', '--json'], {
    cwd: working,
    env: {
      PATH: [...names, process.env['PATH'] ?? ''].join(delimiter),
      PYTHONPATH: working,
      PYTHONSTARTUP: join(working, 'pip.py'),
      XDG_CACHE_HOME: '.cache',
      AWS_ENDPOINT_URL_S3: '',
      AWS_ENDPOINT_URL: '',
    },
  });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(bait)).toBe(false);
  const findings = JSON.parse(run.stdout) as { part: string; found: string }[];
  for (const { part, found } of findings) if (part !== 'store') expect(found).not.toContain(working);
});
