import type { DrawnRuns } from '@unitscope/plots';
import {
  changesWords,
  drawnRuns,
  resultTrainings,
  runChanges,
  settledOverWords,
  settingColumns,
  settingPairs,
  sweepTrends,
  type DeadOfLayer,
  type LayerOverRuns,
  type LayerTrend,
  type RunChanges,
  type SettingPair,
} from '@unitscope/query';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** Several trainings side by side, and what they come to. */
export interface TrainingsAnswer extends DrawnRuns {
  /** The metadata by which they can be coloured and split. */
  readonly columns: readonly string[];
  /** By layer and setting. */
  readonly layers: readonly LayerOverRuns[];
  readonly remarks: readonly string[];
  /** Which layers settled in none of them, in how many and when the others did; '' where nothing can be told. */
  readonly settled: string;
  /** Each layer of each training. */
  readonly settling: readonly LayerSettling[];
  /** Settings that can be compared over their trainings. */
  readonly pairs: readonly SettingPair[];
}

/** Where a layer of a training settled; null: it did not. */
export interface LayerSettling extends Pick<LayerTrend, 'layer' | 'settled' | 'settledStep'> {
  readonly run: string | null;
}

export async function trainingsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.affordable();
  const category = parameters.text('category');
  const found = await sweepTrends(results, { against: parameters.text('against'), category });
  const { trainings } = found;
  const [by, facet, layer] = [parameters.text('by'), parameters.text('facet'), parameters.text('layer')];
  const drawn = drawnRuns(found, { by, facet, layer, category });
  const whole = resultTrainings(await context.results());
  const all = whole.trainings.flatMap(({ checkpoints }) => checkpoints);
  const isAsked = (one: { readonly layer: string }): boolean => layer === undefined || one.layer === layer;
  const asked = trainings.map((one) => ({ ...one, layers: one.layers.filter(isAsked) }));
  const held = trainings.flatMap(({ checkpoints }) => checkpoints);
  const answer: TrainingsAnswer = {
    ...drawn,
    words: [
      ...drawn.words,
      ...(held.length === all.length
        ? []
        : [`${held.length} of ${all.length} checkpoints are stated with this threshold.`]),
    ],
    columns: settingColumns(trainings),
    layers: found.layers.filter(isAsked),
    remarks: found.remarks,
    settled: settledOverWords(asked),
    settling: asked.flatMap(({ run, layers }) =>
      layers
        .filter(({ settles }) => settles)
        .map(({ layer, settled, settledStep }) => ({ run, layer, settled, settledStep })),
    ),
    pairs: settingPairs(whole),
  };
  return { type: 'json', body: JSON.stringify(answer) };
}

/** Of a layer so many units that died are named. */
const MOST_DEAD = 60;

/** The units that died and awoke within each training. */
export interface ChangesAnswer {
  readonly words: string;
  readonly trainings: readonly ChangesOfTraining[];
}

interface ChangesOfTraining extends Omit<RunChanges, 'dead'> {
  /** By layer: how many died, and the first of them. */
  readonly dead: readonly (DeadOfLayer & { readonly died: number })[];
}

export async function changesView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const scope = { category: parameters.text('category'), layer: parameters.text('layer') };
  const trainings = await runChanges(await context.affordable(), scope);
  const answer: ChangesAnswer = { words: changesWords(trainings), trainings: trainings.map(shortened) };
  return { type: 'json', body: JSON.stringify(answer) };
}

function shortened(changes: RunChanges): ChangesOfTraining {
  const dead = changes.dead.map(({ layer, units }) => {
    return { layer, died: units.length, units: units.slice(0, MOST_DEAD) };
  });
  return { ...changes, dead };
}
