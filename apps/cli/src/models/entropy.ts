import { Command } from 'commander';
import { interruptible } from '../sweeps/interruption.js';
import { leastRate, numberIn, wholeNumber } from '../terminal/option-values.js';
import { ALL_ROWS, firstRows } from '../results/first-rows.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly births?: string;
  readonly units?: string;
  readonly threshold: number;
  readonly density: number;
  readonly minSelectiveRate: number;
  readonly mirrored?: true;
  readonly all?: true;
  readonly json?: true;
}

export function entropyCommand(): Command {
  return new Command('entropy')
    .argument(
      '<file...>',
      'activations/1 Arrow files of any program; several of one (checkpoint, layer, category) count as one',
    )
    .option('--births <out>', 'write a births/1 table: one row a unit and image')
    .option('--units <out>', 'write a units/1 table: one row a unit')
    .option('--threshold <index>', 'a birth index (rank - 1) above it reads as no birth', wholeNumber(1), 50)
    .option(
      '--density <share>',
      'ranks above ceil(N(N-1)/2 x density) never enter',
      numberIn(0, 1, false),
      0.8,
    )
    .option('--min-selective-rate <p>', 'a unit is sensitive above it', leastRate, 0)
    .option(
      '--mirrored',
      'measure the mirror images of the maps: H of both, averaged, is more reliable (docs/construct.md)',
    )
    .option(...ALL_ROWS)
    .option('--json', 'the summary as JSON')
    .addHelpText(
      'after',
      `
Without --births and --units a summary goes to stdout. OUT is replaced whole, or left as it was.

Examples:
  unitscope entropy conv5.arrow
  unitscope entropy activations/*.arrow --units units.arrow --births births.arrow`,
    )
    .action(measureActivations);
}

async function measureActivations(files: string[], options: Options): Promise<void> {
  const { measureFiles } = await import('@unitscope/tasks');
  const { births, units, threshold, density, minSelectiveRate, mirrored } = options;
  const results = await interruptible((signal) =>
    measureFiles(files, { births, units, threshold, density, minSelectiveRate, mirrored, signal }),
  );
  if (options.json === true) {
    printJson(results);
    return;
  }
  if (births !== undefined || units !== undefined) return;
  const figure = (value: number | null): string | number => (value === null ? '' : value.toFixed(3));
  const rows = results.map(({ checkpoint, layer, category, mapSize, images, summary }) => [
    checkpoint ?? '-',
    layer ?? '-',
    category ?? '-',
    `${mapSize}×${mapSize}`,
    images,
    summary.units,
    summary.sensitiveUnits,
    figure(summary.entropy.mean),
    figure(summary.relativeEntropy.mean),
    figure(summary.meanSelectiveRate),
  ]);
  const header = [
    'checkpoint',
    'layer',
    'category',
    'maps',
    'images',
    'units',
    'sensitive',
    'mean H',
    'H/null',
    'mean ε',
  ];
  print(firstRows(header, rows, options));
}
