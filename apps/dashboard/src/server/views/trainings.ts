import { isWide } from '@unitscope/entropy';
import {
  changesWords,
  resultTrainings,
  runChanges,
  runLines,
  settingColumns,
  sweepTrends,
  type LayerOverRuns,
  type RunChanges,
  type RunFacet,
  type RunMeasure,
} from '@unitscope/query';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** Several trainings side by side, and what they come to. */
export interface TrainingsAnswer {
  readonly axis: string | null;
  readonly isWide: boolean;
  readonly against: string | null;
  /** How many there are. */
  readonly trainings: number;
  /** H of the layers, H / H of noise of them, and the metadata column. */
  readonly facets: readonly RunFacet[];
  readonly relative: readonly RunFacet[];
  readonly column: readonly RunFacet[];
  /** What is not all drawn, and which settings have no interval. */
  readonly words: readonly string[];
  /** The metadata by which they can be coloured and split. */
  readonly columns: readonly string[];
  /** By layer and setting. */
  readonly layers: readonly LayerOverRuns[];
  readonly remarks: readonly string[];
}

export async function trainingsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.affordable();
  const found = await sweepTrends(results, {
    against: parameters.text('against'),
    category: parameters.text('category'),
  });
  const { trainings, runColumns, axis, against } = found;
  const [by, facet, layer] = [parameters.text('by'), parameters.text('facet'), parameters.text('layer')];
  const names = [...new Set(found.layers.map((one) => one.layer))];
  const layers = layer !== undefined ? [layer] : facet === undefined ? names : names.slice(-1);
  const drawn = (measure: RunMeasure) => runLines(trainings, runColumns, { layers, by, facet, measure });
  const { facets, words } = drawn('entropy');
  const all = resultTrainings(await context.results()).trainings.flatMap(({ checkpoints }) => checkpoints);
  const held = trainings.flatMap(({ checkpoints }) => checkpoints);
  const answer: TrainingsAnswer = {
    axis,
    isWide: isWide(trainings.flatMap(({ steps }) => steps)),
    against,
    trainings: trainings.length,
    facets,
    relative: drawn('relative').facets,
    column: against === null ? [] : drawn('column').facets,
    words: [
      ...words,
      ...(held.length === all.length
        ? []
        : [`${held.length} of ${all.length} checkpoints are stated with this threshold.`]),
    ],
    columns: settingColumns(trainings),
    layers: found.layers,
    remarks: found.remarks,
  };
  return { type: 'json', body: JSON.stringify(answer) };
}

/** The units that died and awoke within each training. */
export interface ChangesAnswer {
  readonly words: string;
  readonly trainings: readonly RunChanges[];
}

export async function changesView(context: ViewContext): Promise<ViewAnswer> {
  const trainings = await runChanges(await context.affordable());
  const answer: ChangesAnswer = { words: changesWords(trainings), trainings };
  return { type: 'json', body: JSON.stringify(answer) };
}
