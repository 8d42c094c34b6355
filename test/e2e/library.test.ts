import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { done, temporaryFolder } from './support/command-line.js';

const example = fileURLToPath(new URL('../../examples/library.mjs', import.meta.url));

it('the library runs the sweep of the command line, and finds what that has done', async () => {
  const folder = await temporaryFolder();
  await writeActivations(join(folder, 'a.arrow'), reluNoise(1), { layer: 'conv1' });
  await writeActivations(join(folder, 'b.arrow'), reluNoise(2), { layer: 'conv2' });
  await writeFile(join(folder, 'sweep.yaml'), '{ name: s, source: { activations: ["*.arrow"] } }');
  const library = (store: string): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [example, 'sweep.yaml', store], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  expect(library('.unitscope')).toBe('2 cells done, 2 already there, 0 tasks failed\n');
  expect(library('another')).toBe('2 cells done, 0 already there, 0 tasks failed\n');
});
