import { readFile, writeFile } from 'node:fs/promises';
import { ablationAreasSchema, ablationSchema, decodeTable, memorySource } from '@unitscope/tables';
import { resolveImages } from '@unitscope/tasks';
import { InputError } from '@unitscope/base';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  ablate,
  type Ablation,
  type AblateOptions,
  AblationInterruptedError,
  AblationOptionError,
  ClassIndexError,
  ablationAreasTable,
  ablationTable,
} from '@unitscope/ablation';
import { smallSweep, type SmallSweep } from './small-sweep.ts';

const UNITS = 12;
/** A sweep comes first; the machine may have other work. */
const TIMEOUT = 120_000;
let sweep: SmallSweep;
let whole: Ablation;

const options: AblateOptions = {
  layer: 'second',
  by: ['ineffectiveness', 'l1', 'random'],
  directions: ['forward', 'reverse'],
  randomOrders: 3,
  resamples: 100,
};

beforeAll(async () => {
  sweep = await smallSweep();
  whole = await ablate(sweep.results, { ...options, threads: 1 });
}, TIMEOUT);
afterAll(() => sweep.remove());

function curve(ablation: Ablation, ranking: string, more: Partial<Ablation['curves'][number]['order']> = {}) {
  const found = ablation.curves.find(
    ({ order, scope }) =>
      scope === 'all' &&
      order.ranking === ranking &&
      Object.entries(more).every(([key, value]) => order[key as keyof typeof order] === value),
  );
  if (found === undefined) throw new Error(`no curve of ${ranking}`);
  return found;
}

