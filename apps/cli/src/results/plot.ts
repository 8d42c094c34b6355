import path from 'node:path';
import { Argument, Command } from 'commander';
import { line } from '@unitscope/base';
import { CHART_KINDS, type ChartKind } from './charts/chart-kinds.js';
import { withDrawingOptions, type DrawingOptions } from './charts/drawing-size.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { wholeNumber } from '../terminal/option-values.js';
import { textLook } from '../terminal/text-look.js';
import { chartWidth } from '../terminal/terminal-width.js';
import { humanBytes } from '../terminal/text-table.js';
import { print, printDocument, printDrawn, printJson } from '../terminal/output.js';

interface Options extends ResultsOptions, DrawingOptions {
  readonly checkpoint?: string;
  readonly layer?: string;
  readonly category?: string;
  readonly unit?: number;
  readonly image?: string;
  readonly frames?: number;
  readonly against?: string;
  readonly run?: string;
  readonly by?: string;
  readonly facet?: string;
  readonly page?: number;
  readonly relative?: true;
  readonly out?: string;
  readonly text?: true;
  readonly json?: true;
}

const HELP = `
  trend         mean entropy of each layer over the checkpoints, and a metadata column
  depth         mean entropy by layer, one line a checkpoint
  distribution  how entropy is spread over the units of each layer (ridgelines)
  scatter       selective rate against entropy, one point a unit
  heatmap       entropy of each unit of a layer over the checkpoints
  embedding     checkpoints as points by the principal components of H of their layers, trainings as paths
  unit          births of one unit, and the hole of one of its maps: where it is in the map, its graph, β1

Examples:
  unitscope plot demo trend
  unitscope plot demo depth --relative --out depth.svg
  unitscope plot grid trend --by lr --facet seed
  unitscope plot demo heatmap --layer conv4 --out conv4.png
  unitscope plot grid embedding --by lr --out checkpoints.pdf
  unitscope plot demo trend --width 85mm --theme print --out trend.pdf
  unitscope plot demo unit --layer conv3 --unit 7 --category 2 --text
  unitscope plot demo unit --layer conv3 --unit 7 --category 2 --frames 8 --out hole.svg`;

export function plotCommand(): Command {
  const command = withResultsOptions(
    new Command('plot')
      .argument('<name>', 'the sweep')
      .addArgument(new Argument('<kind>', 'what to draw').choices(CHART_KINDS)),
  );
  return withDrawingOptions(withKindOptions(command))
    .option('--json', 'with --out: what was written, as JSON')
    .addHelpText('after', HELP)
    .action(plotChart);
}

function withKindOptions(command: Command): Command {
  return command
    .option('--out <file>', 'write FILE.svg, FILE.png or FILE.pdf')
    .option(
      '--text',
      'draw in the terminal (the default there without --out; elsewhere the SVG goes to stdout)',
    )
    .option('--checkpoint <label>', 'distribution, scatter, unit: default the last; depth: default all')
    .option(
      '--layer <layer>',
      'heatmap, unit: default the deepest; trend of several trainings, distribution, scatter: default all',
    )
    .option('--category <category>', 'one category instead of all')
    .option('--unit <unit>', 'unit: which one, default 0', wholeNumber(0))
    .option(
      '--image <label>',
      'unit: the image whose map and hole are drawn; maps that were not kept are made again by a forward pass. Default: the earliest birth, of maps that were kept',
    )
    .option(
      '--frames <count>',
      'unit, with --out FILE.svg: the hole in so many steps, for slides: FILE-1.svg, FILE-2.svg …',
      wholeNumber(2),
    )
    .option('--against <column>', 'trend: a metadata column; default: loss')
    .option(
      '--run <run>',
      'one of several trainings, such as lr=0.01,seed=1; default: the first, for trend all; not for embedding, which shows all',
    )
    .option(
      '--by <column>',
      'trend of several trainings: a colour a value of this metadata, default what differs but for seeds; embedding: default the training, or the step',
    )
    .option(
      '--facet <column>',
      'trend of several trainings: a panel a value of this metadata, of --layer or the deepest layer',
    )
    .option('--page <number>', 'heatmap of a wide layer: which hundred units', wholeNumber(1), 1)
    .option('--relative', 'depth: H against the H of noise of the same map size');
}

async function plotChart(name: string, kind: ChartKind, options: Options): Promise<void> {
  const [{ writeDrawing }, { drawingFormat, drawingLook }, { openChart }] = await Promise.all([
    import('./charts/write-drawing.js'),
    import('./charts/drawing-look.js'),
    import('./charts/chart.js'),
  ]);
  const format = options.out === undefined ? null : drawingFormat(options.out, options.format);
  if (options.out === undefined && options.format !== undefined && options.format !== 'svg') {
    const { QueryOutputError } = await import('@unitscope/query');
    throw new QueryOutputError(`--format ${options.format}: expected --out FILE.${options.format}`);
  }
  const look = drawingLook(options, format ?? 'svg');
  const chart = await openChart(kind, await openResults(name, options), options);
  if (options.frames !== undefined) {
    const { QueryOutputError } = await import('@unitscope/query');
    if (chart.frames === undefined || options.out === undefined || format === null)
      throw new QueryOutputError('--frames: expected the kind unit and --out FILE.svg, FILE.png or FILE.pdf');
    await writeFrames(options.out, chart.frames(options.frames, look), (file, svg) =>
      writeDrawing(file, format, svg, options),
    );
    return;
  }
  if (options.out !== undefined && format !== null) {
    const bytes = await writeDrawing(options.out, format, await chart.svg(look), options);
    if (options.json === true) printJson({ out: options.out, bytes });
    else print(line`written: ${options.out}, ${humanBytes(bytes)}\n`);
    if (options.text !== true) return;
  }
  if (options.text === true || process.stdout.isTTY) {
    printDrawn(chart.text(chartWidth(), textLook()));
  } else {
    printDocument(await chart.svg(look));
  }
}

/** FILE.svg as FILE-1.svg, FILE-2.svg … */
async function writeFrames(
  out: string,
  frames: readonly string[],
  write: (file: string, svg: string) => Promise<number>,
): Promise<void> {
  const { dir, name, ext } = path.parse(out);
  for (const [i, svg] of frames.entries()) await write(path.join(dir, `${name}-${i + 1}${ext}`), svg);
  print(line`written: ${path.join(dir, name)}-1${ext} to -${frames.length}${ext}\n`);
}
