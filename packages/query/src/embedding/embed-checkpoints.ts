import { firstNames } from '@unitscope/base';
import { principalComponents } from '@unitscope/entropy';
import type { MetaValue } from '@unitscope/plan';
import type { EmbeddedRow, EmbeddedRows } from '@unitscope/plots';
import { resultTrainings, type ResultTrainings } from '../checkpoints/checkpoint-order.js';
import { metadataColumn, metadataColumns } from '../checkpoints/checkpoint-group.js';
import type { SweepResults } from '../results/sweep-results.js';
import { layerValues } from '../trainings/layer-values.js';

export interface EmbedOptions {
  /** Means over categories, or of one category. */
  readonly category?: string | undefined;
  /** The metadata column that colours the points; default: the training where there are several, else what places them. */
  readonly by?: string | undefined;
}

/** A plane needs three points, and two numbers each. */
/** Fewer have no plane to lie in. */
export const FEWEST_CHECKPOINTS = 3;
const FEWEST_LAYERS = 2;
const MOST_NAMED = 6;
const NO_COMPONENTS = { scores: [], explained: [], loadings: [] };

/**
 * Checkpoints as points: the first two principal components of their vectors of H, one number a layer (nats, centred, not scaled). A
 * checkpoint without an H in most layers is left out, then a layer without one at some checkpoint that is left. Where fewer than three
 * checkpoints or two layers are left, there are no points, and `too_few` says so. Throws UnknownNameError.
 */
export async function embedCheckpoints(
  results: SweepResults,
  { category, by }: EmbedOptions = {},
): Promise<EmbeddedRows> {
  const column = by === undefined ? null : metadataColumn(results, by);
  const found = resultTrainings(results);
  const places = placesOf(found);
  const layers = await layerValues(results, results.checkpoints, category);
  const h = (layer: (typeof layers)[number], at: number): number | null => layer.values[at]?.entropy ?? null;
  const isKept = results.checkpoints.map(
    (_, at) => 2 * layers.filter((layer) => h(layer, at) !== null).length > layers.length,
  );
  const kept = results.checkpoints.flatMap((checkpoint, at) =>
    isKept[at] === true ? [{ checkpoint, at }] : [],
  );
  const whole = layers.filter((layer) => kept.every(({ at }) => h(layer, at) !== null));
  const tooFew = fewWords(kept.length, whole.length);
  const components =
    tooFew === null
      ? principalComponents(
          kept.map(({ at }) => whole.map((layer) => h(layer, at) ?? 0)),
          2,
        )
      : NO_COMPONENTS;
  const [xs, ys] = components.scores;
  const colour = column ?? (found.trainings.length > 1 ? 'run' : found.axis);
  const shown = tooFew === null ? kept : [];
  const rows = shown.map(({ checkpoint }, i): EmbeddedRow => {
    const place = places.get(checkpoint.index);
    const value = column !== null ? checkpoint.meta[column] : colour === 'run' ? place?.run : place?.step;
    return pointOf(checkpoint.label, place, [xs?.[i] ?? 0, ys?.[i] ?? 0], value ?? null);
  });
  const leftLayers = layers.filter((layer) => !whole.includes(layer)).map(({ layer }) => layer);
  const leftCheckpoints = results.checkpoints
    .filter((_, at) => isKept[at] !== true)
    .map(({ label }) => label);
  return {
    rows,
    notes: {
      category: category ?? null,
      by: colour,
      columns: metadataColumns(results),
      axis: found.axis,
      explained: components.explained,
      layers: whole.map(({ layer }) => layer),
      loadings: components.loadings.map((loadings) => [...loadings]),
      too_few: tooFew,
      left_out: [
        ...outWords('Left out, without an H in most layers', leftCheckpoints),
        ...outWords('Layers left out, without an H at some checkpoint', leftLayers),
      ],
    },
  };
}

function pointOf(
  checkpoint: string,
  place: Pick<EmbeddedRow, 'run' | 'step'> | undefined,
  [x, y]: readonly [number, number],
  value: MetaValue,
): EmbeddedRow {
  return {
    ...{ checkpoint, run: place?.run ?? null, step: place?.step ?? null, x, y },
    number: typeof value === 'number' ? value : null,
    text: value === null ? null : String(value),
  };
}

/** Where a checkpoint stands in which training, by its index. */
function placesOf({ trainings }: ResultTrainings): ReadonlyMap<number, Pick<EmbeddedRow, 'run' | 'step'>> {
  return new Map(
    trainings.flatMap(({ run, checkpoints, steps }) =>
      checkpoints.map(({ index }, i): [number, Pick<EmbeddedRow, 'run' | 'step'>] => [
        index,
        { run, step: steps[i] ?? i },
      ]),
    ),
  );
}

function fewWords(checkpoints: number, layers: number): string | null {
  if (checkpoints >= FEWEST_CHECKPOINTS && layers >= FEWEST_LAYERS) return null;
  return (
    `points need at least ${FEWEST_CHECKPOINTS} checkpoints with an H in most layers and ${FEWEST_LAYERS} layers with an H at all of ` +
    `them; found ${checkpoints} and ${layers}`
  );
}

function outWords(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${what}: ${firstNames(names, MOST_NAMED)}.`];
}
