import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BirthKernel } from '@unitscope/topology';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/open-model.ts';

/** Of a convolution, as PyTorch made its maps and GUDHI found their births: one number a unit. Made by test/zoo/fixtures.py. */
interface Recorded {
  /** The operator of PyTorch whose output the tap is to be. */
  readonly operator: string;
  readonly means: readonly number[];
  /** Ranks; 0: no cycle is born within the density. */
  readonly births: readonly number[];
}

const FOLDER = join(import.meta.dirname, '../fixtures/zoo');
const exports = readdirSync(FOLDER).filter((name) => name.endsWith('.onnx'));
const kernel = new BirthKernel();

function birthsOf(maps: Float32Array, units: number, size: number): number[] {
  const birthRanks = new Uint32Array(units);
  kernel.measure(maps, size, { birthRanks });
  return [...birthRanks];
}

async function image(): Promise<Float32Array> {
  const bytes = await readFile(join(FOLDER, 'image.f32'));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

describe('a narrow network of torchvision or timm, as PyTorch exports it', () => {
  it.each(exports)(
    '%s: each tap is the tensor that PyTorch makes, and each birth is that of GUDHI',
    async (file) => {
      const [name = ''] = file.split('.');
      const text = await readFile(join(FOLDER, `${name}.json`), 'utf8');
      const { layers: recorded } = JSON.parse(text) as { layers: (Recorded | null)[] };
      const model = await openModel(join(FOLDER, file));
      try {
        expect(model.unseen).toEqual([]);
        expect(model.layers.map(({ measurable }) => measurable)).toEqual(recorded.map((one) => one !== null));
        const measured = model.layers.filter(({ measurable }) => measurable);
        await model.forward(await image(), 1, measured, ({ name: layer, index, units, height }, maps) => {
          const { means, births } = recorded[index]!;
          const length = height * height;
          const found = means.map((_, unit) => {
            const own = maps.subarray(unit * length, (unit + 1) * length);
            return own.reduce((sum, value) => sum + value, 0) / length;
          });
          expect(units).toBe(means.length);
          for (const [unit, mean] of means.entries())
            expect(found[unit], `${layer}, unit ${unit}`).toBeCloseTo(mean, 4);
          expect(birthsOf(maps, units, height), layer).toEqual(births);
        });
      } finally {
        await model.dispose();
      }
    },
  );
});
