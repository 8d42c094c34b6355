import {
  activationsDigest,
  byLayerAndCategory,
  type FilesManifest,
  type ManifestCheckpoint,
  type ManifestFileCell,
  type ManifestSourceFile,
} from '@unitscope/plan';
import { ActivationFilesError, MeasurementFilesError } from '../../errors.js';
import { compareText, naturalOrder } from '@unitscope/base';

/** What a file without `unitscope.checkpoint` counts as in a sweep, whose results need a name for it. */
const UNLABELLED = 'unlabelled';

/** One file, and the cells that it holds rows of. */
export interface DescribedFile {
  readonly checkpoint: string | null;
  /** What it says of its checkpoint. */
  readonly meta: Readonly<Record<string, string | number | boolean>>;
  readonly cells: readonly Omit<ManifestFileCell, 'checkpoint' | 'files'>[];
  readonly file: ManifestSourceFile;
}

export interface ResolvedFiles {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: FilesManifest;
}

/**
 * Checkpoints and cells of files made elsewhere; `run`: the metadata that tells trainings apart, where the spec names it. Throws
 * ActivationFilesError where maps of one cell differ in size; that or MeasurementFilesError where files contradict each other in
 * what they say of a checkpoint.
 */
export function filesManifest(
  kind: FilesManifest['kind'],
  described: readonly DescribedFile[],
  run: string | readonly string[] | undefined,
): ResolvedFiles {
  const found = described.map((one) => ({ ...one, checkpoint: one.checkpoint ?? UNLABELLED }));
  const labels = [...new Set(found.map(({ checkpoint }) => checkpoint))].sort(naturalOrder);
  const places = new Map(labels.map((label, place) => [label, place]));
  const identities = Map.groupBy(found, ({ checkpoint }) => checkpoint);
  const checkpoints = labels.map((label) => ({
    label,
    digest: activationsDigest((identities.get(label) ?? []).map(({ file }) => file.identity)),
    meta: metaOf(kind, label, identities.get(label) ?? []),
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
  const source = { kind, cells: sorted, ...(run !== undefined && { run: [run].flat() }) };
  return { checkpoints, source };
}

/** What the files of a checkpoint say of it; they may not contradict each other. */
function metaOf(
  kind: FilesManifest['kind'],
  checkpoint: string,
  files: readonly DescribedFile[],
): ManifestCheckpoint['meta'] {
  const meta: Record<string, string | number | boolean> = {};
  for (const { file, meta: own } of files) {
    for (const [key, value] of Object.entries(own)) {
      if (Object.hasOwn(meta, key) && meta[key] !== value) {
        const message =
          `${file.location}: expected ${key} = ${String(meta[key])} as in the other files of checkpoint ${JSON.stringify(checkpoint)}, ` +
          `found ${String(value)}`;
        throw kind === 'activations' ? new ActivationFilesError(message) : new MeasurementFilesError(message);
      }
      meta[key] = value;
    }
  }
  return meta;
}

function contentOf({ identity }: ManifestSourceFile): string {
  return 'sha256' in identity ? identity.sha256 : identity.etag;
}
