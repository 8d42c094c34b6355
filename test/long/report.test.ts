import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.js';
import { done, refused, temporaryFolder } from '../e2e/support/command-line.js';

const LAYERS = 30;

it('a report opens with the answers, has dark charts, and of many layers and units at most 2 MB', async () => {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, 'maps'));
  for (const checkpoint of ['step-1', 'step-2', 'step-3'])
    for (let layerIndex = 0; layerIndex < LAYERS; layerIndex++)
      await writeActivations(
        join(cwd, 'maps', `${checkpoint}-${layerIndex}.arrow`),
        reluNoise(layerIndex + 1, { units: 40, images: 6 }),
        { checkpoint, layer: `features.${layerIndex}.conv`, layerIndex, category: 'cat' },
      );
  await writeFile(
    join(cwd, 'sweep.yaml'),
    'name: s\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 50 }\n',
  );
  await done(['sweep', 'sweep.yaml'], { cwd });
  await done(['report', 's', '--theme', 'auto', '--out', 'auto.html'], { cwd });
  const auto = await readFile(join(cwd, 'auto.html'), 'utf8');
  expect(Buffer.byteLength(auto)).toBeLessThan(2e6);
  // The answers, in the order of the overview, before any chart and table.
  const places = [
    'When did the layers settle?',
    'Which units died?',
    'What changed from step-1 to step-3, and how sure is that?',
    'What generalizes best?',
    '<figure',
    '<table',
  ].map((words) => auto.indexOf(words));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
  expect(auto).toContain('Within their own training');
  expect(auto).toContain('Checkpoints by H of their layers');
  // Both grounds, and on each a chart for narrow screens.
  expect(auto).toContain('fill="#14171c"');
  expect(auto).toContain('fill="#ffffff"');
  expect(auto.split('class="narrow"').length).toBe(auto.split('class="wide"').length);
  expect(auto).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  await done(['report', 's', '--theme', 'dark', '--out', 'dark.html'], { cwd });
  const dark = await readFile(join(cwd, 'dark.html'), 'utf8');
  expect(dark).not.toContain('fill="#ffffff"');
  expect(await refused(['report', 's', '--theme', 'blue'], { cwd })).toContain('light, dark, auto');
});
