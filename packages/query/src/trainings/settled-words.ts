import { counted, firstNames } from '@unitscope/base';
import { stepsText } from '@unitscope/plots';
import type { LayerTrend, SweepTrend } from './layer-trend.js';

/** A sentence names no more layers than that. */
const MOST_NAMED = 6;

/**
 * Which layers of a training did not settle, so that they may still be learning, and where the others did; which settled last
 * and first where all did; '' where nothing can be told.
 */
export function settledWords({
  layers,
  checkpoints,
}: Pick<SweepTrend, 'checkpoints'> & {
  readonly layers: readonly Pick<LayerTrend, 'layer' | 'settled' | 'settles'>[];
}): string {
  const told = layers.filter(({ settles }) => settles);
  if (told.length === 0) return '';
  const place = new Map(checkpoints.map(({ label }, at) => [label, at]));
  const known = told
    .flatMap(({ layer, settled }) =>
      settled === null ? [] : [{ layer, settled, at: place.get(settled) ?? 0 }],
    )
    .sort((a, b) => a.at - b.at);
  const not = told.filter(({ settled }) => settled === null).map(({ layer }) => layer);
  if (known.length === 0) return 'No layer settled: H of none stays near its end for three checkpoints.';
  const groups = [...Map.groupBy(known, ({ settled }) => settled)].map(
    ([settled, own]) => `${named(names(own), layers.length)} (${settled})`,
  );
  if (not.length > 0)
    return `Not settled at the end: ${named(not, layers.length)}. Settled: ${firstNames(groups, MOST_NAMED, '; ')}.`;
  const [first = '', last = ''] = [groups[0], groups.at(-1)];
  return groups.length === 1 ? `Settled: ${first}.` : `Settled last: ${last}. First: ${first}.`;
}

type Settling = Pick<SweepTrend, 'axis'> & {
  readonly layers: readonly Pick<LayerTrend, 'layer' | 'settledStep' | 'settles'>[];
};

/** A layer over the trainings that tell of it: at which steps it settled, ascending. */
interface LayerSettling {
  readonly layer: string;
  readonly trainings: number;
  readonly steps: readonly number[];
}

/**
 * The same over several trainings: which layers settled in none of them, and in how many and when the others did. Which was last
 * is said of the trainings in which all layers settled. '' where nothing can be told.
 */
export function settledOverWords(trends: readonly Settling[]): string {
  const told = trends.filter(({ layers }) => layers.some(({ settles }) => settles));
  if (told.length === 0) return '';
  const untold =
    told.length === trends.length
      ? ''
      : ` Of ${counted(trends.length - told.length, 'training')} nothing can be told.`;
  const found = layerSettlings(told);
  const some = found
    .filter(({ steps }) => steps.length > 0)
    .sort((a, b) => a.steps.length / a.trainings - b.steps.length / b.trainings);
  if (some.length === 0 && found.length > 1)
    return `No layer settled in any of ${told.length} trainings: H of none stays near its end for three checkpoints.${untold}`;
  const never = Map.groupBy(
    found.filter(({ steps }) => steps.length === 0),
    ({ trainings }) => trainings,
  );
  const neverWords = [...never].map(
    ([trainings, own]) =>
      `${named(names(own), found.length)}: not settled in any of ${counted(trainings, 'training')}`,
  );
  const axis = trends[0]?.axis ?? 'place';
  const someWords = some.map(({ layer, trainings, steps }, i) => {
    const of = neverWords.length === 0 && i === 0 ? counted(trainings, 'training') : String(trainings);
    return `${layer} ${i === 0 ? 'settled ' : ''}in ${steps.length} of ${of}, at ${axis} ${stepsText(steps)}`;
  });
  const words = [...neverWords, ...(some.length === 0 ? [] : [firstNames(someWords, MOST_NAMED, '; ')])].join(
    '; ',
  );
  return `${words}.${lastWords(told)}${untold}`;
}

function layerSettlings(trends: readonly Settling[]): LayerSettling[] {
  const told = trends.flatMap(({ layers }) => layers.filter(({ settles }) => settles));
  return [...Map.groupBy(told, ({ layer }) => layer)].map(([layer, own]) => ({
    layer,
    trainings: own.length,
    steps: own.flatMap(({ settledStep }) => settledStep ?? []).sort((a, b) => a - b),
  }));
}

/** Which layer settled last, in the trainings in which all of several did; '' where there is none. */
function lastWords(told: readonly Settling[]): string {
  const whole = told
    .map(({ layers }) => layers.filter(({ settles }) => settles))
    .filter((layers) => layers.length > 1 && layers.every(({ settledStep }) => settledStep !== null));
  if (whole.length === 0) return '';
  const lasts = whole.map((layers) => {
    const latest = Math.max(...layers.map(({ settledStep }) => settledStep ?? 0));
    return layers.filter(({ settledStep }) => settledStep === latest);
  });
  const counts = [...Map.groupBy(lasts.flat(), ({ layer }) => layer)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const where =
    whole.length === told.length ? '' : `, of the ${counted(whole.length, 'training')} in which all settled`;
  // A training in which several settled last together is counted for each.
  const together = lasts.some((own) => own.length > 1) ? ', some of them together' : '';
  return ` Last${where}: ${firstNames(
    counts.map(([layer, own]) => `${layer} in ${own.length}`),
    MOST_NAMED,
  )}${together}.`;
}

function names(layers: readonly { readonly layer: string }[]): string[] {
  return layers.map(({ layer }) => layer);
}

/** Of many layers how many of how many there are, and the first of them. */
function named(layers: readonly string[], all: number): string {
  const first = firstNames(layers, MOST_NAMED);
  return layers.length <= MOST_NAMED ? first : `${layers.length} of ${all} layers: ${first}`;
}
