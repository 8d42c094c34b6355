import { Argument, Command } from 'commander';
import { line } from '@unitscope/base';
import { CHART_KINDS, openChart, type ChartKind } from './charts/chart.js';
import { openResults, withResultsOptions, type ResultsOptions } from './open-results.js';
import { wholeNumber } from '../terminal/option-values.js';
import { chartWidth } from '../terminal/terminal-width.js';
import { humanBytes } from '../terminal/text-table.js';
import { print, printDocument, printJson, printWhole } from '../terminal/output.js';

interface Options extends ResultsOptions {
  readonly checkpoint?: string;
  readonly layer?: string;
  readonly category?: string;
  readonly unit?: number;
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

export function plotCommand(): Command {
  return withResultsOptions(
    new Command('plot')
      .argument('<name>', 'the sweep')
      .addArgument(new Argument('<kind>', 'what to draw').choices(CHART_KINDS)),
  )
    .option('--out <file>', 'write FILE.svg or FILE.png')
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
    .option('--against <column>', 'trend: a metadata column; default: loss')
    .option(
      '--run <run>',
      'one of several trainings, such as lr=0.01,seed=1; default: the first, for trend all',
    )
    .option(
      '--by <column>',
      'trend of several trainings: a colour a value of this metadata; default: what differs but for seeds',
    )
    .option(
      '--facet <column>',
      'trend of several trainings: a panel a value of this metadata, of --layer or the deepest layer',
    )
    .option('--page <number>', 'heatmap of a wide layer: which hundred units', wholeNumber(1), 1)
    .option('--relative', 'depth: H against the H of noise of the same map size')
    .option('--json', 'with --out: what was written, as JSON')
    .addHelpText(
      'after',
      `
  trend         mean entropy of each layer over the checkpoints, and a metadata column
  depth         mean entropy by layer, one line a checkpoint
  distribution  how entropy is spread over the units of each layer (ridgelines)
  scatter       selective rate against entropy, one point a unit
  heatmap       entropy of each unit of a layer over the checkpoints
  unit          births of one unit; its β1 curve where the sweep kept activations

Examples:
  unitscope plot demo trend
  unitscope plot demo depth --relative --out depth.svg
  unitscope plot grid trend --by lr --facet seed
  unitscope plot demo heatmap --layer conv4 --out conv4.png
  unitscope plot demo unit --layer conv3 --unit 7 --category 2 --text`,
    )
    .action(plotChart);
}

async function plotChart(name: string, kind: ChartKind, options: Options): Promise<void> {
  const { drawingFormat, writeDrawing } = await import('./charts/write-drawing.js');
  const format = options.out === undefined ? null : drawingFormat(options.out);
  const chart = await openChart(kind, await openResults(name, options), options);
  if (options.out !== undefined && format !== null) {
    const bytes = await writeDrawing(options.out, format, await chart.svg());
    if (options.json === true) printJson({ out: options.out, bytes });
    else print(line`written: ${options.out}, ${humanBytes(bytes)}\n`);
    if (options.text !== true) return;
  }
  if (options.text === true || process.stdout.isTTY) {
    printWhole(chart.text(chartWidth()));
  } else {
    printDocument(await chart.svg());
  }
}
