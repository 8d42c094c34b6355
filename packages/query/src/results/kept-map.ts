import { cellKeys, checkpointCells } from '@unitscope/plan';
import { openActivations } from '@unitscope/tables';
import type { SweepResults } from './sweep-results.js';
import type { ResultCheckpoint } from './result-tables.js';

export interface KeptMap {
  readonly image: string;
  readonly size: number;
  /** Row-major. */
  readonly map: Float32Array;
}

/**
 * Maps of one unit over the images of one category, where the sweep kept its activations: at most `most`, in the order
 * of the file; none where nothing was kept.
 */
export async function keptMaps(
  { manifest, store }: SweepResults,
  checkpoint: ResultCheckpoint,
  place: { readonly layer: string | null; readonly category: string | null; readonly unit: number },
  most: number,
): Promise<KeptMap[]> {
  const found: KeptMap[] = [];
  if (!manifest.keepActivations) return found;
  for (const cell of checkpointCells(manifest, checkpoint.index)) {
    if (cell.layer !== place.layer || cell.category !== place.category) continue;
    const key = cellKeys(manifest, cell).activations;
    if (key === null || (await store.head(key)) === undefined) return found;
    const reader = await store.open(key);
    try {
      const file = await openActivations(reader);
      const floats = file.size * file.size;
      for await (const block of file.blocks()) {
        for (let i = 0; i < block.count; i++) {
          if (block.units[i] !== place.unit) continue;
          const image = file.labels.label(block.images[i] ?? 0);
          const map = block.maps.slice(i * floats, (i + 1) * floats);
          found.push({ image: cell.images?.[Number(image)]?.label ?? image, size: file.size, map });
          if (found.length === most) return found;
        }
      }
    } finally {
      await reader.close();
    }
  }
  return found;
}
