import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSweep } from '@unitscope/engine';
import { parseSpec } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';

const UNITS = 6;
const IMAGES = 24;
const SIZE = 14;

export interface SampleSweep {
  readonly store: ObjectStore;
  readonly folder: string;
  remove(): Promise<void>;
}

/** Real sweeps over activation files of 3 checkpoints × 2 layers × 2 categories; one spec (its YAML) each. */
export async function sampleSweeps(specs: Readonly<Record<string, string>>): Promise<SampleSweep> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-query-'));
  await mkdir(join(folder, 'maps'));
  let seed = 1;
  for (const checkpoint of ['step-1', 'step-2', 'step-3'])
    for (const [layerIndex, layer] of ['conv1', '<b>conv2</b>'].entries())
      for (const category of ['cat', "o'dog"]) {
        const sink = new MemorySink();
        const images = Array.from({ length: IMAGES }, (_, i) => `img${i}`);
        const writer = await ActivationsWriter.begin(sink, {
          size: SIZE,
          images,
          checkpoint,
          layer,
          layerIndex,
          category,
        });
        const rows = UNITS * IMAGES;
        // A unit whose maps are sparser with every checkpoint; unit 0 dies at the last one.
        const maps = Float32Array.from({ length: rows * SIZE * SIZE }, (_, at) => {
          seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
          const unit = Math.floor(at / (SIZE * SIZE)) % UNITS;
          if (unit === 0 && checkpoint === 'step-3') return 0;
          return Math.max(0, seed / 2 ** 31 - 0.5 - unit / 8);
        });
        const unit = Uint32Array.from({ length: rows }, (_, row) => row % UNITS);
        await writer.write(
          unit,
          Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / UNITS)),
          maps,
        );
        await writer.close();
        await writeFile(join(folder, 'maps', `${checkpoint}-${layerIndex}-${category}.arrow`), sink.bytes());
      }
  const store = await openStore(join(folder, 'store'));
  for (const [name, rest] of Object.entries(specs)) {
    const text = `name: ${name}\nsource: { activations: ["maps/*.arrow"] }\n${rest}`;
    const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
    await prepareSweep(store, manifest, text, { replace: false });
    await runSweep(manifest, { store: join(folder, 'store'), threads: 1 });
  }
  return { store, folder, remove: () => rm(folder, { recursive: true }) };
}
