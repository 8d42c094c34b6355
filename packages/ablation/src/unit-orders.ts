import { seededShuffle } from '@unitscope/base';
import { rankUnits, type RankedUnit, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { ABLATION_RANKINGS, type AblationRanking, type Ranking } from '@unitscope/entropy';
import { AblationOptionError } from './errors.js';

/** forward: the most important unit first; reverse: the least important first. */
export type Direction = 'forward' | 'reverse';

/** The units of a layer in the order in which they are ablated. */
export interface UnitOrder {
  readonly ranking: AblationRanking;
  readonly direction: Direction;
  /** The category on whose images the ranking was taken; null: the mean over all categories. */
  readonly importance: string | null;
  /** Which of the random orders. */
  readonly randomOrder: number | null;
  readonly units: readonly number[];
}

export interface OrderOptions {
  readonly layer: string;
  /** How many units the layer has. */
  readonly units: number;
  /** Default: all that are known of the layer. */
  readonly by?: readonly AblationRanking[] | undefined;
  readonly directions: readonly Direction[];
  readonly importance: readonly (string | null)[];
  readonly randomOrders: number;
  readonly seed: number;
}

/**
 * The orders that a sweep's rankings give (rankUnits: place 0 is ablated first), and random ones. Throws
 * UnknownNameError, and AblationOptionError where a ranking that was asked for is not known of the layer.
 */
export async function unitOrders(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  options: OrderOptions,
): Promise<UnitOrder[]> {
  const { layer, by, directions, importance, units } = options;
  const orders: UnitOrder[] = [];
  const rankings = by ?? ABLATION_RANKINGS;
  for (const category of importance) {
    const ranked = await rankUnits(results, checkpoint, {
      by: 'ineffectiveness',
      layer,
      ...(category !== null && { category }),
    });
    refuseOthers(ranked.units, options);
    for (const ranking of rankings) {
      if (ranking === 'random') continue;
      const order = orderBy(ranked.units, ranking);
      if (order === null) {
        if (by === undefined) continue;
        throw new AblationOptionError(
          `${ranking} is not known of the units of layer "${layer}"; \`unitscope rank\` shows what is`,
        );
      }
      for (const direction of directions) {
        const ordered = direction === 'forward' ? order : order.toReversed();
        orders.push({ ranking, direction, importance: category, randomOrder: null, units: ordered });
      }
    }
  }
  for (let i = 0; rankings.includes('random') && i < options.randomOrders; i++) {
    const shuffled = seededShuffle(units, `ablation/${options.seed}/${i}`);
    orders.push({
      ranking: 'random',
      direction: 'forward',
      importance: null,
      randomOrder: i,
      units: shuffled,
    });
  }
  return orders;
}

function orderBy(units: readonly RankedUnit[], by: Ranking): number[] | null {
  if (units.some(({ ranks }) => ranks[by] === null)) return null;
  return [...units].sort((a, b) => (a.ranks[by] ?? 0) - (b.ranks[by] ?? 0)).map(({ unit }) => unit);
}

function refuseOthers(ranked: readonly RankedUnit[], { layer, units }: OrderOptions): void {
  const numbers = new Set(ranked.map(({ unit }) => unit));
  if (numbers.size === units && ranked.every(({ unit }) => unit < units)) return;
  throw new AblationOptionError(
    `layer "${layer}" has ${units} units in the checkpoint, the sweep measured ${numbers.size}`,
  );
}
