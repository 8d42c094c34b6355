import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';

const UNITS = 5;
const IMAGES = 16;
const SIZE = 12;

export const HOSTILE_LAYER = `<img src=x onerror="alert(1)">'; DROP TABLE units`;
export const CHECKPOINTS = ['step-1', 'step-2', 'step-3'];

export interface SampleStore {
  readonly address: string;
  readonly folder: string;
  /** Prepared, not run; `rest` are more lines of its spec. */
  prepare(name: string, rest?: string): Promise<Manifest>;
  /** One of its two files holds a NaN. */
  prepareBroken(name: string): Promise<Manifest>;
  remove(): Promise<void>;
}

/** A store, and activation files of 3 checkpoints × 2 layers × 2 categories; unit 0 is silent at the last checkpoint. */
export async function sampleStore(): Promise<SampleStore> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-dashboard-'));
  let seed = 7;
  for (const checkpoint of CHECKPOINTS) {
    for (const [layerIndex, layer] of ['conv1', HOSTILE_LAYER].entries()) {
      for (const category of ['cat', 'dog']) {
        const sink = new MemorySink();
        const images = Array.from({ length: IMAGES }, (_, i) => `img${i}`);
        const labels = { checkpoint, layer, layerIndex, category };
        const writer = await ActivationsWriter.begin(sink, { size: SIZE, images, ...labels });
        const rows = UNITS * IMAGES;
        const maps = Float32Array.from({ length: rows * SIZE * SIZE }, (_, at) => {
          seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
          const unit = Math.floor(at / (SIZE * SIZE)) % UNITS;
          if (unit === 0 && checkpoint === 'step-3') return 0;
          return Math.max(0, seed / 2 ** 31 - 0.5 - unit / 8);
        });
        const unit = Uint32Array.from({ length: rows }, (_, row) => row % UNITS);
        await writer.write(
          unit,
          Uint32Array.from(unit, (_, row) => Math.floor(row / UNITS)),
          maps,
        );
        await writer.close();
        await writeFile(join(folder, `${checkpoint}-${layerIndex}-${category}.arrow`), sink.bytes());
      }
    }
  }
  await mkdir(join(folder, 'broken'));
  for (const [category, value] of [
    ['cat', NaN],
    ['dog', 0.5],
  ] as const) {
    const sink = new MemorySink();
    const labels = { checkpoint: 'step-1', layer: 'conv1', category };
    const writer = await ActivationsWriter.begin(sink, { size: SIZE, images: ['a'], ...labels });
    await writer.write(Uint32Array.of(0), Uint32Array.of(0), new Float32Array(SIZE * SIZE).fill(value, 5));
    await writer.close();
    await writeFile(join(folder, 'broken', `${category}.arrow`), sink.bytes());
  }
  const address = join(folder, 'store');
  const prepared = async (name: string, glob: string, rest: string): Promise<Manifest> => {
    const text = `name: ${name}\nsource: { activations: ["${glob}"] }\nstatistics: { bootstrap: 50 }\n${rest}`;
    const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
    await prepareSweep(await openStore(address), manifest, text, { replace: false });
    return manifest;
  };
  return {
    address,
    folder,
    prepare: (name, rest = '') => prepared(name, '*.arrow', rest),
    prepareBroken: (name) => prepared(name, 'broken/*.arrow', ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
