import { cellKeys, checkpointCells, type Cell } from '@unitscope/plan';
import { ActivationsWriter, openActivations, type ByteSink } from '@unitscope/tables';
import { NoResultsError, UnknownNameError } from '../errors.js';
import { suggestion, thereAre, type ResultCheckpoint } from './result-tables.js';
import type { SweepResults } from './sweep-results.js';

/** One (checkpoint, layer, category) whose feature maps the store holds. */
export interface KeptCell {
  readonly checkpoint: ResultCheckpoint;
  readonly cell: Cell;
  /** Of the object that holds the maps, in the store. */
  readonly key: string;
}

/** By their labels. Default: the last checkpoint; the only layer; the only category. */
export interface WantedCell {
  readonly checkpoint?: string | undefined;
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
}

/**
 * The cell that is meant. Throws UnknownNameError where there is none, NoResultsError where its maps were not kept or are not
 * in the store.
 */
export async function keptCell(results: SweepResults, wanted: WantedCell): Promise<KeptCell> {
  const { manifest, store, name, checkpoints } = results;
  const last = checkpoints.at(-1);
  const found = wanted.checkpoint === undefined ? last : results.checkpoint(wanted.checkpoint);
  if (found === undefined) throw new NoResultsError(`sweep ${name}: no checkpoint has results yet`);
  const cells = checkpointCells(manifest, found.index);
  const layer = oneOf(`sweep ${name}`, 'layer', wanted.layer, labelsOf(cells, 'layer'));
  const ofLayer = cells.filter((cell) => cell.layer === layer);
  const category = oneOf(`sweep ${name}`, 'category', wanted.category, labelsOf(ofLayer, 'category'));
  const cell = ofLayer.find((one) => one.category === category);
  if (cell === undefined) throw new UnknownNameError(`sweep ${name}: no layer of checkpoint ${found.label}`);
  if (manifest.source.kind !== 'models') {
    const paths = (cell.files ?? cell.measurements ?? []).map(({ location }) => location).join(', ');
    throw new NoResultsError(
      manifest.source.kind === 'activations'
        ? `sweep ${name}: its maps were made by another program, and lie where it put them: ${paths}`
        : `sweep ${name}: its maps were measured where the network ran, and no file holds them (${paths})`,
    );
  }
  const { activations: key } = cellKeys(manifest, cell);
  if (!manifest.keepActivations || key === null)
    throw new NoResultsError(
      `sweep ${name}: maps were not kept (write \`activations: keep\` in its spec and run it again)`,
    );
  if ((await store.head(key)) === undefined)
    throw new NoResultsError(
      `sweep ${name}: the maps of checkpoint ${found.label}, layer ${cell.layer ?? ''}, category ` +
        `${cell.category ?? ''} are not in ${store.uri} (expected ${key}): run the sweep again`,
    );
  return { checkpoint: found, cell, key };
}

/** What was written of a cell. */
export interface WrittenMaps {
  readonly units: number;
  readonly images: number;
  /** N of the maps. */
  readonly size: number;
}

/** Writes the maps of a cell as an activations/1 file with all its labels, images by their names; rows as they were kept. */
export async function writeKeptMaps(
  { manifest, store }: SweepResults,
  { checkpoint, cell, key }: KeptCell,
  sink: ByteSink,
): Promise<WrittenMaps> {
  const reader = await store.open(key);
  try {
    const file = await openActivations(reader);
    const { layer, layerIndex, category } = cell;
    const images = cell.images?.map(({ label }) => label) ?? [];
    const meta = Object.entries(checkpoint.meta).filter(([, value]) => value !== null);
    const writer = await ActivationsWriter.begin(sink, {
      size: file.size,
      images,
      checkpoint: checkpoint.label,
      ...(layer !== null && { layer }),
      ...(layerIndex !== null && { layerIndex }),
      ...(category !== null && { category }),
      metadata: {
        'unitscope.meta': JSON.stringify(Object.fromEntries(meta)),
        'unitscope.sweep': manifest.sweep,
        'unitscope.object': key,
      },
    });
    const units = new Set<number>();
    for await (const block of file.blocks()) {
      // The object is named by its content: its images are positions in the category.
      const positions = block.images.map((code) => Number(file.labels.label(code)));
      await writer.write(block.units, positions, block.maps);
      for (const unit of block.units) units.add(unit);
    }
    await writer.close();
    return { units: units.size, images: file.labels.size, size: file.size };
  } finally {
    await reader.close();
  }
}

function labelsOf(cells: readonly Cell[], label: 'layer' | 'category'): string[] {
  return [...new Set(cells.map((cell) => cell[label]).filter((text) => text !== null))];
}

/** The label that is wanted, or the only one. */
function oneOf(
  where: string,
  kind: string,
  wanted: string | undefined,
  labels: readonly string[],
): string | null {
  if (wanted === undefined && labels.length <= 1) return labels[0] ?? null;
  if (wanted !== undefined && labels.includes(wanted)) return wanted;
  throw new UnknownNameError(
    wanted === undefined
      ? `${where}: which ${kind}? Give --${kind}${thereAre(labels)}`
      : `${where}: no ${kind} ${JSON.stringify(wanted)}${suggestion(wanted, labels)}`,
  );
}
