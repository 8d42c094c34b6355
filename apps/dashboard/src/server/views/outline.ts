import {
  checkpointOrder,
  NoResultsError,
  UnknownNameError,
  FEWEST_SETTLED,
  numberColumns,
  resultTrainings,
  settingConditions,
  trainingOf,
  unplacedWords,
  type ResultTrainings,
  type SweepResults,
} from '@unitscope/query';
import { readManifest } from '@unitscope/tasks';
import { textLabels } from './labels.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** A note names no more checkpoints than that. */
const MOST_NAMED = 5;

/** What a sweep consists of: all that the page needs for its filters. */
export interface Outline {
  readonly name: string;
  readonly specDigest: string;
  readonly density: number;
  readonly threshold: number;
  readonly minSelectiveRate: number;
  /** Which H is shown. */
  readonly definition: 'code' | 'paper';
  readonly keepsMaps: boolean;
  readonly keepsBirths: boolean;
  /** What sets several trainings apart from others, as conditions that a comparison takes: `lr=0.01`. */
  readonly conditions: readonly string[];
  /** The trainings that there are several of, as `lr=0.01, seed=1`, and the one that is looked at. */
  readonly runs: readonly string[];
  readonly run: string | null;
  /** Whether that one has checkpoints enough to say when a layer settled. */
  readonly settles: boolean;
  /** Why the trainings cannot be told apart: then no checkpoint is a first or last one. */
  readonly problem: string | null;
  /** Which checkpoints are in no training, and for want of what; '' where all are in one. */
  readonly apart: string;
  /** Checkpoints of that training with results, as it went through them, each with its step. */
  readonly checkpoints: readonly {
    readonly label: string;
    readonly index: number;
    readonly step: number;
  }[];
  readonly planned: number;
  /** Checkpoints that have results, of all trainings. */
  readonly held: number;
  readonly layers: readonly string[];
  readonly categories: readonly string[];
  /** Metadata columns, without `meta_`, that hold numbers which change along a training. */
  readonly numbers: readonly string[];
  /** The highest threshold that could matter: the number of ranks of the largest map. */
  readonly mostRanks: number;
  readonly images: number | null;
}

/** With `maybe`: `null` of a sweep that has no results, or is not there; the page asks before it knows. */
export async function outlineView(context: ViewContext): Promise<ViewAnswer> {
  const results = await resultsOf(context);
  if (results === null) return { type: 'json', body: 'null' };
  const { manifest } = results;
  const { source } = manifest;
  const found = resultTrainings(results);
  const { trainings, problem, unplaced, lacking } = found;
  const order = orderOf(context, results, found);
  const { layers, categories, mapSize } = await namesOf(results, order);
  const changes = (column: string): boolean =>
    problem !== null || trainings.some(({ settings }) => !Object.hasOwn(settings, column));
  const outline: Outline = {
    name: results.name,
    specDigest: manifest.specDigest,
    density: manifest.density,
    threshold: manifest.statistics.threshold,
    minSelectiveRate: manifest.statistics.minSelectiveRate,
    definition: results.definition,
    keepsMaps: manifest.keepActivations || source.kind === 'activations',
    keepsBirths: manifest.keepBirths,
    conditions: settingConditions(found),
    runs: trainings.flatMap(({ run }) => run ?? []),
    run: order.run,
    settles: problem === null && order.checkpoints.length >= FEWEST_SETTLED,
    problem,
    apart: unplacedWords({ unplaced: unplaced.map(({ label }) => label), lacking }, MOST_NAMED),
    checkpoints: order.checkpoints.map(({ label, index }, i) => ({
      ...{ label, index },
      step: order.steps[i] ?? index,
    })),
    planned: manifest.checkpoints.length,
    held: results.checkpoints.length,
    layers,
    categories,
    numbers: numberColumns(results).filter((column) => column !== order.axis && changes(column)),
    mostRanks: Math.ceil(((mapSize * (mapSize - 1)) / 2) * manifest.density),
    images:
      source.kind === 'models' ? source.categories.reduce((sum, { images }) => sum + images.length, 0) : null,
  };
  return { type: 'json', body: JSON.stringify(outline) };
}

type Order = ReturnType<typeof checkpointOrder>;

/**
 * The training that a checkpoint is of, whatever `run` says: two trainings in one view would be numbers of one under the name of the
 * other. One that stands apart is in none. Throws UnknownNameError.
 */
function orderOf({ parameters }: ViewContext, results: SweepResults, found: ResultTrainings): Order {
  const label = parameters.text('checkpoint');
  const checkpoint = results.checkpoints.find((one) => one.label === label);
  const isApart = found.problem === null && checkpoint !== undefined && found.unplaced.includes(checkpoint);
  if (isApart && found.trainings.length > 0)
    return { axis: null, run: null, checkpoints: [checkpoint], steps: [checkpoint.index], unplaced: [] };
  const training = checkpoint === undefined ? undefined : trainingOf(found, checkpoint);
  return checkpointOrder(
    results,
    training === undefined ? parameters.text('run') : (training.run ?? undefined),
  );
}

async function resultsOf(context: ViewContext): Promise<SweepResults | null> {
  try {
    return await context.results();
  } catch (error) {
    const isNone = error instanceof NoResultsError || error instanceof UnknownNameError;
    if (isNone && context.parameters.text('maybe') !== undefined) return null;
    throw error;
  }
}

/** Layers and categories of the last checkpoint of a training, then those that only the first has: all of one have the same, or nearly. */
async function namesOf(
  results: SweepResults,
  { checkpoints }: Order,
): Promise<{ layers: string[]; categories: string[]; mapSize: number }> {
  const ends = [checkpoints.at(-1), checkpoints[0]].filter((one) => one !== undefined);
  const tables = await Promise.all(ends.map((checkpoint) => results.layers(checkpoint)));
  const once = (names: string[]): string[] => [...new Set(names)];
  return {
    layers: once(tables.flatMap(({ layer }) => textLabels(layer))),
    categories: once(tables.flatMap(({ category }) => textLabels(category))),
    mapSize: Math.max(0, ...tables.map((table) => table.map_size.reduce((a, b) => Math.max(a, b), 0))),
  };
}

/** Whether a sweep of this name is in the store at all. Throws NoSuchSweepError. */
export async function plannedView({ store, request }: ViewContext): Promise<ViewAnswer> {
  const manifest = await readManifest(store, request.sweep);
  return {
    type: 'json',
    body: JSON.stringify({
      name: manifest.sweep,
      planned: manifest.checkpoints.length,
      labels: manifest.checkpoints.slice(0, 1000).map(({ label }) => label),
    }),
  };
}
