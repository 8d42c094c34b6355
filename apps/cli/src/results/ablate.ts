import { ABLATION_RANKINGS, type AblationRanking } from '@unitscope/entropy';
import { Command, InvalidArgumentError } from 'commander';
import type { Ablation } from '@unitscope/ablation';
import { line } from '@unitscope/base';
import { ablationStatus, ablationSummary } from './ablation-summary.js';
import { interruptible } from '../sweeps/interruption.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { ALL_ROWS } from './first-rows.js';
import { wholeNumber } from '../terminal/option-values.js';
import { StatusLine } from '../sweeps/status-line.js';
import { textLook } from '../terminal/text-look.js';
import { chartWidth } from '../terminal/terminal-width.js';
import { print, printJson, printDrawn } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly layer: string;
  readonly checkpoint?: string;
  readonly by?: readonly AblationRanking[];
  readonly reverse?: true;
  readonly category?: string;
  readonly eachCategory?: true;
  readonly ownImages?: true;
  readonly every?: number;
  readonly steps?: number;
  readonly randomOrders: number;
  readonly seed: number;
  readonly images?: string;
  readonly perCategory?: number;
  readonly classes?: string;
  readonly output?: string;
  readonly out?: string;
  readonly areas?: string;
  readonly plot?: string;
  readonly text?: true;
  readonly threads?: number;
  readonly all?: true;
  readonly json?: true;
}

export function ablateCommand(): Command {
  return withResultsOptions(
    new Command('ablate')
      .argument('<name>', 'a finished sweep: its rankings, checkpoint, images and preprocessing')
      .requiredOption('--layer <layer>', 'the layer, as the sweep calls it'),
  )
    .option('--checkpoint <label>', 'default: the last one')
    .option(
      '--by <rankings>',
      `what decides the order, comma-separated: ${ABLATION_RANKINGS.join(', ')}; default: all`,
      rankings,
    )
    .option('--reverse', 'also the reverse orders, the least important unit first')
    .option('--category <category>', 'rank by this category instead of by the mean over all')
    .option('--each-category', 'rank by each category in turn')
    .option('--own-images', "evaluate a category's ranking on images of that category alone")
    .option('--every <units>', 'so many units a step', wholeNumber(1))
    .option(
      '--steps <n>',
      'how many steps; default: one per unit, but 64 in layers of more than 64 units',
      wholeNumber(1),
    )
    .option('--random-orders <n>', 'how many random orders', wholeNumber(1), 10)
    .option('--seed <n>', 'of the random orders', wholeNumber(0), 0)
    .option(
      '--images <images>',
      'evaluate on these images instead of the sweep’s: a folder with one folder per category, an archive, a table, mnist, or a .yaml file with the keys of a spec’s images',
    )
    .option('--per-category <n>', 'with --images: so many of each category; default: all', wholeNumber(1))
    .option(
      '--classes <file>',
      'which output is which category: the names of the classes in the order of the outputs, one per line, or JSON ({"cat": 281, …})',
    )
    .option('--output <name>', 'the network’s output of class scores, where it has several')
    .option('--out <file>', 'write the steps of all curves, an ablation/1 Arrow table')
    .option('--areas <file>', 'write the areas under them, an ablation-areas/1 Arrow table')
    .option('--plot <file>', 'draw the curves: FILE.svg, FILE.png or FILE.pdf')
    .option('--text', 'draw the curves in the terminal')
    .option('--threads <n>', 'default: one per core', wholeNumber(1))
    .option(...ALL_ROWS)
    .option('--json', 'everything as one JSON document on stdout')
    .addHelpText(
      'after',
      `
A unit that is ablated is 0 before its activation: its kernel and bias, and the scale and shift of its batch norm, might
as well be 0. Evaluations are kept in the store: run it again, or with more rankings, and only what is missing is done.
docs/ablation.md explains the rest.

Examples:
  unitscope ablate demo --layer conv4 --reverse --plot conv4.svg
  unitscope ablate demo --layer conv3 --each-category --own-images --by ineffectiveness,l1,random
  unitscope ablate nets --layer b7_dw --images val/ --per-category 50 --classes imagenet.txt --steps 20 --out b7.arrow`,
    )
    .action(ablateLayer);
}

async function ablateLayer(name: string, options: Options): Promise<void> {
  const [{ drawingFormat }, { writeDrawing }] = await Promise.all([
    import('./charts/drawing-look.js'),
    import('./charts/write-drawing.js'),
  ]);
  const format = options.plot === undefined ? null : drawingFormat(options.plot);
  const ablation = await run(name, options);
  const written = await writeTables(ablation, options);
  const { ablationOf } = await import('./charts/ablation-of.js');
  const chart = ablationOf(ablation);
  if (options.plot !== undefined && format !== null) {
    await writeDrawing(options.plot, format, await chart.svg());
    written.push(options.plot);
  }
  if (options.json === true) {
    printJson({ ...ablation, written });
    return;
  }
  print(ablationSummary(ablation, options.all));
  if (options.text === true) {
    printDrawn(`\n${chart.text(chartWidth(), textLook())}`);
  }
  for (const file of written) StatusLine.say(line`wrote ${file}`);
}

async function run(name: string, options: Options): Promise<Ablation> {
  const [{ ablate, AblationOptionError, keepAblation, readClassNames }, { openAblationImages }] =
    await Promise.all([import('@unitscope/ablation'), import('./ablation-images.js')]);
  if (options.eachCategory === true && options.category !== undefined)
    throw new AblationOptionError('--category and --each-category: expected one of them, found both');
  if (options.perCategory !== undefined && options.images === undefined)
    throw new AblationOptionError('--per-category says how many of --images are taken, which is not given');
  const results = await openResults(name, options);
  const { source } = results.manifest;
  const labels = source.kind === 'models' ? source.categories.map(({ label }) => label) : [];
  const images =
    options.images === undefined ? undefined : await openAblationImages(options.images, options.perCategory);
  const classes = options.classes === undefined ? undefined : await readClassNames(options.classes);
  const status = new StatusLine();
  try {
    const ablation = await interruptible((signal) =>
      ablate(results, {
        checkpoint: options.checkpoint,
        layer: options.layer,
        by: options.by,
        directions: options.reverse === true ? ['forward', 'reverse'] : ['forward'],
        importance: options.eachCategory === true ? labels : [options.category ?? null],
        ownImages: options.ownImages,
        every: options.every,
        steps: options.steps,
        randomOrders: options.randomOrders,
        seed: options.seed,
        images,
        classes,
        output: options.output,
        threads: options.threads,
        signal,
        onProgress: (progress) =>
          status.show((width) => ablationStatus(progress, width), {
            mark: String(Math.floor((10 * progress.done) / progress.total)),
            over: progress.done >= progress.total,
          }),
      }),
    );
    await keepAblation(results.store, ablation);
    return ablation;
  } finally {
    status.end();
  }
}

async function writeTables(ablation: Ablation, { out, areas }: Options): Promise<string[]> {
  const { ablationAreasTable, ablationTable } = await import('@unitscope/ablation');
  const { OutputFile } = await import('@unitscope/process');
  const written: string[] = [];
  for (const [path, encode] of [
    [out, ablationTable],
    [areas, ablationAreasTable],
  ] as const) {
    if (path === undefined) continue;
    await OutputFile.put(path, await encode(ablation));
    written.push(path);
  }
  return written;
}

function rankings(text: string): AblationRanking[] {
  return text.split(',').map((word) => {
    const found = ABLATION_RANKINGS.find((ranking) => ranking === word.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected ${ABLATION_RANKINGS.join(', ')}, found "${word}".`);
  });
}
