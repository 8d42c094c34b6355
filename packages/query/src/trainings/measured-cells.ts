import { textAt } from '@unitscope/tables';
import { cellCount } from '@unitscope/plan';
import { runQuery } from '../sql/run-query.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

type Name = string | null;

/** Which cells the tables of a sweep hold: of those whose task failed nothing is known, also not that their units died. */
export class MeasuredCells {
  private constructor(
    /** By place of the checkpoint and by layer, the categories. */
    private readonly categories: ReadonlyMap<number, ReadonlyMap<Name, ReadonlySet<Name>>>,
  ) {}

  static async read(results: SweepResults): Promise<MeasuredCells> {
    const cells = new Map<number, Map<Name, Set<Name>>>();
    for (const [index, layer, category] of await placesOf(results)) {
      const layers = cells.get(index) ?? new Map<Name, Set<Name>>();
      cells.set(index, layers);
      layers.set(layer, (layers.get(layer) ?? new Set<Name>()).add(category));
    }
    return new MeasuredCells(cells);
  }

  has({ index }: ResultCheckpoint, layer: Name, category: Name): boolean {
    return this.categories.get(index)?.get(layer)?.has(category) ?? false;
  }

  /** Whether a checkpoint has each category of a layer that one of these checkpoints has. */
  isWhole({ index }: ResultCheckpoint, layer: Name, among: readonly ResultCheckpoint[]): boolean {
    const own = this.categories.get(index)?.get(layer);
    return among.every((other) =>
      [...(this.categories.get(other.index)?.get(layer) ?? [])].every((category) => own?.has(category)),
    );
  }

  /** How many there are of a checkpoint. */
  count({ index }: ResultCheckpoint): number {
    return [...(this.categories.get(index)?.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  }
}

async function placesOf(results: SweepResults): Promise<(readonly [number, Name, Name])[]> {
  const all = await results.allLayers();
  if (all !== null) {
    const { codes, labels } = all.scope;
    return [...codes.entries()]
      .filter(([, code]) => labels[code] === 'category')
      .map(([row]) => [
        all.checkpoint_index.values[row] ?? 0,
        textAt(all.layer, row),
        textAt(all.category, row),
      ]);
  }
  const found = await runQuery(
    [results.stored()],
    "SELECT checkpoint_index, layer, category FROM layers WHERE scope = 'category'",
  );
  const text = (value: unknown): Name => (typeof value === 'string' ? value : null);
  return found.rows().map(([index, layer, category]) => [Number(index), text(layer), text(category)]);
}

/** That cells of these checkpoints are missing, and what that means; '' where all are there. */
export async function missingWords(results: SweepResults): Promise<string> {
  const cells = await MeasuredCells.read(results);
  const { manifest, checkpoints } = results;
  const planned = checkpoints.reduce((sum, { index }) => sum + cellCount(manifest, index), 0);
  const held = checkpoints.reduce((sum, checkpoint) => sum + cells.count(checkpoint), 0);
  return held >= planned
    ? ''
    : `The tables of ${checkpoints.length === 1 ? 'this checkpoint' : 'these checkpoints'} hold ${held} of ${planned} cells: ` +
        'means are over the categories that are there, and of units without a cell nothing is said.';
}
