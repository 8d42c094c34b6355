import { createHash } from 'node:crypto';
import { encodeManifest, type FilesManifest, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { readManifest } from '@unitscope/tasks';
import { ManifestChangedError } from './errors.js';
import type { SweepRef } from './messages/messages.js';

/** The digest of a manifest whose checkpoints are cut to the first `checkpoints`: the same after others have joined. */
function manifestDigest(manifest: Manifest, checkpoints: number): string {
  const cut = manifest.checkpoints.slice(0, checkpoints);
  const { source } = manifest;
  const sets = Math.max(0, ...cut.map(({ model }) => (model?.layerSet ?? -1) + 1));
  return createHash('sha256')
    .update(
      encodeManifest({
        ...manifest,
        checkpoints: cut,
        source:
          source.kind === 'models'
            ? { ...source, layerSets: source.layerSets.slice(0, sets) }
            : filesWithin(source, checkpoints),
      }),
    )
    .digest('hex');
}

/** Without the images that are only shown: those of more categories may join, and no number changes. */
function filesWithin({ kind, cells, run }: FilesManifest, checkpoints: number): FilesManifest {
  const within = cells.filter(({ checkpoint }) => checkpoint < checkpoints);
  return { kind, cells: within, ...(run !== undefined && { run }) };
}

/** How messages name this state of a sweep. */
export function sweepRef(manifest: Manifest, store: string): SweepRef {
  const checkpoints = manifest.checkpoints.length;
  return { sweep: manifest.sweep, store, manifest: manifestDigest(manifest, checkpoints), checkpoints };
}

/** Whether a manifest is the one that is meant, perhaps with more checkpoints. */
export function isSameSweep(ref: SweepRef, manifest: Manifest): boolean {
  return (
    manifest.checkpoints.length >= ref.checkpoints &&
    manifestDigest(manifest, ref.checkpoints) === ref.manifest
  );
}

/** Reads the manifest that is meant. Throws ManifestChangedError where the store has another one. */
export async function loadManifest(ref: SweepRef, store: ObjectStore): Promise<Manifest> {
  const manifest = await readManifest(store, ref.sweep);
  if (isSameSweep(ref, manifest)) return manifest;
  throw new ManifestChangedError(
    `the manifest of sweep "${ref.sweep}" was replaced while it ran: expected ${ref.checkpoints} checkpoints of ` +
      `${ref.manifest.slice(0, 12)}…, found another; run the sweep again [store=${ref.store}]`,
  );
}
