import { depthChart, depthText, type Depth } from '@unitscope/plots';
import { evenly } from '@unitscope/entropy';
import {
  resultTrainings,
  sweepTrend,
  trainingOf,
  type SweepResults,
  type SweepTrend,
} from '@unitscope/query';
import { entropyTitle, imagesSentence, ONE_TRAINING, shownSentence, trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart-options.js';

/** More lines tell a reader nothing. */
const MOST_LINES = 40;

/** Mean H by layer, one line a checkpoint. */
export async function depthOf(
  results: SweepResults,
  { checkpoint, relative = false, run }: ChartOptions,
): Promise<Chart> {
  const trend = await sweepTrend(results, { run: run ?? runOf(results, checkpoint) });
  const isTraining = resultTrainings(results).problem === null;
  const chosen = trend.checkpoints.flatMap(({ label }, i) =>
    checkpoint !== undefined && label !== checkpoint ? [] : [{ label, i }],
  );
  const drawn = evenly(chosen, MOST_LINES);
  const depth: Depth = {
    title: entropyTitle(results, `Feature entropy by depth, ${results.name}`),
    subtitle: `${imagesSentence(results)}${bandWords(trend, relative)}.${trainingSentence(results, trend.run)}${isTraining ? ` ${ONE_TRAINING}` : ''}${shownSentence(drawn.length, chosen.length)}`,
    label: relative ? 'H / H of noise' : 'mean feature entropy H (nats)',
    layers: trend.layers.map(({ layer }) => layer),
    lines: drawn.map(({ label, i }) => ({
      name: label,
      points: trend.layers.map(({ layer, values }) => ({
        layer,
        value: (relative ? values[i]?.relative : values[i]?.entropy) ?? null,
        low: (relative ? values[i]?.relativeLow : values[i]?.low) ?? null,
        high: (relative ? values[i]?.relativeHigh : values[i]?.high) ?? null,
      })),
    })),
  };
  return { svg: () => depthChart(depth), text: (width) => depthText(depth, width) };
}

/** What the bands are; '' where fewer than five units of each layer are sensitive, and none is drawn. */
function bandWords({ layers }: SweepTrend, relative: boolean): string {
  const hasBands = layers.some(({ values }) =>
    values.some((value) => ((relative ? value?.relativeLow : value?.low) ?? null) !== null),
  );
  return hasBands
    ? '; bands (of many lines, of the first and the last): 95 % bootstrap intervals over units'
    : '';
}

/** The training that a checkpoint is of. Throws UnknownNameError. */
function runOf(results: SweepResults, label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  return trainingOf(resultTrainings(results), results.checkpoint(label))?.run ?? undefined;
}
