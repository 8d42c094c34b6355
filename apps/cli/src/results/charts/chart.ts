import {
  birthsModel,
  ChartDataError,
  depthChart,
  depthModel,
  depthText,
  distributionChart,
  distributionModel,
  distributionText,
  embeddingChart,
  embeddingModel,
  embeddingText,
  fitHeight,
  heatmapChart,
  heatmapModel,
  heatmapText,
  holeFrames,
  scatterChart,
  scatterModel,
  scatterText,
  trendChart,
  trendText,
  unitChart,
  unitText,
  type Look,
  type TextLook,
} from '@unitscope/plots';
import { evenly } from '@unitscope/entropy';
import {
  birthRows,
  cellsOf,
  checkpointOrder,
  embedCheckpoints,
  HEAT_PAGE,
  heatRows,
  orderEnds,
  resultTrainings,
  scatterRows,
  spreadRows,
  sweepTrend,
  trainingOf,
  trendRows,
  type ResultCheckpoint,
  type SweepResults,
} from '@unitscope/query';
import { InputError } from '@unitscope/base';
import { captionOf, ONE_TRAINING } from './captions.js';
import type { ChartKind } from './chart-kinds.js';
import { holeOf, type Still } from './hole-of.js';
import { trendOf, type TrendOptions } from './trend-of.js';

/** A chart, drawn when it is asked for. */
export interface Chart {
  /** Throws ChartDataError, PrintSizeError. */
  svg(look?: Look): Promise<string>;
  text(width: number, look?: TextLook): string;
  /** The same in so many steps, for slides. Throws ChartDataError. */
  frames?(count: number, look?: Look): string[];
}

export interface ChartOptions extends TrendOptions {
  readonly checkpoint?: string | undefined;
  readonly unit?: number | undefined;
  /** unit: the image whose map is drawn. */
  readonly image?: string | undefined;
  readonly relative?: boolean | undefined;
  /** heatmap: which hundred units. */
  readonly page?: number | undefined;
}

/** More lines, or columns, tell a reader nothing. */
const MOST_LINES = 40;
const MOST_COLUMNS = 100;

type Opens = (results: SweepResults, options: ChartOptions) => Promise<Chart>;

