import { firstNames } from '@unitscope/base';
import type { LayerTrend, SweepTrend } from './layer-trend.js';

/** A sentence names no more layers than that. */
const MOST_NAMED = 6;

/**
 * Which layers of a training settled last, which first, and which did not, so that they may still be learning; '' where nothing
 * can be told.
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
    sentence(first === last ? 'Settled' : 'Settled last', last),
    ...(first === last ? [] : [sentence('First', first)]),
    ...(not.length === 0 ? [] : [`Not settled: ${named(not, layers.length)}.`]),
  ].join(' ');
}

/** Of many layers how many of how many there are, and the first of them. */
function named(names: readonly string[], all: number): string {
  const first = firstNames(names, MOST_NAMED);
  return names.length <= MOST_NAMED ? first : `${names.length} of ${all} layers: ${first}`;
}
