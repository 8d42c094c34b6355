import { realpath } from 'node:fs/promises';
import { layerSummaries, type LayerSummary, type StatisticsOptions } from '@unitscope/entropy';
import { byLayerAndCategory, SEMANTICS_VERSION, type Cell } from '@unitscope/plan';
import { compareText } from '@unitscope/base';
import { birthsSchema, FileSource, openActivations, TableWriter, unitsSchema } from '@unitscope/tables';
import { BirthKernel } from '@unitscope/topology';
import { cellStatistics, selectivities } from '../tables/cell-statistics.js';
import { ActivationFilesError } from '../errors.js';
import { OutputError, OutputFile, placeOf } from '@unitscope/process';
import { measure, type MeasureOptions } from './measure.js';
import { placeColumns, placeLabels } from '../tables/place-columns.js';
import { birthColumns, histogramColumns, type UnitHistograms } from '../tables/unit-objects.js';

export interface MeasureFilesOptions extends StatisticsOptions, MeasureOptions {
  /** Where a births/1 table goes. */
  readonly births?: string | undefined;
  /** Where a units/1 table goes. */
  readonly units?: string | undefined;
}

/** One (checkpoint, layer, category) of the files. */
export interface FileResult {
  readonly checkpoint: string | null;
  readonly layer: string | null;
  readonly category: string | null;
  readonly mapSize: number;
  readonly images: number;
  readonly maps: number;
  readonly summary: LayerSummary;
}

interface Group {
  readonly checkpoint: string | null;
  readonly cell: Cell;
  readonly paths: string[];
}

/**
 * Measures activations/1 files without a store: files of one (checkpoint, layer, category) count as one. The tables
 * appear whole or not at all, rows sorted as in every result table. Throws InputError of the cause, OutputFailedError on
 * a full disk, and the signal's reason when it aborts.
 */
export async function measureFiles(
  paths: readonly string[],
  options: MeasureFilesOptions,
): Promise<FileResult[]> {
  await refuseOverwriting(paths, [options.births, options.units]);
  const groups = await groupFiles(paths);
  const kernel = new BirthKernel(options.density === undefined ? {} : { density: options.density });
  const outputs: OutputFile[] = [];
  const begin = { labels: labelsOf(groups), metadata: kernelMetadata(options) };
  const open = async (path: string): Promise<OutputFile> => {
    const file = await OutputFile.create(path);
    outputs.push(file);
    return file;
  };
  try {
    const tables = {
      births:
        options.births === undefined
          ? null
          : await TableWriter.begin(birthsSchema, await open(options.births), begin),
      units:
        options.units === undefined
          ? null
          : await TableWriter.begin(unitsSchema, await open(options.units), begin),
    };
    const results: FileResult[] = [];
    for (const layer of byLayer(groups)) {
      const cells: MeasuredCell[] = [];
      for (const group of layer) cells.push(await measureGroup(group, kernel, options, tables));
      results.push(...(await writeUnits(cells, options, tables)));
    }
    await tables.births?.close();
    await tables.units?.close();
    for (const output of outputs) await output.commit();
    return results;
  } catch (error) {
    for (const output of outputs) await output.abort();
    throw error;
  }
}

function labelsOf(groups: readonly Group[]): ReturnType<typeof placeLabels> {
  const ofCells = placeLabels(
    null,
    groups.map(({ cell }) => cell),
  );
  return { ...ofCells, checkpoint: groups.flatMap(({ checkpoint }) => checkpoint ?? []) };
}

/** Groups of one checkpoint and layer together, in the order given: they stand side by side. */
function byLayer(groups: readonly Group[]): Group[][] {
  const key = ({ checkpoint, cell }: Group): string =>
    JSON.stringify([checkpoint, cell.layerIndex, cell.layer]);
  return [...Map.groupBy(groups, key).values()];
}

interface Tables {
  readonly births: TableWriter<(typeof birthsSchema)['columns']> | null;
  readonly units: TableWriter<(typeof unitsSchema)['columns']> | null;
}

interface MeasuredCell extends Omit<Group, 'paths'> {
  readonly object: UnitHistograms;
  readonly size: number;
  readonly images: number;
  readonly maps: number;
}

