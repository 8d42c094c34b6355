import type { UnitSample } from '../results/group-cells.js';
import type { LayerCells } from './layer-mean.js';
import type { RunsCompared } from './replication.js';

/** A checkpoint that is of no training stands for itself. */
export function runName(
  { checkpoint }: Pick<UnitSample, 'checkpoint'>,
  runOf: ReadonlyMap<number, string>,
): string {
  return runOf.get(checkpoint) ?? `#${checkpoint}`;
}

/**
 * The units that are sensitive in A alone, and in B alone, within their own training and over the categories that all its checkpoints on
 * both sides have: what was not measured is not known to be dead.
 */
export function changedUnits(
  cellsA: LayerCells,
  cellsB: LayerCells,
  { placesA, placesB, runOf }: RunsCompared,
): [number[], number[]] {
  const lacking = new Set([...lackingCells(cellsA, placesA, runOf), ...lackingCells(cellsB, placesB, runOf)]);
  const alive = (cells: LayerCells): Map<string, number> =>
    new Map(
      cells.flatMap((samples, category) =>
        samples
          .filter((sample) => sample.sensitive && !lacking.has(`${category} ${runName(sample, runOf)}`))
          .map((sample): [string, number] => [`${runName(sample, runOf)} ${sample.unit}`, sample.unit]),
      ),
    );
  const [inA, inB] = [alive(cellsA), alive(cellsB)];
  const only = (one: Map<string, number>, other: Map<string, number>): number[] =>
    [...one].filter(([key]) => !other.has(key)).map(([, unit]) => unit);
  return [only(inA, inB), only(inB, inA)];
}

/** The categories, by their place, that some checkpoint of a training lacks: `category run`. */
function lackingCells(
  cells: LayerCells,
  places: readonly number[],
  runOf: ReadonlyMap<number, string>,
): string[] {
  return cells.flatMap((samples, category) => {
    const held = new Set(samples.map(({ checkpoint }) => checkpoint));
    return places
      .filter((checkpoint) => !held.has(checkpoint))
      .map((checkpoint) => `${category} ${runName({ checkpoint }, runOf)}`);
  });
}