describe('ablate', { timeout: TIMEOUT }, () => {
  it('begins with the network as it is and ends with nothing of the layer, whatever the order', () => {
    expect(whole).toMatchObject({ classes: 10, images: 18, layer: { name: 'second', units: UNITS } });
    expect(whole.classSource).toBe('the categories’ own numbers');
    const all = whole.curves.filter(({ scope }) => scope === 'all');
    expect(all).toHaveLength(2 * 2 + 3);
    const [first] = all;
    for (const { points } of all) {
      expect(points.map(({ ablated }) => ablated)).toEqual(Array.from({ length: UNITS + 1 }, (_, i) => i));
      expect(points[0]).toEqual(first?.points[0]);
      expect(points.at(-1)).toEqual(first?.points.at(-1));
    }
    // Without units all images are answered alike: one class is right, or none.
    expect(first?.points.at(-1)?.accuracy).toSatisfy((share: number) => share === 0 || share === 1 / 3);
  });

  it('goes backwards through the same units in reverse', () => {
    const forward = curve(whole, 'l1', { direction: 'forward' });
    const reverse = curve(whole, 'l1', { direction: 'reverse' });
    expect(reverse.order.units).toEqual(forward.order.units.toReversed());
    expect(new Set(forward.order.units).size).toBe(UNITS);
  });

  it('gives accuracy over all images as the mean over the categories, which have as many each', () => {
    const all = curve(whole, 'ineffectiveness', { direction: 'forward' });
    const parts = whole.curves.filter(({ order, scope }) => scope === 'category' && order === all.order);
    expect(parts.map(({ category }) => category)).toEqual(['0', '1', '7']);
    for (const [step, point] of all.points.entries()) {
      const mean = parts.reduce((sum, { points }) => sum + points[step]!.accuracy, 0) / 3;
      expect(point.accuracy).toBeCloseTo(mean, 12);
    }
  });

  it('gives as area the mean along the curve, with an interval around it', () => {
    const { points } = curve(whole, 'l1', { direction: 'forward' });
    const trapezoids = points.slice(1).map(({ accuracy }, i) => (accuracy + points[i]!.accuracy) / 2 / UNITS);
    const area = whole.areas.find(
      ({ ranking, direction, scope }) => ranking === 'l1' && direction === 'forward' && scope === 'all',
    );
    expect(area?.areas.accuracy).toBeCloseTo(
      trapezoids.reduce((a, b) => a + b),
      12,
    );
    expect(area?.intervals.accuracy?.low).toBeLessThanOrEqual(area?.areas.accuracy ?? NaN);
    expect(area?.intervals.accuracy?.high).toBeGreaterThanOrEqual(area?.areas.accuracy ?? NaN);
    const random = whole.areas.find(({ ranking, scope }) => ranking === 'random' && scope === 'all');
    expect(random).toMatchObject({ randomOrders: 3, overRandom: null });
    expect(area?.overRandom?.accuracy.difference).toBeCloseTo(
      (area?.areas.accuracy ?? NaN) - (random?.areas.accuracy ?? NaN),
      12,
    );
  });

  it('does nothing again, on any number of threads, and gives the same bytes', async () => {
    const again = await ablate(sweep.results, { ...options, threads: 2 });
    expect(again.evaluated).toBe(0);
    expect(whole.evaluated).toBe(18 * 7 * (UNITS + 1));
    expect(Buffer.from(await ablationTable(again))).toEqual(Buffer.from(await ablationTable(whole)));
    expect(Buffer.from(await ablationAreasTable(again))).toEqual(
      Buffer.from(await ablationAreasTable(whole)),
    );
  });

  it('goes on where it was interrupted', async () => {
    const other = { ...options, layer: 'first', by: ['l1'], threads: 1 } as const;
    const stop = new AbortController();
    const cut = ablate(sweep.results, { ...other, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(cut).rejects.toThrow(AblationInterruptedError);
    const { evaluated } = await ablate(sweep.results, other);
    expect(evaluated).toBeLessThan(18 * 2 * (UNITS + 1));
    expect(evaluated).toBeGreaterThan(0);
  });

  it("takes a category's ranking, on its own images or on all", async () => {
    const each = { ...options, by: ['ineffectiveness', 'random'], importance: ['0', '1', '7'] } as const;
    const own = await ablate(sweep.results, { ...each, ownImages: true });
    const scopes = (ablation: Ablation) => new Set(ablation.curves.map(({ scope }) => scope));
    expect(scopes(own)).toEqual(new Set(['category', 'own', 'all'])); // all: of random orders
    const seven = own.curves.filter(({ order }) => order.importance === '7');
    expect(seven.map(({ category }) => category)).toEqual(['7', '7']); // forward, reverse
    const mean = own.curves.find(({ scope, order }) => scope === 'own' && order.direction === 'forward');
    const parts = own.curves.filter(
      ({ order, category }) =>
        order.direction === 'forward' && order.importance !== null && order.importance === category,
    );
    expect(parts).toHaveLength(3);
    const accuracy = parts.reduce((sum, { points }) => sum + points[8]!.accuracy, 0) / 3;
    expect(mean?.points[8]?.accuracy).toBeCloseTo(accuracy, 12);
    const all = await ablate(sweep.results, { ...each, importance: ['7'] });
    expect(
      all.curves.filter(({ order }) => order.importance === '7' && order.direction === 'forward'),
    ).toHaveLength(4);
  });

  it('evaluates other images than those that were measured', async () => {
    const images = await resolveImages(
      { from: 'mnist', perCategory: 5, categories: ['1', '4'], seed: 3, corrupt: 'fatal', maxPixels: 1e6 },
      sweep.folder,
    );
    const heldOut = await ablate(sweep.results, { ...options, by: ['l1'], steps: 4, images });
    expect(heldOut.images).toBe(10);
    expect(heldOut.curves[0]?.points.map(({ ablated }) => ablated)).toEqual([0, 3, 6, 9, 12]);
    expect(heldOut.curves.map(({ category }) => category)).toContain('4');
  });

  it('writes tables that say what is in them', async () => {
    const steps = await decodeTable(memorySource('steps', await ablationTable(whole)), ablationSchema);
    expect(steps.step).toHaveLength(whole.curves.length * (UNITS + 1));
    expect(steps.layer.values.labels).toEqual(['second']);
    expect([...steps.unit.valid.subarray(0, 3)]).toEqual([0, 1, 1]);
    expect(steps.unit.values[1]).toBe(whole.curves[0]?.order.units[0]);
    const areas = await decodeTable(
      memorySource('areas', await ablationAreasTable(whole)),
      ablationAreasSchema,
    );
    expect(areas.accuracy_area).toHaveLength(whole.areas.length);
    expect(Math.max(...areas.random_orders)).toBe(3);
  });

  it('refuses what it cannot do, and says why', async () => {
    const run = (more: Partial<AblateOptions>) => ablate(sweep.results, { ...options, ...more });
    await expect(run({ layer: 'third' })).rejects.toThrow(/third/);
    await expect(run({ importance: ['2'] })).rejects.toThrow('no category "2"');
    await expect(run({ ownImages: true })).rejects.toThrow(AblationOptionError);
    await expect(run({ every: 2, steps: 3 })).rejects.toThrow('found both');
    await expect(run({ classes: ['zero', 'one'] })).rejects.toThrow(ClassIndexError);
    await expect(run({ output: 'features' })).rejects.toThrow("found no 'features'");
  });

  it('says of a layer that the sweep left out how it gets a ranking', async () => {
    const other = await smallSweep('second');
    onTestFinished(() => other.remove());
    await expect(ablate(other.results, { ...options, layer: 'first' })).rejects.toThrow(
      'layer "first" is in the checkpoint, but sweep small did not measure it',
    );
  });

  it('is bad input where the checkpoint has changed', async () => {
    const good = await readFile(sweep.checkpoint);
    await writeFile(sweep.checkpoint, good.subarray(1));
    await expect(ablate(sweep.results, { ...options, seed: 5 })).rejects.toThrow(InputError);
    await writeFile(sweep.checkpoint, good);
  });
});
