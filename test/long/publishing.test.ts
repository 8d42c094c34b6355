import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.js';
import { done, refused } from '../e2e/support/command-line.js';

const LAYERS = ['conv1', 'conv2 ε'];
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'unitscope-publishing-'));
  await mkdir(join(cwd, 'maps'));
  let seed = 0;
  for (const checkpoint of ['step-1', 'step-2', 'step-3'])
    for (const [layerIndex, layer] of LAYERS.entries())
      await writeActivations(
        join(cwd, 'maps', `${checkpoint}-${layerIndex}.arrow`),
        reluNoise(++seed, { units: 6, images: 20 }),
        { checkpoint, layer, layerIndex, category: 'cat' },
      );
  await writeFile(
    join(cwd, 'sweep.yaml'),
    'name: s\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 50 }\n',
  );
  await done(['sweep', 'sweep.yaml'], { cwd });
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

const plot = (kind: string, ...args: string[]): Promise<string> =>
  done(['plot', 's', kind, ...args], { cwd });
const file = (name: string): Promise<Buffer> => readFile(join(cwd, name));

/** All streams of a PDF, as far as they are deflated. */
function streamsOf(pdf: Buffer): string {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/stream\n/g)]
    .map(({ index }) => {
      try {
        return inflateSync(pdf.subarray(index + 7)).toString('latin1');
      } catch {
        return '';
      }
    })
    .join('\n');
}

describe('a chart for a paper', () => {
  it.each(['trend', 'heatmap', 'embedding'])(
    '%s has its width on paper as SVG, PNG and PDF',
    async (kind) => {
      for (const ending of ['svg', 'png', 'pdf'])
        await plot(kind, '--width', '85mm', '--theme', 'print', '--out', `${kind}.${ending}`);
      expect((await file(`${kind}.svg`)).toString()).toMatch(/^<svg[^>]* width="85mm" /);
      const { width, density } = await sharp(await file(`${kind}.png`)).metadata();
      expect([width, density]).toEqual([Math.round((85 / 25.4) * 300), 300]);
      const pdf = await file(`${kind}.pdf`);
      const [, points] = /\/MediaBox \[0 0 ([\d.]+) /.exec(pdf.toString('latin1')) ?? [];
      expect(Number(points)).toBeCloseTo((85 / 25.4) * 72, 1);
    },
  );

  it('a PDF has texts as texts with the font inside, and lines as lines', async () => {
    await plot('trend', '--width', '85mm', '--out', 'texts.pdf');
    const pdf = await file('texts.pdf');
    const outside = pdf.toString('latin1');
    expect(outside).toMatch(/^%PDF-/);
    expect(outside).toContain('/FontFile2');
    expect(outside).toContain('/ToUnicode');
    expect(outside).not.toContain('/Subtype /Image');
    const inside = streamsOf(pdf);
    expect(inside.match(/^BT$/gm)?.length).toBeGreaterThan(20);
    // ε of a layer's name, by its code point in the map from signs to letters.
    expect(inside).toMatch(/<03b5>/i);
  });

  it('takes a height, another resolution, title and theme', async () => {
    await plot('trend', '--width', '85mm', '--height', '180mm', '--title', 'My run', '--out', 'high.svg');
    const svg = (await file('high.svg')).toString();
    expect(svg).toContain('width="85mm" height="180mm"');
    expect(svg).toContain('<title>My run</title>');
    await plot(
      'trend',
      '--width',
      '3in',
      '--dpi',
      '100',
      '--theme',
      'dark',
      '--title',
      '',
      '--out',
      'dark.png',
    );
    const { data, info } = await sharp(await file('dark.png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(300);
    // The outermost pixels are covered in part.
    const inside = (5 * info.width + 5) * info.channels;
    expect([...data.subarray(inside, inside + 3)]).toEqual([0x14, 0x17, 0x1c]);
  });

  it('says what is allowed where something is not', async () => {
    const said = (...args: string[]): Promise<string> => refused(['plot', 's', 'trend', ...args], { cwd });
    expect(await said('--width', '85', '--out', 'x.svg')).toContain('(mm, cm, in, pt, px), such as 85mm');
    expect(await said('--width', '20mm', '--out', 'x.svg')).toContain('expected a width of at least 55.1mm');
    expect(await said('--width', '85mm', '--height', '20mm', '--out', 'x.svg')).toMatch(
      /expected a height of at least [\d.]+mm at this width, found 20mm/,
    );
    expect(await said('--font', '4pt', '--out', 'x.svg')).toContain(
      'expected text of at least 6pt, found 4pt',
    );
    expect(await said('--theme', 'blue', '--out', 'x.svg')).toContain('Expected light, dark, print');
    expect(await said('--format', 'pdf')).toContain('--format pdf: expected --out FILE.pdf');
    expect(await said('--out', 'x.jpg')).toContain('.svg, .png or .pdf');
    expect(await said('--dpi', '5000', '--out', 'x.png')).toContain('from 36 to 2400');
    expect(await said('--width', '2000mm', '--dpi', '2400', '--out', 'x.png')).toContain('is too large');
    expect(await said('--title', '猫', '--out', 'x.pdf')).toContain('no sign for "猫" (U+732B)');
    expect(await said('--font', 'sweep.yaml.ttf', '--out', 'x.pdf')).toContain('TrueType or OpenType');
  });
});
