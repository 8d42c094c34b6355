import { ChartDataError, holeFrames, unitChart, unitText, type UnitBirths } from '@unitscope/plots';
import { UnknownNameError, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { histogramAt } from '@unitscope/tasks';
import type { Chart, ChartOptions } from './chart-options.js';
import { holeOf } from './hole-of.js';
import { checkpointOf, unitRows } from './unit-rows.js';
import { counted } from '../../terminal/counted.js';

/** The births of one unit over the images of one category, or all; the hole of one of its maps where there are maps. */
export async function unitOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const checkpoint = checkpointOf(results, options);
  const { units, cells } = await unitRows(results, checkpoint, {
    ...options,
    layer: options.layer ?? (await lastLayer(results, checkpoint)),
  });
  const wanted = options.unit ?? 0;
  const images = new Map<number, number>();
  let measured = 0;
  let found = false;
  for (const { from, to } of cells) {
    for (let row = from; row < to; row++) {
      if (units.unit[row] !== wanted) continue;
      found = true;
      measured += units.images[row] ?? 0;
      const { ranks, counts } = histogramAt(units.birth_histogram, row);
      ranks.forEach((rank, i) => images.set(rank - 1, (images.get(rank - 1) ?? 0) + (counts[i] ?? 0)));
    }
  }
  const [cell] = cells;
  if (!found || cell === undefined) {
    const last = cells.reduce((most, { to }) => Math.max(most, units.unit[to - 1] ?? 0), 0);
    throw new UnknownNameError(`layer ${cell?.layer ?? ''}: no unit ${wanted}; its units are 0 to ${last}`);
  }
  const threshold = results.restatement?.threshold ?? results.manifest.statistics.threshold;
  const births = [...images].sort(([a], [b]) => a - b).map(([index, count]) => ({ index, images: count }));
  const born = births.reduce((sum, birth) => sum + birth.images, 0);
  const place = { layer: cell.layer, category: cell.category, unit: wanted };
  const hole = await holeOf(results, checkpoint, place, options.image);
  const unit: UnitBirths = {
    title: `Births of unit ${wanted} of ${cell.layer ?? ''}, ${results.name}, ${checkpoint.label}`,
    subtitle:
      `${counted(measured, 'image')}, ${options.category === undefined ? 'all categories' : `category ${options.category}`}; ` +
      `${measured - born} without a birth. Grey: beyond the threshold of ${threshold}, or index 0: not counted.`,
    births,
    without: measured - born,
    threshold,
    ...(hole !== null && { hole }),
  };
  return {
    svg: () => unitChart(unit),
    text: (width) => unitText(unit, width),
    frames: (count) => {
      if (hole === null)
        throw new ChartDataError(`${unit.title}: there are no maps (\`--image\` makes them again)`);
      const title = `Unit ${wanted} of ${cell.layer ?? ''}: ${hole.caption.replace('The hole of one of its maps: ', '')}`;
      return holeFrames({ ...hole, title }, count);
    },
  };
}

async function lastLayer(results: SweepResults, checkpoint: ResultCheckpoint): Promise<string | undefined> {
  const { cells } = await unitRows(results, checkpoint, {});
  return cells.at(-1)?.layer ?? undefined;
}
