import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reproduce, type ReproduceOptions } from '@unitscope/reproduction';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'unitscope-reproduce-'));
});
afterAll(async () => {
  await rm(out, { recursive: true });
});

const options = (claims: string[], over: Partial<ReproduceOptions> = {}): ReproduceOptions => ({
  claims,
  extent: 'quick',
  out,
  command: 'unitscope reproduce',
  settings: {
    seeds: 2,
    configurations: [{ maps: 'equal', head: 'pooling', norm: 'norm' }],
    images: 5,
    steps: 2,
    rescaling: { layers: ['conv2'], factors: [4, 3], bent: [] },
  },
  ...over,
});

describe('reproduce', { timeout: 120_000 }, () => {
  it('trains, sweeps, judges and writes page, chart and tables; again, it trains nothing', async () => {
    const trained: string[] = [];
    const onTrained = (name: string): void => void trained.push(name);
    const verdicts = await reproduce(options(['depth', 'rescaling'], { onTrained }));
    expect(trained.sort()).toEqual(['equal-pooling-norm/clean/seed-1', 'equal-pooling-norm/clean/seed-2']);
    // Two networks decide nothing but exactness; what the paper does not ask about has no verdict.
    expect(verdicts.map(({ condition, verdict }) => [condition, verdict])).toEqual([
      ['equal maps, pooling head, batch norm, ReLU, kernel rescaled', 'not applicable'],
      ['equal maps, pooling head, batch norm, ReLU, gain and shift rescaled', 'supported'],
    ]);
    const page = await readFile(join(out, 'page.md'), 'utf8');
    expect(page).toContain('## (a) Depth');
    expect(page).toContain(
      'equal maps, pooling head, batch norm, ReLU, gain and shift rescaled | supported | 2 | 0.0000',
    );
    expect(page.indexOf('The rule')).toBeLessThan(page.indexOf('The paper beside'));
    expect(page).toContain('Explored: other architectures');
    expect(await readdir(join(out, 'tables'))).toEqual([
      'effects.arrow',
      'observations.arrow',
      'verdicts.arrow',
    ]);
    expect(await readFile(join(out, 'depth.svg'), 'utf8')).toMatch(/^<svg/);
    expect(await readFile(join(out, 'page.html'), 'utf8')).toContain('<h2>(a) Depth</h2>');
    expect(await readFile(join(out, 'specs', 'depth.yaml'), 'utf8')).toContain('name: depth');

    const weights = join(out, 'networks', 'equal-pooling-norm', 'clean', 'seed-1', 'step-0002.onnx');
    const before = (await stat(weights)).mtimeMs;
    trained.length = 0;
    await reproduce(options(['depth'], { onTrained }));
    expect(trained).toEqual([]);
    expect((await stat(weights)).mtimeMs).toBe(before);
  });

  it('takes IDX files by relative paths, and says before any training what is wrong with them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unitscope-idx-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const idx = async (name: string, sizes: number[], value: (index: number) => number): Promise<string> => {
      const header = Buffer.alloc(4 + 4 * sizes.length);
      header.writeUInt32BE(0x800 + sizes.length);
      sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
      const count = sizes.reduce((product, size) => product * size, 1);
      await writeFile(
        join(folder, name),
        Buffer.concat([header, Buffer.from(Array.from({ length: count }, (_, index) => value(index)))]),
      );
      return relative(process.cwd(), join(folder, name));
    };
    const images = await idx('images', [330, 28, 28], (index) => (index * index * 31) % 251);
    const labels = await idx('labels', [330], (index) => index % 3);
    const many = await idx('many', [330], (index) => index % 11);
    const run = (given: { images: string; labels: string }) =>
      reproduce(options(['depth'], { images: given, out: join(folder, 'out') }));
    await expect(run({ images, labels: join(folder, 'none') })).rejects.toThrow('none');
    await expect(run({ images, labels: many })).rejects.toThrow(
      'expected images of 2 to 10 classes, found 11',
    );
    const few = await idx('few', [330], (index) => (index < 300 ? index % 3 : 3));
    await expect(run({ images, labels: few })).rejects.toThrow(
      'images (IDX, brought to 28×28): expected 105 images of each class, to train on, to be measured and held out; class "0" has 100',
    );
    const trained: string[] = [];
    const onTrained = (name: string): void => void trained.push(name);
    const again = (given: { images: string; labels: string }) =>
      reproduce(options(['depth'], { images: given, out: join(folder, 'out'), onTrained }));
    expect(await again({ images, labels })).toEqual([]);
    expect(trained).toHaveLength(2);
    await again({ images, labels });
    expect(trained).toHaveLength(2);
    // Another content under the same name: what was trained on the old one is not what is asked for.
    await idx('images', [330, 28, 28], (index) => (index * index * 37) % 251);
    await again({ images, labels });
    expect(trained).toHaveLength(4);
    const spec = await readFile(join(folder, 'out', 'specs', 'depth.yaml'), 'utf8');
    expect(spec).toContain(join(folder, 'labels'));
  });

  it('names the claim that was meant, and the claims there are', async () => {
    await expect(reproduce(options(['dept']))).rejects.toThrow("no claim 'dept'; did you mean 'depth'?");
    await expect(reproduce(options(['xyzzyx']))).rejects.toThrow('there are depth, trained');
  });

  it('is alone in its folder', async () => {
    const folder = join(out, 'shared');
    const results = await Promise.allSettled(
      [1, 2].map(() => reproduce(options(['depth'], { out: folder }))),
    );
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${folder} is being run by`);
  });

  it('stops when it is told to, and says that what is done is kept', async () => {
    const stop = AbortSignal.abort();
    await expect(
      reproduce(options(['trained'], { signal: stop, settings: { ...options([]).settings, seeds: 3 } })),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
