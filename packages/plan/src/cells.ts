import { compareText } from '@unitscope/base';
import type {
  Manifest,
  ManifestSourceFile,
  ManifestImage,
  ManifestLayer,
  ManifestWork,
  MapShape,
} from './manifest.js';

/** One (checkpoint, category, layer): the smallest piece of work, one unit object. */
export interface Cell {
  /** Index into the manifest's checkpoints. */
  readonly checkpoint: number;
  readonly category: string | null;
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly tap?: string;
  /** What the tap includes; null: none. */
  readonly activation?: string | null;
  /** N of the maps. */
  readonly size: number;
  /** Height and width of the maps, where their centred square is measured. */
  readonly croppedFrom?: MapShape;
  /** Units of the layer, where known before the work. */
  readonly units?: number;
  readonly images?: readonly ManifestImage[];
  /** Activation files that hold its maps. */
  readonly files?: readonly ManifestSourceFile[];
  /** Files that hold what was measured of it. */
  readonly measurements?: readonly ManifestSourceFile[];
}

/** The work that is done in one go: a forward pass over one category, or one cell's files. */
export interface Task {
  readonly kind: 'extract' | 'measure';
  readonly checkpoint: number;
  /** Position among the checkpoint's tasks. */
  readonly index: number;
  readonly cells: readonly Cell[];
}

/** How many cells a checkpoint has, without listing them. */
export function cellCount(manifest: ManifestWork, checkpoint: number): number {
  const { source } = manifest;
  if (source.kind !== 'models') return fileCells(source, checkpoint).length;
  return source.categories.length * layersOf(manifest, checkpoint).length;
}

/** The cells of one checkpoint in the order of the result tables: layer, then category. */
export function checkpointCells(manifest: ManifestWork, checkpoint: number): Cell[] {
  return checkpointTasks(manifest, checkpoint)
    .flatMap(({ cells }) => cells)
    .sort(byLayerAndCategory);
}

/** The tasks of one checkpoint; derived from the manifest, never stored. */
export function checkpointTasks(manifest: ManifestWork, checkpoint: number): Task[] {
  const { source } = manifest;
  if (source.kind !== 'models') {
    return fileCells(source, checkpoint).map((cell, index) => ({
      kind: 'measure',
      checkpoint,
      index,
      cells: [cell],
    }));
  }
  return source.categories.map((category, index) => ({
    kind: 'extract',
    checkpoint,
    index,
    cells: layersOf(manifest, checkpoint).map((layer) => ({
      checkpoint,
      category: category.label,
      layer: layer.name,
      layerIndex: layer.index,
      tap: layer.tap,
      ...(layer.activation !== undefined && { activation: layer.activation }),
      size: layer.size,
      ...(layer.croppedFrom && { croppedFrom: layer.croppedFrom }),
      units: layer.units,
      images: category.images,
    })),
  }));
}

/** The layers of a checkpoint; none of one that is known by its activation files. */
export function layersOf(manifest: ManifestWork, checkpoint: number): readonly ManifestLayer[] {
  const { source } = manifest;
  const set = manifest.checkpoints[checkpoint]?.model?.layerSet;
  if (source.kind !== 'models' || set === undefined) return [];
  return source.layerSets[set]?.layers ?? [];
}

function fileCells(source: Manifest['source'], checkpoint: number): Cell[] {
  if (source.kind === 'models') return [];
  // Sorted by checkpoint: found by bisection, so that walking all checkpoints stays linear.
  const firstAtLeast = (wanted: number): number => {
    let low = 0;
    let high = source.cells.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((source.cells[middle]?.checkpoint ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const cells = source.cells.slice(firstAtLeast(checkpoint), firstAtLeast(checkpoint + 1));
  if (source.kind === 'activations') return cells;
  return cells.map(({ files, ...cell }) => ({ ...cell, measurements: files }));
}

/** The order of rows in every result table: layer index, layer, category by code point; null first. */
export function byLayerAndCategory(a: Cell, b: Cell): number {
  return (
    (a.layerIndex ?? -1) - (b.layerIndex ?? -1) ||
    compareText(a.layer, b.layer) ||
    compareText(a.category, b.category)
  );
}
