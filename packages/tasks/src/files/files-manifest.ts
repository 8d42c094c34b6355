import {
  activationsDigest,
  byLayerAndCategory,
  compareText,
  naturalOrder,
  type FilesManifest,
  type ManifestCheckpoint,
  type ManifestFileCell,
  type ManifestSourceFile,
} from '@unitscope/plan';
import { ActivationFilesError } from '../errors.js';

/** What a file without `unitscope.checkpoint` counts as in a sweep, whose results need a name for it. */
const UNLABELLED = 'unlabelled';

/** One file, and the cells that it holds rows of. */
export interface DescribedFile {
  readonly checkpoint: string | null;
  readonly cells: readonly Omit<ManifestFileCell, 'checkpoint' | 'files'>[];
  readonly file: ManifestSourceFile;
}

export interface ResolvedFiles {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: FilesManifest;
}

/** Checkpoints and cells of files made elsewhere. Throws ActivationFilesError where maps of one cell differ in size. */
export function filesManifest(
  kind: FilesManifest['kind'],
  described: readonly DescribedFile[],
  metaOf: (checkpoint: string) => ManifestCheckpoint['meta'] = () => ({}),
): ResolvedFiles {
  const found = described.map((one) => ({ ...one, checkpoint: one.checkpoint ?? UNLABELLED }));
  const labels = [...new Set(found.map(({ checkpoint }) => checkpoint))].sort(naturalOrder);
  const places = new Map(labels.map((label, place) => [label, place]));
  const identities = Map.groupBy(found, ({ checkpoint }) => checkpoint);
  const checkpoints = labels.map((label) => ({
    label,
    digest: activationsDigest((identities.get(label) ?? []).map(({ file }) => file.identity)),
    meta: metaOf(label),
  }));
  const cells = new Map<string, ManifestFileCell & { files: ManifestSourceFile[] }>();
  for (const { checkpoint, cells: own, file } of found) {
    for (const cell of own) {
      const key = JSON.stringify([checkpoint, cell.layer, cell.layerIndex, cell.category]);
      const known = cells.get(key);
      if (known === undefined) {
        cells.set(key, { ...cell, checkpoint: places.get(checkpoint) ?? 0, files: [file] });
        continue;
      }
      if (known.size !== cell.size) {
        throw new ActivationFilesError(
          `${file.location}: expected maps of ${known.size}×${known.size} as in ${known.files[0]?.location ?? ''}, ` +
            `which has the same checkpoint, layer and category; found ${cell.size}×${cell.size}`,
        );
      }
      known.files.push(file);
    }
  }
  // By content, so that neither names nor places of the files matter to what comes out.
  for (const { files } of cells.values()) files.sort((a, b) => compareText(contentOf(a), contentOf(b)));
  const sorted = [...cells.values()].sort((a, b) => a.checkpoint - b.checkpoint || byLayerAndCategory(a, b));
  return { checkpoints, source: { kind, cells: sorted } };
}

function contentOf({ identity }: ManifestSourceFile): string {
  return 'sha256' in identity ? identity.sha256 : identity.etag;
}
