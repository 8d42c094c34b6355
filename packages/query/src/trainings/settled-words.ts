import { counted, firstNames } from '@unitscope/base';
import type { LayerTrend, SweepTrend } from './layer-trend.js';

/** A sentence names no more layers than that. */
const MOST_NAMED = 6;

/**
 * Which layers of a training did not settle, so that they may still be learning, and which settled last and first; '' where
 * nothing can be told.
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
  const known = told.flatMap(({ layer, settled }) =>
    settled === null ? [] : [{ layer, settled, at: place.get(settled) ?? 0 }],
  );
  const not = told.filter(({ settled }) => settled === null).map(({ layer }) => layer);
  if (known.length === 0) return 'No layer settled: H of none stays near its end for three checkpoints.';
  const sentence = (words: string, at: number): string => {
    const there = known.filter((entry) => entry.at === at);
    const names = there.map(({ layer }) => layer);
    return `${words}: ${named(names, layers.length)} (${there[0]?.settled ?? ''}).`;
  };
  const places = known.map(({ at }) => at);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  return [
    ...(not.length === 0 ? [] : [`Not settled at the end: ${named(not, layers.length)}.`]),
    sentence(first === last ? 'Settled' : 'Settled last', last),
    ...(first === last ? [] : [sentence('First', first)]),
  ].join(' ');
}

type Settling = Pick<SweepTrend, 'checkpoints' | 'run'> & {
  readonly layers: readonly Pick<LayerTrend, 'layer' | 'settled' | 'settles'>[];
};

/** The same over several trainings: in how many of them which layer settled last, and which did not; '' where nothing can be told. */
export function settledOverWords(trends: readonly Settling[]): string {
  const told = trends.filter(({ layers }) => layers.some(({ settles }) => settles));
  if (told.length === 0) return '';
  const lasts = told.map(lastSettled);
  const last = countedNames(lasts);
  const not = countedNames(
    told.map(({ layers }) =>
      layers.filter(({ settles, settled }) => settles && settled === null).map(({ layer }) => layer),
    ),
  );
  const of =
    told.length === trends.length
      ? ''
      : ` Of ${counted(trends.length - told.length, 'training')} nothing can be told.`;
  if (last.size === 0)
    return `No layer settled in any of ${told.length} trainings: H of none stays near its end for three checkpoints.${of}`;
  // A training in which several settled last together is counted for each.
  const words = (counts: ReadonlyMap<string, number>): string =>
    firstNames(
      [...counts].sort(([, a], [, b]) => b - a).map(([layer, count]) => `${layer} in ${count}`),
      MOST_NAMED,
    );
  const trainings = `of ${counted(told.length, 'training')}`;
  const still = not.size === 0 ? '' : `Not settled at the end ${trainings}: ${words(not)}. `;
  return `${still}Settled last ${trainings}: ${words(last)}${lasts.some((own) => own.length > 1) ? ', some of them together' : ''}.${of}`;
}

/** The layers of a training that settled after all others. */
function lastSettled({ layers, checkpoints }: Settling): string[] {
  const at = ({ settled }: { readonly settled: string | null }): number =>
    checkpoints.findIndex(({ label }) => label === settled);
  const known = layers.filter(({ settles, settled }) => settles && settled !== null);
  const latest = Math.max(...known.map(at));
  return known.filter((layer) => at(layer) === latest).map(({ layer }) => layer);
}

function countedNames(lists: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of lists.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Of many layers how many of how many there are, and the first of them. */
function named(names: readonly string[], all: number): string {
  const first = firstNames(names, MOST_NAMED);
  return names.length <= MOST_NAMED ? first : `${names.length} of ${all} layers: ${first}`;
}
