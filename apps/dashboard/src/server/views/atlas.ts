import { atlasColumns, type AtlasNotes, type AtlasRow } from '@unitscope/plots';
import { entropySql, rankUnits, runQuery, sqlText, type RankedUnit } from '@unitscope/query';
import type { LayerMaps } from '@unitscope/tasks';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';
import { layerMapsOf } from './unit-maps.js';

/** Units a page. */
const PAGE = 60;
const SORTS = ['number', 'entropy', 'rank', 'movement', 'similarity'] as const;
type Sort = (typeof SORTS)[number];

interface AtlasUnit {
  readonly unit: RankedUnit;
  readonly map: Float32Array;
  readonly topImage: string;
  /** What it is sorted by, where that is not among its figures. */
  readonly measure: number | null;
}

/** The units of a layer as small pictures, a page of them: their mean map in a category or that of their top image. */
export async function atlasView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const results = await context.results();
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const layer = parameters.required('layer');
  const category = parameters.text('of') ?? null;
  const sort = parameters.oneOf('sort', SORTS) ?? 'number';
  const shows = parameters.text('maps') === 'top' ? 'top' : 'mean';
  const { units: ranked } = await rankUnits(results, checkpoint, {
    by: 'ineffectiveness',
    layer,
    category: parameters.text('category'),
  });
  const { found, origin } = await layerMapsOf(results, checkpoint, { layer, category });
  const pictures = new Map(found.units.map((one) => [one.unit, one]));
  const like = parameters.whole('like') ?? ranked[0]?.unit ?? 0;
  const measures = await measuresOf(context, sort, { layer, found, like });
  const all = ranked.flatMap((unit): AtlasUnit[] => {
    const picture = pictures.get(unit.unit);
    if (picture === undefined) return [];
    const { topImage } = picture;
    return [{ unit, map: picture[shows], topImage, measure: measures.get(unit.unit) ?? null }];
  });
  all.sort(compared(sort));
  const last = Math.max(0, Math.floor((all.length - 1) / PAGE) * PAGE);
  const asked = parameters.whole('from') ?? 0;
  const from = Math.min(last, Math.floor(asked / PAGE) * PAGE);
  const rows = all.slice(from, from + PAGE).map(({ unit, map, topImage, measure }): AtlasRow => ({
    ...{ unit: unit.unit, entropy: unit.values.entropy, selective_rate: unit.values.selective_rate },
    rank: unit.values.ineffectiveness === null ? null : unit.ranks.ineffectiveness,
    ...{ alive: unit.sensitive, sorted_by: measure, image: topImage, side: found.side, map },
  }));
  const alive = all.filter(({ unit }) => unit.sensitive).length;
  const notes: AtlasNotes = { page: PAGE, from, alive, like, origin };
  return rowsAnswer(atlasColumns, { rows, notes }, { of: all.length });
}

/** What units without it are the last by. */
function compared(sort: Sort): (a: AtlasUnit, b: AtlasUnit) => number {
  const value = ({ unit, measure }: AtlasUnit): number | null => {
    if (sort === 'entropy') return unit.values.entropy;
    if (sort === 'rank') return unit.values.ineffectiveness === null ? null : unit.ranks.ineffectiveness;
    return sort === 'number' ? unit.unit : measure;
  };
  const sign = sort === 'movement' || sort === 'similarity' ? -1 : 1;
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return x === y ? a.unit.unit - b.unit.unit : x === null ? 1 : -1;
    return sign * (x - y) || a.unit.unit - b.unit.unit;
  };
}

interface Compared {
  readonly layer: string;
  readonly found: LayerMaps;
  readonly like: number;
}

async function measuresOf(
  context: ViewContext,
  sort: Sort,
  { layer, found, like }: Compared,
): Promise<ReadonlyMap<number, number>> {
  if (sort === 'movement') return movements(context, layer);
  if (sort !== 'similarity') return new Map();
  const own = found.units.find(({ unit }) => unit === like)?.mean;
  if (own === undefined) return new Map();
  return new Map(found.units.map(({ unit, mean }) => [unit, cosine(own, mean)]));
}

/** How far H goes over the checkpoints of the training at which a unit has one, as the heatmap has it. */
async function movements(context: ViewContext, layer: string): Promise<Map<number, number>> {
  const { results, checkpoints } = await context.sampled('order', 100);
  const rows = await runQuery(
    [results.only(checkpoints)],
    `SELECT unit, checkpoint_index, avg(${entropySql(results.definition)}) AS entropy FROM units
     WHERE layer = ${sqlText(layer)}${isLabel('category', context.parameters.text('category'))} GROUP BY unit, checkpoint_index`,
  );
  const ends = new Map<number, [number, number]>();
  for (const [unit, , entropy] of rows.rows()) {
    if (typeof entropy !== 'number') continue;
    const [low, high] = ends.get(Number(unit)) ?? [Infinity, -Infinity];
    ends.set(Number(unit), [Math.min(low, entropy), Math.max(high, entropy)]);
  }
  return new Map([...ends].map(([unit, [low, high]]) => [unit, high - low]));
}

/** Cosine of two mean maps; 0 where one is silent. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, left, right] = [0, 0, 0];
  a.forEach((value, i) => {
    const other = b[i] ?? 0;
    dot += value * other;
    left += value * value;
    right += other * other;
  });
  return left === 0 || right === 0 ? 0 : dot / Math.sqrt(left * right);
}
