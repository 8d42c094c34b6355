import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { ablationAreasSchema, ablationSchema } from '@unitscope/tables';
import { smallSweep, type SmallSweep } from '../../packages/ablation/test/small-sweep.ts';
import { done, refused, unitscope } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

let sweep: SmallSweep;
beforeAll(async () => {
  sweep = await smallSweep();
});
afterAll(() => sweep.remove());

const ablate = (...words: string[]): string[] => [
  'ablate',
  'small',
  '--store',
  'store',
  '--layer',
  'second',
  ...words,
];
interface Answer {
  readonly images: number;
  readonly classSource: string;
  readonly curves: {
    order: { measure: string; units: number[] };
    scope: string;
    points: { loss: number }[];
  }[];
}

describe('unitscope ablate', () => {
  it('prints areas, writes tables and a chart, and does nothing again', async () => {
    const cwd = sweep.folder;
    const words = ablate(
      '--reverse',
      '--random-orders',
      '2',
      '--out',
      'steps.arrow',
      '--areas',
      'areas.arrow',
      '--plot',
      'x.png',
    );
    const first = await unitscope(words, { cwd });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(
      /^sweep small, checkpoint network, layer second: 12 units, 18 images, .* images\/s evaluated/,
    );
    expect(first.stdout).toMatch(/ineffectiveness +least important +all categories +all +0\.\d{3} +\[/);
    expect(first.stdout).toContain('random × 2');
    expect(first.stderr).toMatch(/ablate: {2}100 % {2}2,?\d* .* evaluations of an image|100 %/);
    expect((await readFile(join(cwd, 'x.png'))).subarray(1, 4).toString()).toBe('PNG');
    const steps = await readTable(join(cwd, 'steps.arrow'), ablationSchema);
    // 7 measures in two directions and 2 random orders, over all images and those of each of 3 categories.
    expect(steps.step).toHaveLength((7 * 2 + 2) * 4 * 13);
    const areas = await readTable(join(cwd, 'areas.arrow'), ablationAreasSchema);
    expect(areas.accuracy_area).toHaveLength((7 * 2 + 1) * 4);

    const bytes = await Promise.all(
      ['steps.arrow', 'areas.arrow', 'x.png'].map((name) => readFile(join(cwd, name))),
    );
    const again = await unitscope([...words, '--threads', '1'], { cwd });
    expect(again.stdout).not.toContain('evaluated');
    expect(
      await Promise.all(['steps.arrow', 'areas.arrow', 'x.png'].map((name) => readFile(join(cwd, name)))),
    ).toEqual(bytes);
    const chart = await done(ablate('--reverse', '--random-orders', '2', '--text'), { cwd });
    expect(chart).toContain('accuracy, most important first');
  });

  it('ranks by the rankings of `unitscope rank`', async () => {
    const cwd = sweep.folder;
    const ranked = JSON.parse(
      await done(
        [
          'rank',
          'small',
          '--store',
          'store',
          '--layer',
          'second',
          '--category',
          '7',
          '--by',
          'apoz',
          '--json',
        ],
        { cwd },
      ),
    ) as { units: { unit: number }[] };
    const { curves } = JSON.parse(
      await done(ablate('--by', 'apoz', '--category', '7', '--json'), { cwd }),
    ) as Answer;
    expect(curves[0]?.order.units).toEqual(ranked.units.map(({ unit }) => unit));
  });

  it('evaluates other images, of which it is told the classes', async () => {
    const cwd = sweep.folder;
    await writeFile(
      join(cwd, 'held-out.yaml'),
      'from: mnist\nperCategory: 4\ncategories: ["3", "8"]\nseed: 1\n',
    );
    await writeFile(join(cwd, 'classes.json'), '{"3": 8, "8": 3}');
    const words = ablate('--by', 'l1', '--steps', '3', '--images', 'held-out.yaml', '--json');
    const own = JSON.parse(await done(words, { cwd })) as Answer;
    expect(own).toMatchObject({ images: 8, classSource: 'the categories’ own numbers' });
    const given = JSON.parse(await done([...words, '--classes', 'classes.json'], { cwd })) as Answer;
    expect(given.classSource).toBe('the class names that were given');
    const losses = ({ curves }: Answer) => curves.map(({ points }) => points[0]?.loss);
    expect(losses(given)).not.toEqual(losses(own));
  });

  it('refuses what is wrong, and says what would be right', async () => {
    const cwd = sweep.folder;
    await writeFile(join(cwd, 'wrong.yaml'), 'from: mnist\nperCategori: 4\n');
    for (const [words, message] of [
      [['ablate', 'small', '--store', 'store'], "required option '--layer <layer>' not specified"],
      [['ablate', 'small', '--store', 'store', '--layer', 'secund'], 'did you mean'],
      [ablate('--by', 'entropi'), 'Expected ineffectiveness, entropy'],
      [ablate('--category', '7', '--each-category'), 'expected one of them, found both'],
      [ablate('--images', 'nowhere'), 'nowhere: expected mnist, a folder, an archive'],
      [
        ablate('--images', 'wrong.yaml'),
        'wrong.yaml:2: perCategori: unknown key; did you mean "perCategory"?',
      ],
      [ablate('--per-category', '2'), '--per-category says how many of --images'],
      [ablate('--plot', 'x.bmp'), 'expected a name that ends in .svg, .png or .pdf'],
    ] as const) {
      expect(await refused([...words], { cwd })).toContain(message);
    }
  });
});
