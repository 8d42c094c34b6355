import type { DrawnRuns } from '@unitscope/plots';
import {
  changesWords,
  drawnRuns,
  resultTrainings,
  runChanges,
  settingColumns,
  sweepTrends,
  type LayerOverRuns,
  type RunChanges,
} from '@unitscope/query';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** Several trainings side by side, and what they come to. */
export interface TrainingsAnswer extends DrawnRuns {
  /** The metadata by which they can be coloured and split. */
  readonly columns: readonly string[];
  /** By layer and setting. */
  readonly layers: readonly LayerOverRuns[];
  readonly remarks: readonly string[];
}

export async function trainingsView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.affordable();
  const category = parameters.text('category');
  const found = await sweepTrends(results, { against: parameters.text('against'), category });
  const { trainings } = found;
  const [by, facet, layer] = [parameters.text('by'), parameters.text('facet'), parameters.text('layer')];
  const drawn = drawnRuns(found, { by, facet, layer, category });
  const all = resultTrainings(await context.results()).trainings.flatMap(({ checkpoints }) => checkpoints);
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