const CHARTS: Readonly<Record<ChartKind, Opens>> = {
  trend: async (results, options) => chartOf(await trendOf(results, options), trendChart, trendText),

  async depth(results, { checkpoint, category, relative = false, run }) {
    const trend = await sweepTrend(results, { run: run ?? runOf(results, checkpoint), category });
    const also = resultTrainings(results).problem === null ? [ONE_TRAINING] : [];
    const caption = captionOf(results, trend.run, { category, also });
    const model = depthModel(trendRows(trend, { category: category ?? null }), caption, {
      ...{ relative, checkpoint },
      most: MOST_LINES,
    });
    return chartOf(model, depthChart, depthText);
  },

  // The first and the last checkpoint, or the one asked for.
  async distribution(results, options) {
    const { run } = checkpointOrder(results, options.run);
    const { first } = orderEnds(results, options.run);
    const last = checkpointOf(results, options);
    const both = options.checkpoint === undefined && first !== last ? [first, last] : [last];
    const model = distributionModel(await spreadRows(results, both, options), captionOf(results, run));
    return chartOf(model, distributionChart, distributionText);
  },

  async scatter(results, options) {
    const rows = await scatterRows(results, checkpointOf(results, options), options);
    const { name: sweep, definition } = results;
    return chartOf(scatterModel(rows, { sweep, definition }), scatterChart, scatterText);
  },

  async heatmap(results, options) {
    const { checkpoints, axis, run } = checkpointOrder(results, options.run);
    const looked = evenly(checkpoints, MOST_COLUMNS);
    const layer = options.layer ?? (await deepestLayer(results, orderEnds(results, options.run).first));
    const { category, page = 1 } = options;
    const shown =
      looked.length === checkpoints.length
        ? String(looked.length)
        : `${looked.length} of ${checkpoints.length}`;
    const from = (page - 1) * HEAT_PAGE;
    const found = await heatRows(results, looked, { layer, category, axis, shown, from });
    const { units } = found.notes;
    const pages = Math.max(1, Math.ceil(units / HEAT_PAGE));
    if (page > pages)
      throw new NoSuchPageError(`${layer} has ${units} units: expected a page from 1 to ${pages}`);
    const also = pages > 1 ? [`Page ${page} of ${pages} (--page).`] : [];
    return chartOf(heatmapModel(found, captionOf(results, run, { also })), heatmapChart, heatmapText);
  },

  async embedding(results, { category, by, run }) {
    if (run !== undefined)
      throw new AllTrainingsError(`--run ${run}: the plane of \`embedding\` is of all trainings`);
    const found = await embedCheckpoints(results, { category, by });
    if (found.notes.too_few !== null)
      throw new ChartDataError(`sweep ${results.name}: ${found.notes.too_few}`);
    const { name: sweep, definition } = results;
    return chartOf(embeddingModel(found, { sweep, definition }), embeddingChart, embeddingText);
  },

  // The births over the images of one category, or all; the hole of one of its maps where there are maps.
  async unit(results, options) {
    const checkpoint = checkpointOf(results, options);
    const { unit = 0, image } = options;
    const layer = options.layer ?? (await deepestLayer(results, checkpoint));
    const births = await birthRows(results, checkpoint, { ...options, layer, unit });
    const cells = cellsOf(await results.units(checkpoint));
    const category = options.category ?? cells.find((cell) => cell.layer === layer)?.category ?? null;
    const hole = await holeOf(results, checkpoint, { layer, category, unit }, image);
    const model = birthsModel(births, { sweep: results.name }, hole);
    const frames = (count: number, look?: Look): string[] =>
      framesOf(model.title, `Unit ${unit} of ${layer}`, hole, { count, look });
    return { ...chartOf(model, unitChart, unitText), frames };
  },
};

/** Reads what a chart shows. Throws UnknownNameError for a checkpoint, layer, category or unit that is not there. */
export function openChart(kind: ChartKind, results: SweepResults, options: ChartOptions): Promise<Chart> {
  return CHARTS[kind](results, options);
}

function chartOf<Model>(
  model: Model,
  svg: (model: Model, look?: Look) => Promise<string>,
  text: (model: Model, width: number, look?: TextLook) => string,
): Chart {
  return {
    svg: (look = {}) => fitHeight((asked) => svg(model, asked), look),
    text: (width, signs) => text(model, width, signs),
  };
}

function framesOf(
  title: string,
  unit: string,
  hole: Still | null,
  { count, look }: { readonly count: number; readonly look: Look | undefined },
): string[] {
  if (hole === null) throw new ChartDataError(`${title}: there are no maps (\`--image\` makes them again)`);
  const of = hole.caption.replace('The hole of one of its maps: ', '');
  return holeFrames({ ...hole, title: `${unit}: ${of}` }, count, look);
}

/** The training that a checkpoint is of. Throws UnknownNameError. */
function runOf(results: SweepResults, label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  return trainingOf(resultTrainings(results), results.checkpoint(label))?.run ?? undefined;
}

/** The checkpoint that was asked for, else the last one of the training. */
function checkpointOf(results: SweepResults, { checkpoint, run }: ChartOptions): ResultCheckpoint {
  return checkpoint === undefined ? orderEnds(results, run).last : results.checkpoint(checkpoint);
}

async function deepestLayer(results: SweepResults, checkpoint: ResultCheckpoint): Promise<string> {
  return cellsOf(await results.units(checkpoint)).at(-1)?.layer ?? '';
}

class AllTrainingsError extends InputError {
  readonly code = 'TRAININGS_ALL';
}

class NoSuchPageError extends InputError {
  readonly code = 'PAGE_NONE';
}
