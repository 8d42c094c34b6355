import { writeFile } from 'node:fs/promises';
import { SEMANTICS_VERSION } from '@unitscope/plan';
import { encodeTable, measurementsSchema, textColumn } from '@unitscope/tables';
import { kernelDigest } from '@unitscope/tasks';
import { BirthKernel } from '@unitscope/topology';
import type { Maps } from './activation-files.js';

/** Maps of one layer and category, measured as a program does where its network runs. */
export interface MeasuredMaps {
  readonly layer: string;
  readonly layerIndex: number;
  readonly category: string;
  readonly maps: Maps;
}

/** Other schema metadata than what a whole file of this version has; null leaves a key out. */
export type MeasurementMetadata = Readonly<Record<`unitscope.${string}`, string | null>>;

/** Writes a measurements/1 file of one checkpoint by this repository's own kernel and writer. */
export async function writeMeasurements(
  path: string,
  checkpoint: string,
  cells: readonly MeasuredMaps[],
  { text = 'label', ...other }: MeasurementMetadata & { readonly text?: 'label' | 'utf8' } = {},
): Promise<string> {
  const kernel = new BirthKernel();
  const rows = cells.flatMap((cell) => unitsOf(kernel, cell));
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach(({ births }, i) => (offsets[i + 1] = offsets[i]! + births.length));
  const births = rows.flatMap((row) => row.births);
  const columns = {
    layer: textColumn(rows.map(({ cell }) => cell.layer)),
    layer_index: Int32Array.from(rows, ({ cell }) => cell.layerIndex),
    category: textColumn(rows.map(({ cell }) => cell.category)),
    unit: Uint32Array.from(rows, ({ unit }) => unit),
    map_size: Uint32Array.from(rows, ({ cell }) => cell.maps.size),
    images: Uint32Array.from(rows, ({ cell }) => cell.maps.images),
    birth_histogram: {
      offsets,
      birth_rank: Uint32Array.from(births, ([rank]) => rank),
      images: Uint32Array.from(births, ([, count]) => count),
    },
    activation_sum: Float64Array.from(rows, ({ sum }) => sum),
    activation_zeros: Float64Array.from(rows, ({ zeros }) => zeros),
    l1_norm: { values: new Float64Array(rows.length), valid: new Uint8Array(rows.length) },
  };
  const metadata: Record<string, string | null> = {
    'unitscope.checkpoint': checkpoint,
    'unitscope.density': '0.8',
    'unitscope.semantics_version': String(SEMANTICS_VERSION),
    'unitscope.kernel': kernelDigest(),
    ...other,
  };
  const kept = Object.entries(metadata).filter((entry): entry is [string, string] => entry[1] !== null);
  const bytes = await encodeTable(measurementsSchema(text, text), columns, {
    metadata: Object.fromEntries(kept),
  });
  await writeFile(path, bytes);
  return path;
}

interface MeasuredUnit {
  readonly cell: MeasuredMaps;
  readonly unit: number;
  readonly sum: number;
  readonly zeros: number;
  /** Ranks and numbers of images, ascending. */
  readonly births: readonly (readonly [number, number])[];
}

function unitsOf(kernel: BirthKernel, cell: MeasuredMaps): MeasuredUnit[] {
  const { units, images, size, values } = cell.maps;
  const count = units * images;
  const out = {
    birthRanks: new Uint32Array(count),
    sums: new Float64Array(count),
    zeros: new Uint32Array(count),
  };
  kernel.measure(values, size, out);
  return Array.from({ length: units }, (_, unit) => {
    const own = Array.from({ length: images }, (__, image) => image * units + unit);
    const births = Map.groupBy(
      own.flatMap((row) => out.birthRanks[row] || []),
      (rank) => rank,
    );
    return {
      cell,
      unit,
      sum: own.reduce((sum, row) => sum + out.sums[row]!, 0),
      zeros: own.reduce((sum, row) => sum + out.zeros[row]!, 0),
      births: [...births].map(([rank, found]) => [rank, found.length] as const).sort(([a], [b]) => a - b),
    };
  });
}
