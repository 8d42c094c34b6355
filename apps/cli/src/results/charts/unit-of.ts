import { unitChart, unitText, type UnitBirths } from '@unitscope/plots';
import { keptMaps, UnknownNameError, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { histogramAt } from '@unitscope/tasks';
import { bettiCurves } from '@unitscope/topology';
import type { Chart, ChartOptions } from './chart-options.js';
import { checkpointOf, unitRows } from './unit-rows.js';
import { counted } from '../../terminal/counted.js';

/** A β₁ curve is drawn of the first of so many maps that has a birth. */
const MOST_MAPS = 20;

/** The births of one unit over the images of one category, or all; the β₁ curve of one of its maps where maps were kept. */
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
  const curve = await curveOf(results, checkpoint, cell, wanted);
  const unit: UnitBirths = {
    title: `Births of unit ${wanted} of ${cell.layer ?? ''}, ${results.name}, ${checkpoint.label}`,
    subtitle:
      `${counted(measured, 'image')}, ${options.category === undefined ? 'all categories' : `category ${options.category}`}; ` +
      `${measured - born} without a birth. Grey: beyond the threshold of ${threshold}, or index 0: not counted.`,
    births,
    without: measured - born,
    threshold,
    ...(curve === undefined ? {} : { curve }),
  };
  return { svg: () => unitChart(unit), text: (width) => unitText(unit, width) };
}

async function curveOf(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, category }: { readonly layer: string | null; readonly category: string | null },
  unit: number,
): Promise<UnitBirths['curve']> {
  const maps = await keptMaps(results, checkpoint, { layer, category, unit }, MOST_MAPS);
  const curves = maps.map(({ image, size, map }) => {
    const { beta1, ranks } = bettiCurves(map, size, { density: results.manifest.density });
    const holes = Array.from(beta1.subarray(0, ranks));
    return { image, holes, birth: holes.findIndex((count) => count > 0) };
  });
  const shown = curves.find(({ birth }) => birth >= 0) ?? curves[0];
  if (shown === undefined) return undefined;
  return {
    label: `β₁ of one of its maps: category ${category ?? ''}, image ${shown.image}`,
    points: shown.holes.map((holes, index) => ({ index, holes })),
    birth: shown.birth < 0 ? null : shown.birth,
  };
}

async function lastLayer(results: SweepResults, checkpoint: ResultCheckpoint): Promise<string | undefined> {
  const { cells } = await unitRows(results, checkpoint, {});
  return cells.at(-1)?.layer ?? undefined;
}
