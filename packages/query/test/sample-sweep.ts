import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSweep } from '@unitscope/engine';
import { parseSpec, type MetaValue } from '@unitscope/plan';
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

interface SampleOptions {
  /** By label; unit 0 is dead where it says so, and the cats of conv1 hold a NaN. */
  readonly checkpoints?: Readonly<
    Record<
      string,
      { readonly dead?: boolean; readonly unmeasured?: boolean; readonly meta?: Record<string, MetaValue> }
    >
  >;
}

/** Real sweeps over activation files of checkpoints × 2 layers × 2 categories; one spec (its YAML) each. */
export async function sampleSweeps(
  specs: Readonly<Record<string, string>>,
  { checkpoints = { 'step-1': {}, 'step-2': {}, 'step-3': { dead: true } } }: SampleOptions = {},
): Promise<SampleSweep> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-query-'));
  await mkdir(join(folder, 'maps'));
  let seed = 1;
  for (const [checkpoint, { dead = false, unmeasured = false }] of Object.entries(checkpoints))
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
        // Units whose maps are the sparser the higher their number.
        const maps = Float32Array.from({ length: rows * SIZE * SIZE }, (_, at) => {
          seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
          const unit = Math.floor(at / (SIZE * SIZE)) % UNITS;
          if (unit === 0 && dead) return 0;
          return Math.max(0, seed / 2 ** 31 - 0.5 - unit / 8);
        });
        if (unmeasured && layerIndex === 0 && category === 'cat') maps[0] = NaN;
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
    const resolved = await resolveSweep(parseSpec(text, 'spec'), folder);
    const manifest = {
      ...resolved,
      checkpoints: resolved.checkpoints.map((one) => ({
        ...one,
        meta: checkpoints[one.label]?.meta ?? one.meta,
      })),
    };
    await prepareSweep(store, manifest, text, { replace: false });
    await runSweep(manifest, { store: join(folder, 'store'), threads: 1 });
  }
  return { store, folder, remove: () => rm(folder, { recursive: true }) };
}
