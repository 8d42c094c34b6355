import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseSpec } from '@unitscope/plan';
import { resolveSweep } from '@unitscope/tasks';
import { tinyCheckpoints, tinySpec } from '../e2e/support/checkpoints.ts';
import { done } from '../e2e/support/command-line.ts';
import { python } from './python.ts';

it('pyarrow reads kept maps with their labels, and finds them where objects.arrow says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-interop-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await tinyCheckpoints(folder);
  const spec = `${tinySpec(folder)}activations: keep\n`;
  await writeFile(join(folder, 'sweep.yaml'), spec);
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  const cell = ['--checkpoint', 'step-0001', '--layer', 'conv3', '--category', '1'];
  await done(['maps', 'tiny', ...cell, '--out', 'maps.arrow'], { cwd: folder });
  const { source } = await resolveSweep(parseSpec(spec, 'spec'), folder);
  const images = source.kind === 'models' ? source.categories[1]?.images.map(({ label }) => label) : [];
  const found = JSON.parse(
    await python('kept_maps.py', join(folder, 'maps.arrow'), join(folder, '.unitscope'), 'tiny'),
  ) as object;
  expect(found).toMatchObject({
    cell: ['step-0001', 'conv3', '1'],
    images: images?.sort(),
    'of the object': ['0', '1', '2', '3', '4'],
    'same maps': true,
  });
  expect(found).toHaveProperty('units', 24);
  expect((found as { 'mean activation': number })['mean activation']).toBeLessThan(1e-12);
});
