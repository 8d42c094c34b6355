import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reluNoise, writeActivations } from './activation-files.js';
import { temporaryFolder } from './command-line.js';

export const SPEC =
  'name: s\nsource: { activations: ["maps/*.arrow"] }\nbirths: true\nstatistics: { bootstrap: 50 }\n';

/** Activation files of 2 checkpoints × 2 layers × 2 categories, and a spec over them. */
export async function activationFolder(spec = SPEC): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'maps'));
  let seed = 0;
  for (const checkpoint of ['step-2', 'step-10'])
    for (const [layerIndex, layer] of ['conv1', 'conv2'].entries())
      for (const category of ['cat', 'dog']) {
        const name = `${checkpoint}-${layer}-${category}.arrow`;
        const labels = { checkpoint, layer, layerIndex, category };
        await writeActivations(join(folder, 'maps', name), reluNoise(++seed), labels);
      }
  await writeFile(join(folder, 'sweep.yaml'), spec);
  return folder;
}
