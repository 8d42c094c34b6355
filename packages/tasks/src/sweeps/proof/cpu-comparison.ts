import { providersOf, type Layer, type Model } from '@unitscope/models';
import { cellKeys, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { TableFile, unitHistogramsSchema } from '@unitscope/tables';
import type { BirthKernel } from '@unitscope/topology';
import * as z from 'zod';
import { forwardCategory, LayerSink } from '../../run/extract.js';
import type { ImageLoader } from '../../inputs/image-loader.js';
import { MapMeter } from '../../run/map-meter.js';

/** Key of the metadata of objects and tables that holds a comparison, as JSON. */
export const COMPARISON_KEY = 'unitscope.cpu_comparison';

/** What an execution provider made of a first batch, beside the CPU. */
export interface CpuComparison {
  readonly maps: number;
  readonly floats: number;
  /** Floats whose bits differ. */
  readonly floats_differing: number;
  /** Maps whose birth rank differs. */
  readonly births_differing: number;
}

const comparisonSchema = z.strictObject({
  maps: z.int().min(0),
  floats: z.int().min(0),
  floats_differing: z.int().min(0),
  births_differing: z.int().min(0),
});

/** How many floats of two blocks of maps differ in their bits; 0 and -0 are the same. */
export function floatsDiffering(maps: Float32Array, others: Float32Array): number {
  let differing = 0;
  for (let i = 0; i < maps.length; i++) if (maps[i] !== others[i]) differing++;
  return differing;
}

/**
 * Compares the maps and births of a network's first batch of images with those of the same network on the CPU: one comparison
 * a cell. Holds the maps of one batch. Throws MapValueError where either makes NaN.
 */
export async function compareWithCpu(
  { model, layers }: LookedAt,
  { model: cpu, layers: cpuLayers }: LookedAt,
  { loader, cells, batchSize, kernel, checkpoint }: FirstBatch,
): Promise<CpuComparison[]> {
  const first = cells.map((cell) => ({
    ...cell,
    ...(cell.images && { images: cell.images.slice(0, batchSize) }),
  }));
  const maps: Float32Array[] = [];
  const ranks = async (
    on: Model,
    of: readonly Layer[],
    place: string,
    onMaps: OnMapsOfCell,
  ): Promise<Uint32Array[]> => {
    const sinks = first.map(
      (cell) => new LayerSink(new MapMeter(kernel, cell.size, true), null, cell, `${checkpoint}, ${place}`),
    );
    await forwardCategory(on, batchSize, loader, first, of, async (cell, block, firstImage, images) => {
      onMaps(cell, block);
      await sinks[cell]?.add(block, firstImage, images);
    });
    return sinks.map(({ meter }) => meter.births()?.ranks ?? new Uint32Array());
  };
  const onCpu = await ranks(
    cpu,
    cpuLayers,
    'on the CPU',
    (cell, block) => (maps[cell] = Float32Array.from(block)),
  );
  const differing: number[] = [];
  const here = await ranks(model, layers, model.backend, (cell, block) => {
    differing[cell] = floatsDiffering(block, maps[cell] ?? new Float32Array());
  });
  return first.map((_, i) => ({
    maps: here[i]?.length ?? 0,
    floats: maps[i]?.length ?? 0,
    floats_differing: differing[i] ?? 0,
    births_differing: (here[i] ?? new Uint32Array()).reduce(
      (sum, rank, map) => sum + (rank === onCpu[i]?.[map] ? 0 : 1),
      0,
    ),
  }));
}

/** A network and the layer of each cell. */
export interface LookedAt {
  readonly model: Model;
  readonly layers: readonly Layer[];
}

type OnMapsOfCell = (cell: number, maps: Float32Array) => void;

interface FirstBatch {
  readonly loader: ImageLoader;
  readonly cells: readonly Cell[];
  readonly batchSize: number;
  readonly kernel: BirthKernel;
  /** Its label. */
  readonly checkpoint: string;
}

/** The sum of the comparisons that the unit objects of a checkpoint hold; null where they hold none. */
export async function comparisonOf(
  manifest: Manifest,
  store: ObjectStore,
  checkpoint: number,
  cells: readonly Cell[],
): Promise<CpuComparison | null> {
  if (providersOf(manifest.checkpoints[checkpoint]?.model?.backend ?? '') === undefined) return null;
  let sum: CpuComparison | null = null;
  for (const cell of cells) {
    const reader = await store.open(cellKeys(manifest, cell).units);
    try {
      const text = (await TableFile.open(reader, unitHistogramsSchema)).metadata.get(COMPARISON_KEY);
      if (text !== undefined) sum = added(sum, comparisonSchema.parse(JSON.parse(text)));
    } finally {
      await reader.close();
    }
  }
  return sum;
}

function added(sum: CpuComparison | null, one: CpuComparison): CpuComparison {
  if (sum === null) return one;
  return {
    maps: sum.maps + one.maps,
    floats: sum.floats + one.floats,
    floats_differing: sum.floats_differing + one.floats_differing,
    births_differing: sum.births_differing + one.births_differing,
  };
}
