import { canonicalJson, type Json } from '@unitscope/base';
import type { LayerSet, Manifest, ManifestCheckpoint } from './manifest.js';

/**
 * `known` with those checkpoints of `found` that it lacks and that `joins` lets in, after its own, in the order of
 * `found` and at most `limit` in all: the checkpoints that were there keep their index and all that is known of them.
 */
export function extendManifest(
  known: Manifest,
  found: Manifest,
  limit = Infinity,
  joins: (checkpoint: ManifestCheckpoint) => boolean = () => true,
): Manifest {
  const labels = new Set(known.checkpoints.map(({ label }) => label));
  const added = [...found.checkpoints.entries()]
    .filter(([, checkpoint]) => !labels.has(checkpoint.label) && joins(checkpoint))
    .slice(0, Math.max(0, limit - known.checkpoints.length));
  if (added.length === 0) return known;
  const checkpoints = [...known.checkpoints];
  if (known.source.kind === 'models' && found.source.kind === 'models') {
    const sets = [...known.source.layerSets];
    for (const [, checkpoint] of added)
      checkpoints.push(withLayerSet(checkpoint, found.source.layerSets, sets));
    return { ...known, checkpoints, source: { ...known.source, layerSets: sets } };
  }
  if (known.source.kind !== 'models' && known.source.kind === found.source.kind) {
    const cells = [...known.source.cells];
    for (const [index, checkpoint] of added) {
      const place = checkpoints.push(checkpoint) - 1;
      cells.push(
        ...found.source.cells
          .filter((cell) => cell.checkpoint === index)
          .map((cell) => ({ ...cell, checkpoint: place })),
      );
    }
    // Images are only shown: of the categories that there are now.
    const { shown } = found.source;
    return {
      ...known,
      checkpoints,
      source: { ...known.source, cells, ...(shown !== undefined && { shown }) },
    };
  }
  throw new RangeError(`a sweep over ${known.source.kind} cannot become one over ${found.source.kind}`);
}

function withLayerSet(
  checkpoint: ManifestCheckpoint,
  from: readonly LayerSet[],
  into: LayerSet[],
): ManifestCheckpoint {
  const set = from[checkpoint.model?.layerSet ?? -1];
  if (checkpoint.model === undefined || set === undefined) return checkpoint;
  const text = canonicalJson(set as unknown as Json);
  const same = into.findIndex((other) => canonicalJson(other as unknown as Json) === text);
  return { ...checkpoint, model: { ...checkpoint.model, layerSet: same >= 0 ? same : into.push(set) - 1 } };
}