/** Measures the files of one group, and writes its births. */
async function measureGroup(
  { checkpoint, cell, paths }: Group,
  kernel: BirthKernel,
  options: MeasureFilesOptions,
  { births }: Tables,
): Promise<MeasuredCell> {
  const { meter, images, size } = await measurePaths(paths, kernel, births !== null, options);
  const rows = meter.births();
  if (births !== null && rows !== null) {
    const columns = birthColumns(rows, images);
    await births.write({ ...placeColumns(checkpoint, null, cell, columns.unit.length), ...columns });
  }
  const object = histogramColumns(meter.units, null);
  return { checkpoint, cell, object, size, images: images.length, maps: meter.maps };
}

/** Writes the units of one layer: their class selectivity is over all its categories. */
async function writeUnits(
  cells: readonly MeasuredCell[],
  options: MeasureFilesOptions,
  { units: table }: Tables,
): Promise<FileResult[]> {
  const selectivity = selectivities(cells.map(({ object }) => object));
  const results: FileResult[] = [];
  for (const { checkpoint, cell, object, size, images, maps } of cells) {
    const { units, statistics, columns } = cellStatistics(object, size, options, selectivity);
    await table?.write({ ...placeColumns(checkpoint, null, cell, units.length), ...columns });
    const { layer, category } = cell;
    const [summary] = layerSummaries('', [{ category: category ?? '', units, statistics }], {
      resamples: 0,
    });
    if (summary !== undefined)
      results.push({ checkpoint, layer, category, mapSize: size, images, maps, summary });
  }
  return results;
}

async function measurePaths(
  paths: readonly string[],
  kernel: BirthKernel,
  keepBirths: boolean,
  options: MeasureFilesOptions,
): ReturnType<typeof measure> {
  const sources: FileSource[] = [];
  try {
    for (const path of paths) sources.push(await FileSource.open(path));
    return await measure(sources, kernel, keepBirths, options);
  } finally {
    for (const source of sources) await source.close();
  }
}

async function groupFiles(paths: readonly string[]): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for (const path of paths) {
    const source = await FileSource.open(path);
    try {
      const { checkpoint, layer, layerIndex, category, size } = await openActivations(source);
      const key = JSON.stringify([checkpoint, layer, layerIndex, category]);
      const known = groups.get(key);
      if (known === undefined) {
        groups.set(key, {
          checkpoint,
          cell: { checkpoint: 0, layer, layerIndex, category, size },
          paths: [path],
        });
      } else if (known.cell.size === size) {
        known.paths.push(path);
      } else {
        throw new ActivationFilesError(
          `${path}: expected maps of ${known.cell.size}×${known.cell.size} as in ${known.paths[0] ?? ''}, ` +
            `which has the same checkpoint, layer and category; found ${size}×${size}`,
        );
      }
    } finally {
      await source.close();
    }
  }
  return [...groups.values()].sort(
    (a, b) => compareText(a.checkpoint, b.checkpoint) || byLayerAndCategory(a.cell, b.cell),
  );
}

async function refuseOverwriting(
  inputs: readonly string[],
  outputs: readonly (string | undefined)[],
): Promise<void> {
  const read = new Set(await Promise.all(inputs.map((path) => realpath(path).catch(() => path))));
  const written = new Set<string>();
  for (const output of outputs) {
    if (output === undefined) continue;
    // An output that has no place is refused by name when it is made.
    const path = await placeOf(output).catch(() => output);
    if (read.has(path))
      throw new OutputError(`${output} is also an input; choose another name for the table`);
    if (written.has(path)) throw new OutputError(`${output} is given for two tables; choose two names`);
    written.add(path);
  }
}

function kernelMetadata({
  threshold = 50,
  minSelectiveRate = 0,
  density = 0.8,
  mirrored = false,
}: MeasureFilesOptions): Record<string, string> {
  return {
    ...(mirrored && { 'unitscope.mirrored': 'true' }),
    'unitscope.density': String(density),
    'unitscope.threshold': String(threshold),
    'unitscope.min_selective_rate': String(minSelectiveRate),
    'unitscope.semantics_version': String(SEMANTICS_VERSION),
  };
}
