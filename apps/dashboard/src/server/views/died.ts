import { checkpointOrder, runQuery } from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import { evenly, shownOf, type ViewAnswer, type ViewContext } from '../view-request.js';
import { isLabel } from './sql-text.js';

/** More checkpoints than that are looked at in even steps. */
const MOST_CHECKPOINTS = 200;
const MOST_UNITS = 1000;

interface DeadUnit {
  readonly layer: string;
  readonly unit: number;
  readonly lastAlive: string;
  readonly at: number;
  readonly checkpoints: number;
}

/** Units that were sensitive at some checkpoint (in some category) and are in none at the last one. */
export async function diedView(context: ViewContext): Promise<ViewAnswer> {
  const whole = await context.affordable();
  const { checkpoints } = checkpointOrder(whole);
  const shown = evenly(checkpoints, MOST_CHECKPOINTS);
  const places = new Map(shown.map(({ index }, i) => [index, i]));
  const { parameters } = context;
  const result = await runQuery(
    [whole.only(shown)],
    `SELECT layer_index, layer, unit, checkpoint_index FROM units
     WHERE sensitive${isLabel('layer', parameters.text('layer'))}${isLabel('category', parameters.text('category'))}
     GROUP BY layer_index, layer, unit, checkpoint_index`,
  );
  const alive = new Map<
    string,
    { layerIndex: number; layer: string; unit: number; last: number; count: number }
  >();
  for (const [layerIndex, layer, unit, index] of result.rows()) {
    const key = JSON.stringify([layerIndex, layer, unit]);
    const at = places.get(Number(index)) ?? 0;
    const entry = alive.get(key);
    if (entry === undefined) {
      const name = typeof layer === 'string' ? layer : '';
      alive.set(key, { layerIndex: Number(layerIndex), layer: name, unit: Number(unit), last: at, count: 1 });
    } else {
      entry.last = Math.max(entry.last, at);
      entry.count++;
    }
  }
  const dead = [...alive.values()]
    .filter(({ last }) => last < shown.length - 1)
    .sort((a, b) => a.layerIndex - b.layerIndex || a.unit - b.unit)
    .map(({ layer, unit, last, count }): DeadUnit => {
      return { layer, unit, lastAlive: shown[last]?.label ?? '', at: last, checkpoints: count };
    });
  const body = arrowTable(
    dead.slice(0, MOST_UNITS),
    {
      layer: ['text', ({ layer }) => layer],
      unit: ['whole', ({ unit }) => unit],
      last_alive: ['text', ({ lastAlive }) => lastAlive],
      last_alive_at: ['whole', ({ at }) => at],
      checkpoints_alive: ['whole', (row) => row.checkpoints],
    },
    {
      shown: shownOf(shown, whole),
      last: shown.at(-1)?.label ?? '',
      ever: String(alive.size),
      died: String(dead.length),
    },
  );
  return { type: 'arrow', body, rows: dead.length };
}
