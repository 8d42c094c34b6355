import { deadColumns, type DeadNotes, type DeadRow, type DeadRows } from '@unitscope/plots';
import { aliveUnits, runQuery, type SweepResults, MeasuredCells } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { Sample, ViewAnswer, ViewContext } from '../view-request.js';
import { isLabel } from './label-condition.js';

/** More checkpoints than that are looked at in even steps. */
const MOST_CHECKPOINTS = 200;
const MOST_UNITS = 1000;

interface GoneUnit {
  readonly layerIndex: number;
  readonly layer: string;
  readonly unit: number;
  last: number;
  count: number;
}

/** Units that were sensitive at some checkpoint of a training (in some category) and are in none at its last one. */
export async function diedView(context: ViewContext): Promise<ViewAnswer> {
  const sample = await context.summed('order', MOST_CHECKPOINTS);
  const { parameters } = context;
  const summed = await diedBySummary(sample, parameters.text('layer'), parameters.text('category'));
  if (summed !== null) return rowsAnswer(deadColumns, summed, { most: MOST_UNITS });
  const { results: sampled, checkpoints, shown } = sample;
  const places = new Map(checkpoints.map(({ index }, i) => [index, i]));
  const results = sampled.only(checkpoints);
  const last = checkpoints.at(-1);
  const chosen = `sensitive${isLabel('layer', parameters.text('layer'))}${isLabel('category', parameters.text('category'))}`;
  const cells = await MeasuredCells.read(sampled);
  const category = parameters.text('category');
  // What was not measured there is not known to be dead there.
  const isTold = (layer: string | null): boolean =>
    last !== undefined &&
    (category === undefined ? cells.isWhole(last, layer, checkpoints) : cells.has(last, layer, category));
  const { gone, ever } = await goneUnits(results, chosen, last?.index ?? 0, isTold);
  if (gone.size > 0) await findLastAlive(results, chosen, gone, places);
  const dead = [...gone.values()]
    .sort((a, b) => a.layerIndex - b.layerIndex || a.unit - b.unit)
    .map(({ layer, unit, last: at, count }): DeadRow => {
      const label = checkpoints[at]?.label ?? '';
      return { layer, unit, last_alive: label, last_alive_at: at, checkpoints_alive: count };
    });
  const notes: DeadNotes = { shown, last: last?.label ?? '', ever };
  return rowsAnswer(deadColumns, { rows: dead, notes }, { most: MOST_UNITS });
}

/** The same by the table that the sweep made at its end; null where that does not tell it. */
async function diedBySummary(
  { results, run, checkpoints, shown }: Sample,
  layer: string | undefined,
  category: string | undefined,
): Promise<DeadRows | null> {
  const units = await aliveUnits(results, { run, checkpoints });
  if (units === null) return null;
  const places = new Map(checkpoints.map(({ index }, i) => [index, i]));
  const told = units.filter(
    (one) =>
      one.alive > 0 &&
      one.last !== null &&
      (layer === undefined || one.layer === layer) &&
      (category === undefined ? one.scope === 'all' : one.scope === 'category' && one.category === category),
  );
  const rows = told
    .filter(({ last }) => last === false)
    .map((one): DeadRow => {
      const at = places.get(one.lastAlive ?? -1) ?? 0;
      const label = checkpoints[at]?.label ?? '';
      const where = { last_alive: label, last_alive_at: at, checkpoints_alive: one.alive };
      return { layer: one.layer ?? '', unit: one.unit, ...where };
    });
  return { rows, notes: { shown, last: checkpoints.at(-1)?.label ?? '', ever: told.length } };
}

/** The units that are sensitive at some checkpoint and not at the last one, and how many are at some. */
async function goneUnits(
  results: SweepResults,
  chosen: string,
  last: number,
  isTold: (layer: string | null) => boolean,
): Promise<{ gone: Map<string, GoneUnit>; ever: number }> {
  const ever = await runQuery(
    [results],
    `SELECT layer_index, layer, unit, max(CASE WHEN checkpoint_index = ${last} THEN 1 ELSE 0 END) AS alive
     FROM units WHERE ${chosen} GROUP BY layer_index, layer, unit`,
  );
  const gone = new Map<string, GoneUnit>();
  const told = ever.rows().filter(([, layer]) => isTold(typeof layer === 'string' ? layer : null));
  for (const [layerIndex, layer, unit, alive] of told) {
    if (Number(alive) === 1) continue;
    const name = typeof layer === 'string' ? layer : '';
    gone.set(JSON.stringify([layerIndex, layer, unit]), {
      layerIndex: Number(layerIndex),
      layer: name,
      unit: Number(unit),
      last: 0,
      count: 0,
    });
  }
  return { gone, ever: told.length };
}

/** Where each was sensitive last, and at how many checkpoints. */
async function findLastAlive(
  results: SweepResults,
  chosen: string,
  gone: ReadonlyMap<string, GoneUnit>,
  places: ReadonlyMap<number, number>,
): Promise<void> {
  const units = [...new Set([...gone.values()].map(({ unit }) => unit))].join(', ');
  const when = await runQuery(
    [results],
    `SELECT layer_index, layer, unit, checkpoint_index FROM units
     WHERE ${chosen} AND unit IN (${units}) GROUP BY layer_index, layer, unit, checkpoint_index`,
  );
  for (const [layerIndex, layer, unit, index] of when.rows()) {
    const entry = gone.get(JSON.stringify([layerIndex, layer, unit]));
    if (entry === undefined) continue;
    entry.last = Math.max(entry.last, places.get(Number(index)) ?? 0);
    entry.count++;
  }
}
